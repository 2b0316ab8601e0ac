"""``hotline shifts``: who has to be there when, who has confirmed, who cannot come."""

from datetime import timedelta
from typing import Any

import click

from ivr.actions.operators import shifts as planning
from ivr.bootstrap.app import AppContext
from ivr.cli.opening import find_line, open_local_app
from ivr.cli.printing import BEGINNING, print_json, print_table
from ivr.core.model.errors import Conflict, Faults, Invalid, NotFound
from ivr.core.model.identifiers import LineKey
from ivr.core.shifts.shift import Shift, ShiftState, shift_row
from ivr.core.shifts.shift_times import by_the_wall, in_hours, read_spans

COLUMNS = ("shift", "operator", "when", "answer", "shown", "reason")
ANSWERS = {
    ShiftState.PLANNED: "not confirmed",
    ShiftState.CONFIRMED: "confirmed",
    ShiftState.DECLINED: "cannot come",
    ShiftState.CANCELLED: "cancelled",
}
TO_BE_SEEN_TO = (ShiftState.PLANNED, ShiftState.DECLINED)
MOST_WEEKS = 52
MOST_DAYS = 366

Row = dict[str, Any]


@click.group("shifts")
def shifts_group() -> None:
    """Plan shifts, and see who confirmed them and who cannot come."""


@shifts_group.command("add")
@click.argument("name")
@click.option("--from", "start", required=True, metavar='"2027-01-05 22:00"')
@click.option(
    "--to",
    "end",
    required=True,
    metavar='"06:00"',
    help="A time alone means the next such time, perhaps on the next day.",
)
@click.option(
    "--weekly",
    default=1,
    metavar="N",
    type=click.IntRange(1, MOST_WEEKS),
    help="Repeat it for N weeks at the same time, this one included.",
)
@click.option("--line", help="The operator's line, when the name is on several.")
def add_shift(name: str, start: str, end: str, weekly: int, line: str | None) -> None:
    """Plan a shift of an operator, in the line's own time zone."""
    with open_local_app() as context:
        known = context.ports.roster.find(
            name, find_line(context, line) if line else None
        )
        zone = context.ports.content.lines()[known.line].zone
        try:
            found = read_spans(start, end, zone, context.ports.clock.now(), weekly)
        except Faults as faults:
            raise Faults(f"--{fault}" for fault in faults.faults) from None
        planned = planning.plan_shifts(context.ports, known, found)
    for shift in planned:
        told = f"{by_the_wall(shift, zone)} ({in_hours(shift.length)})"
        click.echo(f"{shift.id[:BEGINNING]}  {name}  {told}  {zone}")


@shifts_group.command("cancel")
@click.argument("shift")
def cancel_shift(shift: str) -> None:
    """Cancel a shift; the operator sees it at the desk."""
    with open_local_app() as context:
        found = planning.revoke_shift(context.ports, _find_shift(context, shift).id)
        zone = context.ports.content.lines()[found.line].zone
    click.echo(f"Cancelled: {by_the_wall(found, zone)}.")


def _find_shift(context: AppContext, beginning: str) -> Shift:
    found = context.ports.shifts.named(beginning)
    if not found:
        raise NotFound(
            f"no shift begins with {beginning!r}; see them with `hotline shifts list`"
        )
    if len(found) > 1:
        raise Conflict(f"several shifts begin with {beginning!r}; write more of it")
    return found[0]


@shifts_group.command(name="list")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option(
    "--days",
    default=14,
    show_default=True,
    type=click.IntRange(1, MOST_DAYS),
    help="How far to look ahead.",
)
@click.option("--all", "all_", is_flag=True, help="Include cancelled shifts.")
def list_shifts(*, json_: bool, line: str | None, days: int, all_: bool) -> None:
    """Show the shifts that run or come, by line, in the line's own time zone."""
    with open_local_app() as context:
        lines = (
            [find_line(context, line)] if line else list(context.ports.content.lines())
        )
        found = {key: _shift_rows(context, key, days, all_=all_) for key in lines}
        zones = {key: context.ports.content.lines()[key].zone for key in lines}
    if json_:
        print_json([_json_row(row) for rows in found.values() for row in rows])
        return
    for key, rows in found.items():
        print_table(f"Shifts of {key}, times of {zones[key]}", rows, COLUMNS)
        _print_summary(rows)


def _shift_rows(
    context: AppContext, line: LineKey, days: int, *, all_: bool
) -> list[Row]:
    now, names = (
        context.ports.clock.now(),
        {e.id: e.profile.name for e in context.ports.roster.all(line)},
    )
    found = context.ports.shifts.between(line, now, now + timedelta(days=days))
    return [
        _row_of(context, shift, names.get(shift.operator, shift.operator))
        for shift in found
        if all_ or shift.state is not ShiftState.CANCELLED
    ]


def _row_of(context: AppContext, shift: Shift, name: str) -> Row:
    zone = context.ports.content.lines()[shift.line].zone
    return {
        **shift_row(shift, name, zone),
        "reason": _unseal_reason(context, shift),
        "when": by_the_wall(shift, zone),
        "shown": "yes" if shift.seen else "not yet",
        "answer": ANSWERS[shift.state],
    }


def _unseal_reason(context: AppContext, shift: Shift) -> str:
    try:
        return context.ports.vault.unseal(shift.reason)
    except Invalid:
        # If its key was lost, the rest is still worth seeing.
        return "(cannot be opened)"


def _json_row(row: Row) -> Row:
    return {k: v for k, v in row.items() if k not in {"when", "shown", "answer"}}


def _print_summary(rows: list[Row]) -> None:
    for state in TO_BE_SEEN_TO:
        open_ = [row for row in rows if row["state"] == state]
        if open_:
            told = "; ".join(f"{row['operator']} {row['when']}" for row in open_)
            click.echo(f"{ANSWERS[state].capitalize()}: {told}")
