"""``hotline callbacks``: who was promised a call back, and what has come of it."""

import click

from ivr.actions import callbacks as promises
from ivr.actions.records import write_facts
from ivr.bootstrap import Opened
from ivr.cli.opening import call_named, house, line_named
from ivr.cli.shown import Rows, as_json, as_table
from ivr.core.history.promise_log import CallbackRecord, callback_row
from ivr.core.model.call import Call, CallId, LineKey, Stage
from ivr.core.model.errors import NotFound

COLUMNS = ("call", "language", "class", "state", "when", "promised", "tries")
STATES = {
    Stage.WAITING: "waiting",
    Stage.CLAIMED: "claimed",
    Stage.CONNECTED: "talking",
    Stage.AFTER: "talking",
    Stage.PROMISED: "later",
}


@click.group(invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option("--all", "all_", is_flag=True, help="Also those that are over.")
@click.pass_context
def callbacks(
    context: click.Context, *, json_: bool, line: str | None, all_: bool
) -> None:
    """Show the call backs that are promised, the oldest first."""
    if context.invoked_subcommand is not None:
        return
    with house() as here:
        only = line_named(here, line) if line else None
        rows = rows_of(here, only, ended=all_)
    if json_:
        as_json(rows)
    else:
        columns = (*COLUMNS, "reason") if all_ else COLUMNS
        as_table("Promised call backs, times in UTC", rows, columns)


@callbacks.command()
@click.argument("call")
def done(call: str) -> None:
    """Say that a person was reached otherwise, for example in writing."""
    _end(call, "done")
    click.echo("Done: the promise is kept.")


@callbacks.command()
@click.argument("call")
def cancel(call: str) -> None:
    """Take a promise back at once, also while the operator is being rung."""
    _end(call, "cancelled")
    click.echo("Cancelled: nobody is called.")


def _end(beginning: str, reason: str) -> None:
    with house() as here:
        call = call_named(here, beginning)
        for line in here.content.lines():
            if here.ports.store.call(line, call) is not None:
                promises.end(here.ports, line, call, reason)
                return
    raise NotFound(f"no promise {beginning}; see them with `hotline callbacks`")


def rows_of(here: Opened, line: LineKey | None, *, ended: bool) -> Rows:
    """The promises as rows, each in its present state."""
    for each in here.content.lines():
        write_facts(here.ports, each)
    records = here.ports.promises.callbacks(line, ended=ended)
    return [_row(here, record) for record in records]


def _row(here: Opened, record: CallbackRecord) -> dict[str, object]:
    promise = record.promise
    call = here.ports.store.call(promise.line, promise.call or CallId(""))
    due = call.promise.due if call and call.promise else None
    return {
        **callback_row(record, _state(record, call)),
        "due": due.isoformat() if due else None,
    }


def _state(record: CallbackRecord, call: Call | None) -> str:
    if record.ended is not None:
        return "over"
    if record.promise.in_writing:
        return "in writing"
    return STATES.get(call.stage, "over") if call else "lost from the live state"
