"""The dashboard of the demonstration: the live table, and the report at the end."""

from collections.abc import Callable, Iterable, Sequence
from statistics import mean, quantiles

from rich.console import Group
from rich.table import Table

from ivr.cli.printing import Rows
from ivr.core.history.call_log import CallRecord
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.operator import Operator

SHOWN = 12
"""Rows of the queue that fit a terminal; the rest is a number."""


def live_tables(
    clock: str, queue: Rows, operators: Sequence[Operator], done: str
) -> Group:
    """The queue and the operators side by side, at a moment of the evening."""
    both = Table.grid(padding=(0, 3))
    both.add_row(_queue_table(queue), _operators_table(operators))
    head = Table.grid()
    head.add_row(f"[bold]{clock}[/bold]   {done}")
    return Group(head, both)


def _queue_table(rows: Rows) -> Table:
    table = Table(title=f"Queue: {len(rows)}", title_justify="left", min_width=44)
    for column in ("place", "class", "language", "priority", "operator"):
        table.add_column(column)
    for row in rows[:SHOWN]:
        operator = row["operator"]
        table.add_row(
            str(row["place"] or "→"),
            row["class"],
            row["language"],
            f"{row['priority']:.0f}",
            f"rings {operator}" if operator else "",
        )
    if len(rows) > SHOWN:
        table.add_row("…", f"{len(rows) - SHOWN} more", "", "", "")
    return table


def _operators_table(operators: Sequence[Operator]) -> Table:
    table = Table(title="Operators", title_justify="left")
    for column in ("name", "languages", "state"):
        table.add_column(column)
    for operator in sorted(operators, key=lambda each: each.profile.name):
        state = operator.state.value
        table.add_row(
            operator.profile.name, ", ".join(operator.profile.languages), state
        )
    return table


def final_report(records: Sequence[CallRecord]) -> Group:
    """The evening in figures; waits are seconds from the queue to the answer."""
    return Group(
        _outcomes_table(records),
        _waits_table("Waits by class", records, lambda record: record.urgency or "-"),
        _waits_table(
            "Waits by language", records, lambda record: record.language or "-"
        ),
    )


def _outcomes_table(records: Sequence[CallRecord]) -> Table:
    table = Table(title="Calls", title_justify="left")
    table.add_column("outcome")
    table.add_column("calls", justify="right")
    for outcome in Outcome:
        number = sum(record.outcome == outcome for record in records)
        if number:
            table.add_row(outcome.value, str(number))
    table.add_row("[bold]all[/bold]", str(len(records)))
    return table


def _waits_table(
    title: str, records: Iterable[CallRecord], key: Callable[[CallRecord], str]
) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for column in ("queued", "answered", "abandoned", "mean", "p90", "longest"):
        table.add_column(column, justify="right")
    queued = [record for record in records if record.queued]
    for group in sorted({key(record) for record in queued}):
        table.add_row(
            group, *_wait_figures([each for each in queued if key(each) == group])
        )
    return table


def _wait_figures(records: Sequence[CallRecord]) -> list[str]:
    waits = [each.wait_seconds or 0.0 for each in records if each.answered]
    counts = [len(records), len(waits), len(records) - len(waits)]
    if not waits:
        return [*map(str, counts), "-", "-", "-"]
    ninth = quantiles(waits, n=10)[-1] if len(waits) > 1 else waits[0]
    times = [mean(waits), min(ninth, max(waits)), max(waits)]
    return [*map(str, counts), *(f"{time:.0f} s" for time in times)]
