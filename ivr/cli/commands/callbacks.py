"""``hotline callbacks``: promised call backs, and how far each has come."""

import click

from ivr.actions.calls import callbacks as promises
from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext
from ivr.cli.opening import find_call, find_line, open_local_app
from ivr.cli.printing import Rows, print_json, print_table
from ivr.core.history.callback_log import CallbackRecord, callback_row
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import ContactId, LineKey

COLUMNS = ("call", "language", "class", "state", "when", "promised", "tries")
STATES = {
    Stage.WAITING: "waiting",
    Stage.CLAIMED: "claimed",
    Stage.CONNECTED: "talking",
    Stage.AFTER: "talking",
    Stage.PROMISED: "later",
}


@click.group("callbacks", invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option("--all", "all_", is_flag=True, help="Include promises that are over.")
@click.pass_context
def callbacks_group(
    ctx: click.Context, *, json_: bool, line: str | None, all_: bool
) -> None:
    """Show promised call backs, the oldest first."""
    if ctx.invoked_subcommand is not None:
        return
    with open_local_app() as context:
        only = find_line(context, line) if line else None
        rows = callback_rows(context, only, ended=all_)
    if json_:
        print_json(rows)
    else:
        columns = (*COLUMNS, "reason") if all_ else COLUMNS
        print_table("Promised call backs, times in UTC", rows, columns)


@callbacks_group.command("done")
@click.argument("call")
def mark_done(call: str) -> None:
    """Mark a promise done: the person was reached otherwise, for example in writing."""
    _end_callback(call, "done")
    click.echo("Done: the promise is kept.")


@callbacks_group.command("cancel")
@click.argument("call")
def cancel_callback(call: str) -> None:
    """Cancel a promise at once, even while the operator is being rung."""
    _end_callback(call, "cancelled")
    click.echo("Cancelled: nobody is called.")


def _end_callback(beginning: str, reason: str) -> None:
    with open_local_app() as context:
        call = find_call(context, beginning)
        for line in context.ports.content.lines():
            if context.ports.contacts.call(line, call) is not None:
                promises.end_callback(context.ports, line, call, reason)
                return
    raise NotFound(f"no promise {beginning}; see them with `hotline callbacks`")


def callback_rows(context: AppContext, line: LineKey | None, *, ended: bool) -> Rows:
    """The promises as rows, each in its present state."""
    for each in context.ports.content.lines():
        write_facts(context.ports, each)
    records = context.ports.promises.callbacks(line, ended=ended)
    return [_row_of(context, record) for record in records]


def _row_of(context: AppContext, record: CallbackRecord) -> dict[str, object]:
    promise = record.promise
    call = context.ports.contacts.call(promise.line, promise.call or ContactId(""))
    due = call.callback.due if call else None
    return {
        **callback_row(record, _state_of(record, call)),
        "due": due.isoformat() if due else None,
    }


def _state_of(record: CallbackRecord, call: Contact | None) -> str:
    if record.ended is not None:
        return "over"
    if record.promise.in_writing:
        return "in writing"
    return STATES.get(call.stage, "over") if call else "lost from the live state"
