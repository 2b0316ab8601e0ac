"""The ``hotline`` command; each module here is one of its words."""

import sys

import click

from ivr.cli.call import call
from ivr.cli.callbacks import callbacks
from ivr.cli.calls import calls
from ivr.cli.check import check
from ivr.cli.demo import demo
from ivr.cli.messages import messages
from ivr.cli.operators import operators
from ivr.cli.queue import queue
from ivr.cli.rules import rules
from ivr.cli.shifts import shifts
from ivr.cli.simulate import simulate
from ivr.cli.tick import tick
from ivr.cli.up import up
from ivr.cli.why import why
from ivr.core.errors import HotlineError


@click.group()
def hotline() -> None:
    """Run a telephone hotline, and look after it."""


COMMANDS = (
    up,
    demo,
    call,
    check,
    operators,
    shifts,
    queue,
    callbacks,
    messages,
    calls,
    why,
    rules,
    tick,
)

for command in COMMANDS:
    hotline.add_command(command)
rules.add_command(simulate)


def main() -> None:
    """Run the command; a refusal is a message and a status, never a traceback."""
    try:
        hotline(prog_name="hotline")
    except HotlineError as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(1)
