"""Accounts at the desk, as ``hotline operators`` hands them out and shuts them."""

import click

from ivr.actions.accounts import accounts
from ivr.actions.operators.roster import load_roster
from ivr.bootstrap.app import AppContext
from ivr.bootstrap.machine import secret_digits
from ivr.cli.opening import find_line, open_local_app
from ivr.core.dialogue.standing import PIN_DIGITS
from ivr.core.model.account import LINK_VALID, Role
from ivr.core.model.operator import Operator

role_option = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="The role at the desk; by default operator.",
)
line_option = click.option(
    "--line", help="The operator's line, when the name is on several."
)


@click.command("link")
@click.argument("name")
@line_option
@role_option
def make_link(name: str, line: str | None, role: str | None) -> None:
    """Make a new sign-up link; the old one opens nothing any more.

    Use it for somebody who has lost their phone or forgotten the password. Their
    present password and device work until they have signed up again.
    """
    with open_local_app() as context:
        address = replace_link(context, _find_operator(context, name, line), role)
    show_link(name, address)


@click.command("disable")
@click.argument("name")
@line_option
def disable_operator(name: str, line: str | None) -> None:
    """Shut an operator out: end every session, offer and PIN at once.

    A talk by telephone goes on to its end. A talk in the browser cannot: the caller
    goes on to a colleague, or waits in the old place.
    """
    with open_local_app() as context:
        known = _find_operator(context, name, line)
        load_roster(context.ports, known.line)
        accounts.disable_operator(context.ports, known.id)
        now = context.ports.operators.operator(known.line, known.id)
    later = " when the call is over" if now and now.wish else ""
    click.echo(f"{name} is signed out and cannot sign in; offline{later}.")


@click.command("enable")
@click.argument("name")
@line_option
def enable_operator(name: str, line: str | None) -> None:
    """Let an operator sign in again, with the same password and device.

    An operator who calls in on a standing line gets a new PIN, which is printed only
    once.
    """
    with open_local_app() as context:
        known = _find_operator(context, name, line)
        load_roster(context.ports, known.line)
        accounts.enable_operator(context.ports, known.id)
        pin = replace_pin(context, known) if known.is_standing else None
    click.echo(f"{name} can sign in again.")
    if pin is not None:
        show_pin(name, pin)


def replace_link(context: AppContext, operator: Operator, role: str | None) -> str:
    """Make a new sign-up link; return its address."""
    return sign_up_address(
        context,
        accounts.make_link(context.ports, operator, Role(role) if role else None),
    )


def sign_up_address(context: AppContext, secret: str) -> str:
    """The sign-up address with a link's secret."""
    return f"{context.public_url}/join/{secret}"


def show_link(name: str, address: str) -> None:
    """Print a sign-up link: it is shown only this once."""
    hours = LINK_VALID.total_seconds() / 3600
    click.echo(f"{name} signs up here within {hours:.0f} hours, once: {address}")


def replace_pin(context: AppContext, operator: Operator) -> str:
    """Make a new PIN for calling in; the old one opens nothing any more."""
    made = make_pin()
    context.ports.roster.put_pin(operator.id, made)
    return made


def make_pin() -> str:
    """A PIN that nobody can guess; it opens nothing until it is kept."""
    return secret_digits(PIN_DIGITS)


def show_pin(name: str, pin: str) -> None:
    """Print a PIN: it is shown only this once."""
    click.echo(f"{name}'s PIN for calling in, shown this once: {pin}")


def _find_operator(context: AppContext, name: str, line: str | None) -> Operator:
    return context.ports.roster.find(name, find_line(context, line) if line else None)
