"""``hotline calls``: the call log."""

import click

from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext
from ivr.cli.opening import find_line, open_local_app
from ivr.cli.printing import Rows, print_csv, print_json, print_table
from ivr.core.history.call_log import to_json
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LineKey

TABLE = (
    "call",
    "started",
    "language",
    "class",
    "outcome",
    "operator",
    "wait_seconds",
    "talk_seconds",
)
MORE = ("channel", "line", "number", "queued", "answered", "ended")
CSV = (*MORE, *TABLE, "offers", "location")


@click.command("calls")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--csv", "csv_", is_flag=True, help="Print CSV with a header.")
@click.option("--line", help="One line only.")
@click.option("--limit", type=click.IntRange(min=1), help="Show only the newest.")
def show_calls(*, json_: bool, csv_: bool, line: str | None, limit: int | None) -> None:
    """Show the call log, the newest call first."""
    with open_local_app() as context:
        only = find_line(context, line) if line else None
        rows = call_rows(context, only, limit)
    if json_:
        print_json(rows)
    elif csv_:
        print_csv(rows, CSV)
    else:
        print_table("Calls, times in UTC", rows, TABLE)


def call_rows(context: AppContext, line: LineKey | None, limit: int | None) -> Rows:
    """The call log as rows, after writing what the stream still holds."""
    try:
        for each in context.ports.content.lines():
            write_facts(context.ports, each)
    except Unavailable as error:
        click.echo(f"hotline: the newest facts are missing: {error}", err=True)
    _warn_of_unread(context)
    names = {
        operator.id: operator.profile.name for operator in context.ports.roster.all()
    }
    return [
        to_json(record, names.get(record.operator) if record.operator else None)
        for record in context.ports.call_search.calls(line=line, limit=limit)
    ]


def _warn_of_unread(context: AppContext) -> None:
    for line in context.ports.content.lines():
        if kinds := context.ports.call_log.unread(line):
            click.echo(
                f"hotline: {sum(kinds.values())} facts of {line} cannot be read by this"
                f" version ({', '.join(sorted(kinds))}); they are kept, and taken in"
                " when a version runs that can",
                err=True,
            )
