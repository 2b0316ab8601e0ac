"""``hotline operators``: who answers, how they are reached, what they are doing."""

import re

import click

from ivr.actions.accounts.accounts import prepare_account
from ivr.actions.on_line import standing
from ivr.actions.operators.roster import choose_state, load_roster, refuse_if_disabled
from ivr.bootstrap.app import AppContext
from ivr.cli.commands.accounts import (
    disable_operator,
    enable_operator,
    make_link,
    make_pin,
    replace_pin,
    role_option,
    show_link,
    show_pin,
    sign_up_address,
)
from ivr.cli.opening import find_line, open_local_app
from ivr.cli.printing import print_json, print_table
from ivr.core.history.report import operator_note, operator_row
from ivr.core.model.account import Role
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Conflict, Faults, Unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import CHOOSABLE, Operator, Profile, Reach, State
from ivr.core.model.phone_numbers import why_not_callable

NAME = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,62}[^\s\x00-\x1f])?")
COLUMNS = ("name", "state", "note", "since", "languages", "reach", "team", "line")
BUILT = frozenset({Reach.PHONE, Reach.BROWSER, Reach.STANDING})


@click.group("operators")
def operators_group() -> None:
    """Enrol operators, list them, and set their states."""


for _command in (make_link, disable_operator, enable_operator):
    operators_group.add_command(_command)


@operators_group.command("add")
@click.argument("name")
@click.option(
    "--phone", metavar="+E164", help="The number to ring; not needed in a browser."
)
@click.option(
    "--languages",
    required=True,
    metavar="uk,ru",
    help="The operator's own language first.",
)
@click.option(
    "--reach",
    default=Reach.PHONE.value,
    show_default=True,
    type=click.Choice([reach.value for reach in Reach]),
    help="How calls reach the operator: phone, browser or standing line.",
)
@click.option(
    "--team", default="", metavar="NAME", help="The team; calls can be handed to it."
)
@click.option("--line", help="The line to answer; by default the first.")
@role_option
def add_operator(  # noqa: PLR0913 - as many as there are options
    *,
    name: str,
    phone: str | None,
    languages: str,
    reach: str,
    team: str,
    line: str | None,
    role: str | None,
) -> None:
    """Enrol an operator, offline at first.

    Print a link, only once, with which they sign up at the desk. For a standing line
    print a PIN as well, only once: the operator calls in with it.
    """
    with open_local_app() as context:
        key = find_line(context, line)
        spoken = _read_languages(context, key, languages)
        ours = [
            n for each in context.ports.content.lines().values() for n in each.numbers
        ]
        faults = [
            *_name_faults(name, Reach(reach)),
            *_number_faults(phone, Reach(reach), ours),
        ]
        faults += [*_team_faults(team), *spoken.faults]
        if faults:
            raise Faults(faults)
        now = context.ports.clock.now()
        operator = Operator(
            id=OperatorId(context.ports.ids.token()),
            line=key,
            profile=Profile(
                name=name, languages=spoken.codes, reach=Reach(reach), team=team
            ),
            since=now,
            idle_since=now,
        )
        # Where the live state does not answer, nothing is begun. Should it go away
        # just now, it learns of the operator by itself once it is back.
        load_roster(context.ports, key)
        account, secret = prepare_account(
            context.ports, operator, Role(role) if role else None
        )
        pin = make_pin() if operator.is_standing else ""
        context.ports.roster.add(
            operator, PhoneNumber(phone) if phone else None, account, pin
        )
        _load_now(context, key)
        address = sign_up_address(context, secret)
    click.echo(f"{name} answers {key} in {', '.join(spoken.codes)}; now offline.")
    if pin:
        show_pin(name, pin)
    show_link(name, address)


def _load_now(context: AppContext, line: LineKey) -> None:
    try:
        load_roster(context.ports, line)
    except Unavailable as error:
        click.echo(f"Enrolled; calls come once it answers again: {error}", err=True)


