"""``hotline queue``: who waits now."""

import click

from ivr.actions import rules as rule_sets
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.cli.shown import Rows, as_json, as_table
from ivr.core.history.report import queue_rows
from ivr.core.model.call import CallId, LineKey

COLUMNS = (
    "call",
    "place",
    "class",
    "language",
    "state",
    "priority",
    "arrived",
    "operator",
)


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
def queue(*, json_: bool, line: str | None) -> None:
    """Show who waits now, the next one first."""
    with house() as here:
        lines = [line_named(here, line)] if line else list(here.content.lines())
        rows = [row for key in lines for row in rows_of(here, key)]
    if json_:
        as_json(rows)
    else:
        as_table("Waiting, times in UTC", rows, COLUMNS)


def rows_of(here: Opened, line: LineKey) -> Rows:
    """The queue of a line as rows."""
    ports = here.ports
    return queue_rows(
        ports.store.waiting(line),
        _claimed_by(here, line),
        rule_sets.in_force(ports, line),
        ports.clock.now(),
    )


def _claimed_by(here: Opened, line: LineKey) -> dict[CallId, str]:
    store = here.ports.store
    names = {operator.id: operator.name for operator in store.operators(line)}
    claims = (store.claim(line, key) for key in store.open_claims(line))
    return {
        claim.call: names.get(claim.operator, claim.operator)
        for claim in claims
        if claim is not None
    }
