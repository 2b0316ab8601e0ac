"""``hotline calls``: the call log."""

import click

from ivr.actions.records import write_facts
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.cli.shown import Rows, as_csv, as_json, as_table
from ivr.core.history.call_log import to_json
from ivr.core.model.call import LineKey
from ivr.core.model.errors import Unavailable

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


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--csv", "csv_", is_flag=True, help="Print CSV with a header.")
@click.option("--line", help="One line only.")
@click.option("--limit", type=click.IntRange(min=1), help="The newest so many.")
def calls(*, json_: bool, csv_: bool, line: str | None, limit: int | None) -> None:
    """Show the call log, the newest call first."""
    with house() as here:
        only = line_named(here, line) if line else None
        rows = rows_of(here, only, limit)
    if json_:
        as_json(rows)
    elif csv_:
        as_csv(rows, CSV)
    else:
        as_table("Calls, times in UTC", rows, TABLE)


def rows_of(here: Opened, line: LineKey | None, limit: int | None) -> Rows:
    """The call log as rows, with what the stream still holds."""
    try:
        for each in here.content.lines():
            write_facts(here.ports, each)
    except Unavailable as error:
        click.echo(f"hotline: the newest facts are missing: {error}", err=True)
    _tell_unread(here)
    names = {operator.id: operator.name for operator in here.roster.all()}
    return [
        to_json(record, names.get(record.operator) if record.operator else None)
        for record in here.log.calls(line=line, limit=limit)
    ]


def _tell_unread(here: Opened) -> None:
    for line in here.content.lines():
        if kinds := here.log.unread(line):
            click.echo(
                f"hotline: {sum(kinds.values())} facts of {line} cannot be read by this"
                f" version ({', '.join(sorted(kinds))}); they are kept, and taken in"
                " when a version runs that can",
                err=True,
            )