@operators_group.command("status")
@click.argument("name")
@click.argument("state", type=click.Choice(sorted(state.value for state in CHOOSABLE)))
@click.option("--line", help="The operator's line, when the name is on several.")
def set_status(name: str, state: str, line: str | None) -> None:
    """Set an operator's state; "available" also ends wrap-up and away."""
    with open_local_app() as context:
        only = find_line(context, line) if line else None
        known = context.ports.roster.find(name, only)
        load_roster(context.ports, known.line)
        chosen = choose_state(
            context.ports, known.line, known.id, State(state), "command line"
        )
    later = f", {state} when the call is over" if chosen.wish else ""
    click.echo(f"{name} is {chosen.state}{later}.")


@operators_group.command("pin")
@click.argument("name")
@click.option("--line", help="The operator's line, when the name is on several.")
def renew_pin(name: str, line: str | None) -> None:
    """Make a new PIN for calling in; the old one opens nothing any more."""
    with open_local_app() as context:
        known = context.ports.roster.find(
            name, find_line(context, line) if line else None
        )
        if not known.is_standing:
            raise Conflict(
                f"{name} is reached by {known.profile.reach} and calls in nowhere;"
                " enrol with --reach standing, under another name"
            )
        refuse_if_disabled(known)
        made = replace_pin(context, known)
        load_roster(context.ports, known.line)
        standing.unlock_calling_in(context.ports, known.line, known.id)
    show_pin(name, made)


@operators_group.command(name="call-in")
@click.argument("name")
@click.option("--line", help="The operator's line, when the name is on several.")
def call_in_operator(name: str, line: str | None) -> None:
    """Call an operator to the standing line, instead of letting them call in."""
    with open_local_app() as context:
        known = context.ports.roster.find(
            name, find_line(context, line) if line else None
        )
        load_roster(context.ports, known.line)
        standing.call_in(context.ports, known.line, known.id)
    click.echo(f"{name} is being called, and comes on the line by pressing 1.")


@operators_group.command(name="list")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
def list_operators(*, json_: bool, line: str | None) -> None:
    """Show all operators and their states."""
    with open_local_app() as context:
        lines = (
            [find_line(context, line)] if line else list(context.ports.content.lines())
        )
        for key in lines:
            load_roster(context.ports, key)
        found = [
            each for key in lines for each in context.ports.operators.operators(key)
        ]
    found.sort(key=lambda operator: operator.profile.name)
    if json_:
        print_json([operator_row(each) for each in found])
    else:
        rows = [operator_row(each) | {"note": operator_note(each)} for each in found]
        print_table("Operators, times in UTC", rows, COLUMNS)


def _number_faults(phone: str | None, reach: Reach, ours: list[str]) -> list[str]:
    """The faults of the number to ring: callers may not type it, either."""
    if phone is None:
        is_needed = reach is not Reach.BROWSER
        return ["--phone: say which number to ring, like +12025550123"] * is_needed
    why = why_not_callable(PhoneNumber(phone), ours)
    return [] if why is None else [f"--phone: {why}"]


def _name_faults(name: str, reach: Reach) -> list[str]:
    faults = []
    if reach not in BUILT:
        faults.append(
            f"--reach: operators cannot be reached by {reach} yet; take phone, browser"
            " or standing"
        )
    if not NAME.fullmatch(name):
        faults.append("NAME: give 1 to 64 characters, none of them unprintable")
    return faults


def _team_faults(team: str) -> list[str]:
    if not team or NAME.fullmatch(team):
        return []
    return ["--team: give 1 to 64 characters, none of them unprintable"]


class _SpokenLanguages:
    """Languages as typed: the codes, and what is wrong with them."""

    def __init__(self, codes: tuple[str, ...], faults: list[str]) -> None:
        self.codes = codes
        self.faults = faults


def _read_languages(context: AppContext, line: LineKey, text: str) -> _SpokenLanguages:
    codes = tuple(dict.fromkeys(code.strip() for code in text.split(",")))
    known = context.ports.content.lines()[line].languages
    faults = [
        f"--languages: {line} has no language {code!r}; it has {', '.join(known)}"
        for code in codes
        if code not in known
    ]
    return _SpokenLanguages(codes, faults)
