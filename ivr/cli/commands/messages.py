"""``hotline messages``: what callers have left, to be heard and then deleted."""

import os
from pathlib import Path

import click

from ivr.actions.calls.callbacks import take_message
from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext
from ivr.cli.opening import find_call, find_line, open_local_app
from ivr.cli.printing import print_json, print_table
from ivr.core.history.callback_log import MessageRecord, message_row
from ivr.core.model.errors import Conflict, Invalid, NotFound, Unavailable

COLUMNS = ("call", "line", "language", "left", "seconds", "taken", "how")
OWNER_ALONE = 0o600


@click.group("messages", invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option("--all", "all_", is_flag=True, help="Include messages that were taken.")
@click.pass_context
def messages_group(
    ctx: click.Context, *, json_: bool, line: str | None, all_: bool
) -> None:
    """Show the messages that nobody has heard yet, the oldest first."""
    if ctx.invoked_subcommand is not None:
        return
    with open_local_app() as context:
        only = find_line(context, line) if line else None
        _write_facts(context)
        rows = [
            message_row(m) for m in context.ports.promises.messages(only, taken=all_)
        ]
    if json_:
        print_json(rows)
    else:
        print_table("Messages, times in UTC", rows, COLUMNS)


@messages_group.command("fetch")
@click.argument("call")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def fetch_message(call: str, file: Path) -> None:
    """Write a message into FILE (WAV), and delete it at the carrier."""
    with open_local_app() as context:
        record = _find_message(context, call)
        take_message(context.ports, record, lambda sound: _write_sound(file, sound))
        _write_facts(context)
    click.echo(
        f"{file}: {record.seconds} s; deleted at the carrier. Delete it here too."
    )


@messages_group.command("delete")
@click.argument("call")
def delete_message(call: str) -> None:
    """Throw a message away unheard, and delete it at the carrier."""
    with open_local_app() as context:
        take_message(context.ports, _find_message(context, call), None)
        _write_facts(context)
    click.echo("Thrown away.")


def _write_sound(file: Path, sound: bytes) -> None:
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


def _find_message(context: AppContext, beginning: str) -> MessageRecord:
    call = find_call(context, beginning)
    for record in context.ports.promises.messages():
        if record.call == call:
            return record
    raise NotFound(f"no message of {call} waits; see them with `hotline messages`")


def _write_facts(context: AppContext) -> None:
    for line in context.ports.content.lines():
        write_facts(context.ports, line)
