"""``hotline queue``: who waits now."""

import click

from ivr.actions import rules as rule_sets
from ivr.bootstrap.app import AppContext
from ivr.cli.opening import find_line, open_local_app
from ivr.cli.printing import Rows, print_json, print_table
from ivr.core.history.report import queue_rows
from ivr.core.model.identifiers import ContactId, LineKey

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


@click.command("queue")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
def show_queue(*, json_: bool, line: str | None) -> None:
    """Show who waits now, the next one first."""
    with open_local_app() as context:
        lines = (
            [find_line(context, line)] if line else list(context.ports.content.lines())
        )
        rows = [row for key in lines for row in queue_rows_of(context, key)]
    if json_:
        print_json(rows)
    else:
        print_table("Waiting, times in UTC", rows, COLUMNS)


def queue_rows_of(context: AppContext, line: LineKey) -> Rows:
    """The queue of a line as rows."""
    ports = context.ports
    return queue_rows(
        ports.queues.waiting(line),
        _claimed_by(context, line),
        rule_sets.in_force(ports, line),
        ports.clock.now(),
    )


def _claimed_by(context: AppContext, line: LineKey) -> dict[ContactId, str]:
    contacts, operators = context.ports.contacts, context.ports.operators
    names = {
        operator.id: operator.profile.name for operator in operators.operators(line)
    }
    claims = (contacts.claim(line, key) for key in contacts.open_claims(line))
    return {
        claim.call: names.get(claim.operator, claim.operator)
        for claim in claims
        if claim is not None
    }
