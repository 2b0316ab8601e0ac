"""Accounts at the desk, as ``hotline operators`` hands them out and shuts them."""

import click

from ivr.actions import accounts
from ivr.actions.operators import bring_in
from ivr.adapters.system import secret_digits
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.core.dialogue.standing import PIN_DIGITS
from ivr.core.model.account import LINK_VALID, Role
from ivr.core.model.operator import Operator, Reach

role_option = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="What they may do at the desk; an operator's part by default.",
)
line_option = click.option(
    "--line", help="The operator's line, when the name is on several."
)


@click.command()
@click.argument("name")
@line_option
@role_option
def link(name: str, line: str | None, role: str | None) -> None:
    """Make a new sign-up link; the old one opens nothing any more.

    For somebody who has lost their phone, or forgotten the password: what they had
    goes on until they have signed up anew.
    """
    with house() as here:
        address = new_link(here, _named(here, name, line), role)
    show_link(name, address)


@click.command()
@click.argument("name")
@line_option
def disable(name: str, line: str | None) -> None:
    """Let an operator answer nobody; ends every session, offer and PIN at once.

    A talk by telephone goes on to its end. In the browser it cannot: the caller goes on
    to a colleague, or waits in the old place.
    """
    with house() as here:
        known = _named(here, name, line)
        bring_in(here.ports, known.line)
        accounts.disable(here.ports, known.id)
        now = here.ports.store.operator(known.line, known.id)
    later = " when the call is over" if now and now.wish else ""
    click.echo(f"{name} is signed out and cannot sign in; offline{later}.")


@click.command()
@click.argument("name")
@line_option
def enable(name: str, line: str | None) -> None:
    """Let an operator sign in again, with the same password and device.

    Whoever calls in on a standing line is given a new PIN, printed this once.
    """
    with house() as here:
        known = _named(here, name, line)
        bring_in(here.ports, known.line)
        accounts.enable(here.ports, known.id)
        pin = new_pin(here, known) if known.reach is Reach.STANDING else None
    click.echo(f"{name} can sign in again.")
    if pin is not None:
        show_pin(name, pin)


def new_link(here: Opened, operator: Operator, role: str | None) -> str:
    """The address of a new sign-up link."""
    return link_address(
        here, accounts.invite(here.ports, operator, Role(role) if role else None)
    )


def link_address(here: Opened, secret: str) -> str:
    """The address at which somebody signs up with a link's secret."""
    return f"{here.public_url}/join/{secret}"


def show_link(name: str, address: str) -> None:
    """Print a sign-up link, the one time that it is seen."""
    hours = LINK_VALID.total_seconds() / 3600
    click.echo(f"{name} signs up here within {hours:.0f} hours, once: {address}")


def new_pin(here: Opened, operator: Operator) -> str:
    """A new PIN for calling in; the old one opens nothing any more."""
    made = fresh_pin()
    here.roster.put_pin(operator.id, made)
    return made


def fresh_pin() -> str:
    """A PIN that nobody can guess; it opens nothing until it is kept."""
    return secret_digits(PIN_DIGITS)


def show_pin(name: str, pin: str) -> None:
    """Print a PIN, the one time that it is seen."""
    click.echo(f"{name}'s PIN for calling in, shown this once: {pin}")


def _named(here: Opened, name: str, line: str | None) -> Operator:
    return here.roster.find(name, line_named(here, line) if line else None)
