"""``hotline shifts``: who is to be there when, who has confirmed, who cannot come."""

from datetime import timedelta
from typing import Any

import click

from ivr.actions import shifts as planning
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.cli.shown import BEGINNING, as_json, as_table
from ivr.core.model.call import LineKey
from ivr.core.model.errors import Conflict, Faults, Invalid, NotFound
from ivr.core.shifts.shift import Shift, ShiftState, shift_row
from ivr.core.shifts.shift_times import by_the_wall, in_hours, spans

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


@click.group()
def shifts() -> None:
    """Plan shifts, and see who confirmed them and who cannot come."""


@shifts.command()
@click.argument("name")
@click.option("--from", "start", required=True, metavar='"2027-01-05 22:00"')
@click.option(
    "--to",
    "end",
    required=True,
    metavar='"06:00"',
    help="A time alone is the next such time, perhaps on the next day.",
)
@click.option(
    "--weekly",
    default=1,
    metavar="N",
    type=click.IntRange(1, MOST_WEEKS),
    help="At the same time of N weeks, this one counted.",
)
@click.option("--line", help="The operator's line, when the name is on several.")
def add(name: str, start: str, end: str, weekly: int, line: str | None) -> None:
    """Plan a shift of an operator, in the line's own time zone."""
    with house() as here:
        known = here.roster.find(name, line_named(here, line) if line else None)
        zone = here.content.lines()[known.line].zone
        try:
            found = spans(start, end, zone, here.ports.clock.now(), weekly)
        except Faults as faults:
            raise Faults(f"--{fault}" for fault in faults.faults) from None
        planned = planning.plan(here.ports, known, found)
    for shift in planned:
        told = f"{by_the_wall(shift, zone)} ({in_hours(shift.length)})"
        click.echo(f"{shift.id[:BEGINNING]}  {name}  {told}  {zone}")


@shifts.command()
@click.argument("shift")
def cancel(shift: str) -> None:
    """Take a shift back; the operator sees so at the desk."""
    with house() as here:
        found = planning.cancel(here.ports, _named(here, shift).id)
        zone = here.content.lines()[found.line].zone
    click.echo(f"Cancelled: {by_the_wall(found, zone)}.")


def _named(here: Opened, beginning: str) -> Shift:
    found = here.shifts.named(beginning)
    if not found:
        raise NotFound(
            f"no shift begins with {beginning!r}; see them with `hotline shifts list`"
        )
    if len(found) > 1:
        raise Conflict(f"several shifts begin with {beginning!r}; write more of it")
    return found[0]


@shifts.command(name="list")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="One line only.")
@click.option(
    "--days",
    default=14,
    show_default=True,
    type=click.IntRange(1, MOST_DAYS),
    help="How far to look ahead.",
)
@click.option("--all", "all_", is_flag=True, help="Also those that were cancelled.")
def list_(*, json_: bool, line: str | None, days: int, all_: bool) -> None:
    """Show the shifts that run or come, by line, in the line's own time zone."""
    with house() as here:
        lines = [line_named(here, line)] if line else list(here.content.lines())
        found = {key: _rows(here, key, days, all_=all_) for key in lines}
        zones = {key: here.content.lines()[key].zone for key in lines}
    if json_:
        as_json([_plain(row) for rows in found.values() for row in rows])
        return
    for key, rows in found.items():
        as_table(f"Shifts of {key}, times of {zones[key]}", rows, COLUMNS)
        _summary(rows)


def _rows(here: Opened, line: LineKey, days: int, *, all_: bool) -> list[Row]:
    now, names = here.ports.clock.now(), {e.id: e.name for e in here.roster.all(line)}
    found = here.ports.shifts.between(line, now, now + timedelta(days=days))
    return [
        _row(here, shift, names.get(shift.operator, shift.operator))
        for shift in found
        if all_ or shift.state is not ShiftState.CANCELLED
    ]


def _row(here: Opened, shift: Shift, name: str) -> Row:
    zone = here.content.lines()[shift.line].zone
    return {
        **shift_row(shift, name, zone),
        "reason": _reason(here, shift),
        "when": by_the_wall(shift, zone),
        "shown": "yes" if shift.seen else "not yet",
        "answer": ANSWERS[shift.state],
    }


def _reason(here: Opened, shift: Shift) -> str:
    try:
        return here.ports.vault.unseal(shift.reason)
    except Invalid:
        # Of one whose key was lost the rest is worth seeing all the same.
        return "(cannot be opened)"


def _plain(row: Row) -> Row:
    return {k: v for k, v in row.items() if k not in {"when", "shown", "answer"}}


def _summary(rows: list[Row]) -> None:
    for state in TO_BE_SEEN_TO:
        open_ = [row for row in rows if row["state"] == state]
        if open_:
            told = "; ".join(f"{row['operator']} {row['when']}" for row in open_)
            click.echo(f"{ANSWERS[state].capitalize()}: {told}")
