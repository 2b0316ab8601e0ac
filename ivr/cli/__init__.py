"""The ``hotline`` command, and what its processes run."""

import errno
import importlib
import os
import sys

import click

from ivr.cli.encoding import require_text, restart_in_utf8, tolerate_letters
from ivr.core.model.errors import HotlineError

COMMANDS = (
    "up",
    "demo",
    "call",
    "check",
    "operators",
    "shifts",
    "queue",
    "callbacks",
    "messages",
    "calls",
    "why",
    "rules",
    "tick",
)
"""The commands in the order in which the help shows them; each is defined in the module
of its name in ``commands``."""

COMPLETE_IN = {"rules": "simulate"}
"""A module that adds to a command of another one."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Why nothing more can be written where the output goes."""


class LazyCommands(click.Group):
    """Load a command when it is called.

    Every process of the service starts here. On a busy machine, importing what it
    never uses would take most of that time.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """The names of the commands, in order."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        cmd_name: str,
    ) -> click.Command | None:
        """The command of that name; None without one."""
        if cmd_name not in COMMANDS:
            return None
        name = COMPLETE_IN.get(cmd_name, cmd_name)
        module = importlib.import_module(f"ivr.cli.commands.{name}")
        found = (
            each for each in vars(module).values() if isinstance(each, click.Command)
        )
        return next(each for each in found if each.name == cmd_name)


@click.group("hotline", cls=LazyCommands)
def hotline_command() -> None:
    """Run a telephone hotline, and look after it."""


def main() -> None:
    """Run the command; a refusal is a message and a status, never a traceback."""
    restart_in_utf8()
    tolerate_letters()
    # Whatever is made from here on is its owner's alone.
    os.umask(0o077)
    try:
        hotline_command(require_text(sys.argv[1:]), prog_name="hotline")
    except HotlineError as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.errno not in FULL:
            raise
        click.echo(f"hotline: {error.strerror}; make room and say it again", err=True)
        # Python would try to write the rest once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
