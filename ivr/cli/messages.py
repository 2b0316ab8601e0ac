"""``hotline messages``: what callers have left, to be heard and then deleted."""

import os
from pathlib import Path

import click

from ivr.actions.callbacks import take_message
from ivr.actions.records import write_facts
from ivr.bootstrap import Opened
from ivr.cli.opening import call_named, house, line_named
from ivr.cli.shown import as_json, as_table
from ivr.core.history.promise_log import MessageRecord, message_row
from ivr.core.model.errors import Conflict, Invalid, NotFound, Unavailable

COLUMNS = ("call", "line", "language", "left", "seconds", "taken", "how")
OWNER_ALONE = 0o600


@click.group(invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option("--all", "all_", is_flag=True, help="Also those that were taken.")
@click.pass_context
def messages(
    context: click.Context, *, json_: bool, line: str | None, all_: bool
) -> None:
    """Show the messages that nobody has heard yet, the oldest first."""
    if context.invoked_subcommand is not None:
        return
    with house() as here:
        only = line_named(here, line) if line else None
        _write(here)
        rows = [message_row(m) for m in here.ports.promises.messages(only, taken=all_)]
    if json_:
        as_json(rows)
    else:
        as_table("Messages, times in UTC", rows, COLUMNS)


@messages.command()
@click.argument("call")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def fetch(call: str, file: Path) -> None:
    """Write a message into FILE (WAV), and delete it at the carrier."""
    with house() as here:
        record = _found(here, call)
        take_message(here.ports, record, lambda sound: _keep(file, sound))
        _write(here)
    click.echo(
        f"{file}: {record.seconds} s; deleted at the carrier. Delete it here too."
    )


@messages.command()
@click.argument("call")
def delete(call: str) -> None:
    """Throw a message away unheard, at the carrier too."""
    with house() as here:
        take_message(here.ports, _found(here, call), None)
        _write(here)
    click.echo("Thrown away.")


def _keep(file: Path, sound: bytes) -> None:
    # A voice is as good as a name: nobody else may read it, and nothing is lost of
    # a file that is there already.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        opened = os.fdopen(os.open(file, flags, OWNER_ALONE), "wb")
    except FileExistsError:
        raise Conflict(f"{file} is there already; name another file") from None
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}") from None
    try:
        with opened:
            opened.write(sound)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        file.unlink()
        remedy = "it is still at the carrier: make room, and fetch it again"
        raise Unavailable(f"{file}: {error.strerror}; {remedy}") from None


def _found(here: Opened, beginning: str) -> MessageRecord:
    call = call_named(here, beginning)
    for record in here.ports.promises.messages():
        if record.call == call:
            return record
    raise NotFound(f"no message of {call} waits; see them with `hotline messages`")


def _write(here: Opened) -> None:
    for line in here.content.lines():
        write_facts(here.ports, line)
