"""Accounts at the desk, as ``hotline operators`` hands them out and shuts them."""

import click

from ivr.actions import accounts
from ivr.actions.operators import bring_in, choose_state
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.core.account import LINK_VALID, Role
from ivr.core.operator import Operator, State

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
    """Let an operator sign in no more; ends every session, and calls, at once."""
    with house() as here:
        known = _named(here, name, line)
        accounts.disable(here.ports, known.id)
        bring_in(here.ports, known.line)
        chosen = choose_state(
            here.ports, known.line, known.id, State.OFFLINE, "disabled"
        )
    later = " when the call is over" if chosen.wish else ""
    click.echo(f"{name} is signed out and cannot sign in; offline{later}.")


@click.command()
@click.argument("name")
@line_option
def enable(name: str, line: str | None) -> None:
    """Let an operator sign in again, with the same password and device."""
    with house() as here:
        accounts.enable(here.ports, _named(here, name, line).id)
    click.echo(f"{name} can sign in again.")


def new_link(here: Opened, operator: Operator, role: str | None) -> str:
    """The address of a new sign-up link."""
    secret = accounts.invite(here.ports, operator, Role(role) if role else None)
    return f"{here.public_url}/join/{secret}"


def show_link(name: str, address: str) -> None:
    """Print a sign-up link, the one time that it is seen."""
    hours = LINK_VALID.total_seconds() / 3600
    click.echo(f"{name} signs up here within {hours:.0f} hours, once: {address}")


def _named(here: Opened, name: str, line: str | None) -> Operator:
    return here.roster.find(name, line_named(here, line) if line else None)
