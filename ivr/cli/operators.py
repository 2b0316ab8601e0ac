"""``hotline operators``: who answers, how they are reached, what they are doing."""

import re

import click

from ivr.actions import standing
from ivr.actions.accounts import prepared
from ivr.actions.operators import bring_in, choose_state, refuse_if_disabled
from ivr.bootstrap import Opened
from ivr.cli.accounts import (
    disable,
    enable,
    fresh_pin,
    link,
    link_address,
    new_pin,
    role_option,
    show_link,
    show_pin,
)
from ivr.cli.opening import house, line_named
from ivr.cli.shown import as_json, as_table
from ivr.core.history.report import operator_note, operator_row
from ivr.core.model.account import Role
from ivr.core.model.call import LineKey, OperatorId, PhoneNumber
from ivr.core.model.errors import Conflict, Faults, Unavailable
from ivr.core.model.operator import CHOOSABLE, Operator, Reach, State
from ivr.core.model.phone_numbers import why_not_callable

NAME = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,62}[^\s\x00-\x1f])?")
COLUMNS = ("name", "state", "note", "since", "languages", "reach", "team", "line")
BUILT = frozenset({Reach.PHONE, Reach.BROWSER, Reach.STANDING})


@click.group()
def operators() -> None:
    """Enrol operators, see them, and set what they are doing."""


for _command in (link, disable, enable):
    operators.add_command(_command)


@operators.command()
@click.argument("name")
@click.option(
    "--phone", metavar="+E164", help="The number to ring; not needed in a browser."
)
@click.option("--languages", required=True, metavar="uk,ru", help="The own one first.")
@click.option(
    "--reach",
    default=Reach.PHONE.value,
    show_default=True,
    type=click.Choice([reach.value for reach in Reach]),
    help="How calls come: rung by phone or in the browser, or on a standing line.",
)
@click.option("--team", default="", metavar="NAME", help="Calls can be handed to it.")
@click.option("--line", help="The line to answer; by default the first.")
@role_option
def add(  # noqa: PLR0913 - as many as there are options
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

    A link is printed, once, with which they sign up at the desk. For a standing line
    a PIN is printed as well, once: with it the operator calls in.
    """
    with house() as here:
        key = line_named(here, line)
        spoken = _languages(here, key, languages)
        ours = [n for each in here.content.lines().values() for n in each.numbers]
        faults = [*_faults(name, Reach(reach)), *_of_number(phone, Reach(reach), ours)]
        faults += [*_of(team), *spoken.faults]
        if faults:
            raise Faults(faults)
        now = here.ports.clock.now()
        operator = Operator(
            id=OperatorId(here.ports.ids.token()),
            line=key,
            name=name,
            languages=spoken.codes,
            reach=Reach(reach),
            team=team,
            since=now,
            idle_since=now,
        )
        # Where the live state does not answer, nothing is begun. Should it go away
        # just now, it learns of the operator by itself once it is back.
        bring_in(here.ports, key)
        account, secret = prepared(here.ports, operator, Role(role) if role else None)
        pin = fresh_pin() if operator.reach is Reach.STANDING else ""
        here.roster.add(operator, PhoneNumber(phone) if phone else None, account, pin)
        _bring_in_now(here, key)
        address = link_address(here, secret)
    click.echo(f"{name} answers {key} in {', '.join(spoken.codes)}; now offline.")
    if pin:
        show_pin(name, pin)
    show_link(name, address)


def _bring_in_now(here: Opened, line: LineKey) -> None:
    try:
        bring_in(here.ports, line)
    except Unavailable as error:
        click.echo(f"Enrolled; calls come once it answers again: {error}", err=True)


@operators.command()
@click.argument("name")
@click.argument("state", type=click.Choice(sorted(state.value for state in CHOOSABLE)))
@click.option("--line", help="The operator's line, when the name is on several.")
def status(name: str, state: str, line: str | None) -> None:
    """Set what an operator does; "available" also ends wrap-up and away."""
    with house() as here:
        only = line_named(here, line) if line else None
        known = here.roster.find(name, only)
        bring_in(here.ports, known.line)
        chosen = choose_state(
            here.ports, known.line, known.id, State(state), "command line"
        )
    later = f", {state} when the call is over" if chosen.wish else ""
    click.echo(f"{name} is {chosen.state}{later}.")


@operators.command()
@click.argument("name")
@click.option("--line", help="The operator's line, when the name is on several.")
def pin(name: str, line: str | None) -> None:
    """Make a new PIN for calling in; the old one opens nothing any more."""
    with house() as here:
        known = here.roster.find(name, line_named(here, line) if line else None)
        if known.reach is not Reach.STANDING:
            raise Conflict(
                f"{name} is reached by {known.reach} and calls in nowhere; enrol"
                " with --reach standing, under another name"
            )
        refuse_if_disabled(known)
        made = new_pin(here, known)
        bring_in(here.ports, known.line)
        standing.unlock(here.ports, known.line, known.id)
    show_pin(name, made)


@operators.command(name="call-in")
@click.argument("name")
@click.option("--line", help="The operator's line, when the name is on several.")
def call_in(name: str, line: str | None) -> None:
    """Call an operator to the standing line, in place of calling in."""
    with house() as here:
        known = here.roster.find(name, line_named(here, line) if line else None)
        bring_in(here.ports, known.line)
        standing.call_in(here.ports, known.line, known.id)
    click.echo(f"{name} is being called, and comes on the line by pressing 1.")


@operators.command(name="list")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
def list_(*, json_: bool, line: str | None) -> None:
    """Show all operators and what they are doing."""
    with house() as here:
        lines = [line_named(here, line)] if line else list(here.content.lines())
        for key in lines:
            bring_in(here.ports, key)
        found = [each for key in lines for each in here.ports.store.operators(key)]
    found.sort(key=lambda operator: operator.name)
    if json_:
        as_json([operator_row(each) for each in found])
    else:
        rows = [operator_row(each) | {"note": operator_note(each)} for each in found]
        as_table("Operators, times in UTC", rows, COLUMNS)


def _of_number(phone: str | None, reach: Reach, ours: list[str]) -> list[str]:
    """What is wrong with the number to ring: callers may not type it, either."""
    if phone is None:
        is_needed = reach is not Reach.BROWSER
        return ["--phone: say which number to ring, like +12025550123"] * is_needed
    why = why_not_callable(PhoneNumber(phone), ours)
    return [] if why is None else [f"--phone: {why}"]


def _faults(name: str, reach: Reach) -> list[str]:
    faults = []
    if reach not in BUILT:
        faults.append(
            f"--reach: operators cannot be reached by {reach} yet; take phone, browser"
            " or standing"
        )
    if not NAME.fullmatch(name):
        faults.append("NAME: give 1 to 64 characters, none of them unprintable")
    return faults


def _of(team: str) -> list[str]:
    if not team or NAME.fullmatch(team):
        return []
    return ["--team: give 1 to 64 characters, none of them unprintable"]


class _Languages:
    """Languages as typed: the codes, and what is wrong with them."""

    def __init__(self, codes: tuple[str, ...], faults: list[str]) -> None:
        self.codes = codes
        self.faults = faults


def _languages(here: Opened, line: LineKey, text: str) -> _Languages:
    codes = tuple(dict.fromkeys(code.strip() for code in text.split(",")))
    known = here.content.lines()[line].languages
    faults = [
        f"--languages: {line} has no language {code!r}; it has {', '.join(known)}"
        for code in codes
        if code not in known
    ]
    return _Languages(codes, faults)
