"""``hotline rules simulate``: what other rules would have done, before they count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, groupby, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich import box
from rich.console import Console
from rich.table import Table

from ivr.actions import rules as rule_sets
from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext
from ivr.bootstrap.machine import seeded_random
from ivr.cli.commands.rules import FILE, read_proposed, rules_group
from ivr.cli.opening import find_line, open_local_app
from ivr.cli.printing import print_json
from ivr.core.history.call_log import CallRecord
from ivr.core.model.errors import Invalid, Unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.rules.rule_set import RuleSet, parse_rules
from ivr.simulation import generated, recorded
from ivr.simulation.day import Day, SimulatedCaller, SimulatedShift
from ivr.simulation.groups import group_results, is_clear, to_json
from ivr.simulation.line import simulate_day

DAYS = 28
RECORDED = timedelta(days=7)
ENOUGH = 100
"""Recorded callers that say more than made ones do."""

WIDTH = 100
IN_FORCE = "in force"
CHANGE, UNCLEAR = "change", "change ?"

_LEGEND = """\
answered   the share of all calls; mean, 9 of 10 and longest are the waits of those
           answered, min:s
left       hung up, or were sent off at the longest wait
overdue    came into the overdue lane
overtaken  somebody who came later was preferred by an operator they could have had
Assumed: one offer in ten is missed or declined, others are taken after 3 to 12 s."""
_OF_CHANGES = "change ?   so little may be chance: more --days tell more"


@dataclass(frozen=True, slots=True, kw_only=True)
class _CallerSource:
    """The callers, the start, and the source that they come from."""

    callers: tuple[SimulatedCaller, ...]
    start: datetime
    source: str
    text: str


@rules_group.command("simulate")
@click.argument("file", type=FILE, required=False)
@click.option(
    "--days", type=click.IntRange(1, 366), help="Simulate this many made days."
)
@click.option("--log", is_flag=True, help="Simulate the calls of the last 7 days.")
@click.option(
    "--operators",
    type=click.IntRange(1, 500),
    help="How many operators; by default those enrolled.",
)
@click.option("--seed", default=1, help="Another seed makes other days.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
@click.option("--line", help="The line; by default the first.")
def simulate_rules(  # noqa: PLR0913 - one for each option
    *,
    file: Path | None,
    days: int | None,
    log: bool,
    operators: int | None,
    seed: int,
    json_: bool,
    line: str | None,
) -> None:
    """Simulate the same days under the rules in force and under FILE.

    Nothing is published and no caller notices. Without --days or --log, simulate the
    calls of the last 7 days if there are a hundred, else 28 made days with their peak
    from 18:00 to 23:00.
    """
    if log and days:
        raise click.UsageError("--log and --days exclude each other: choose one")
    with open_local_app() as context:
        key = find_line(context, line)
        now = parse_rules(rule_sets.text_in_force(context.ports, key))
        sets = {IN_FORCE: now}
        if file:
            sets[file.name] = read_proposed(file, context.ports.content.lines()[key])
        callers = _choose_callers(context, key, now, seed, days=days, log=log)
        shifts = tuple(_make_shifts(context, key, operators, callers.start))
    day = Day(callers=callers.callers, shifts=shifts)
    rows = _result_rows(day, sets)
    if json_:
        print_json([{**row, "source": callers.source} for row in rows])
    else:
        _print_results(rows, callers, len(shifts))


# --- who calls, who answers -------------------------------------------------


def _choose_callers(
    context: AppContext,
    line: LineKey,
    rules: RuleSet,
    seed: int,
    *,
    days: int | None,
    log: bool,
) -> _CallerSource:
    records = [] if days else _recent_records(context, line)
    if log and not records:
        raise Invalid(
            "the call log has no caller who waited in the last 7 days; "
            "leave out --log for made days"
        )
    if log or len(records) >= ENOUGH:
        return _recorded_callers(records, rules, seed, context.ports.clock.now())
    return _generated_callers(context, line, rules, seed, days or DAYS)


def _recent_records(context: AppContext, line: LineKey) -> list[CallRecord]:
    try:
        write_facts(context.ports, line)
    except Unavailable as error:
        click.echo(f"hotline: the newest facts are missing: {error}", err=True)
    since = context.ports.clock.now() - RECORDED
    return recorded.usable_records(
        context.ports.call_search.calls(line=line, since=since)
    )


def _recorded_callers(
    records: Sequence[CallRecord], rules: RuleSet, seed: int, now: datetime
) -> _CallerSource:
    callers = tuple(recorded.replay_callers(records, rules, seeded_random(seed)))
    return _CallerSource(
        callers=callers,
        start=now - RECORDED,
        source="log",
        text="the calls of the last 7 days; the patience of those answered is drawn",
    )


def _generated_callers(
    context: AppContext, line: LineKey, rules: RuleSet, seed: int, days: int
) -> _CallerSource:
    hotline = context.ports.content.lines()[line]
    kinds = [
        (language, topic.urgency)
        for language in hotline.languages
        for topic in hotline.topics.values()
    ]
    talk = max(rules.estimate.talk - rules.wrap_up.length, timedelta(minutes=1))
    traffic = generated.Traffic(
        zone=rules.zone,
        per_hour=generated.EVENINGS,
        mix={kind: kinds.count(kind) for kind in kinds},
        talk=generated.exponential(talk),
        patience=generated.exponential(rules.estimate.patience),
        offers=generated.usual_offers,
    )
    start = _last_midnight(context.ports.clock.now(), rules)
    end = start + timedelta(days=days)
    return _CallerSource(
        callers=tuple(
            generated.generate_callers(traffic, seeded_random(seed), start, end)
        ),
        start=start,
        source="made",
        text=f"{days} made days of a hundred calls, most of them from 18:00 to 23:00",
    )


def _last_midnight(now: datetime, rules: RuleSet) -> datetime:
    local = now.astimezone(ZoneInfo(rules.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _make_shifts(
    context: AppContext, line: LineKey, number: int | None, start: datetime
) -> Iterator[SimulatedShift]:
    """Operators on duty throughout; those beyond the enrolled ones speak like them."""
    enrolled = [each.profile.languages for each in context.ports.roster.all(line)]
    if not enrolled and number is None:
        raise Invalid(
            "nobody is enrolled for this line; give a number with --operators N, "
            "or enrol some: hotline operators add"
        )
    spoken = enrolled or [tuple(context.ports.content.lines()[line].languages)]
    for place, languages in enumerate(islice(cycle(spoken), number or len(enrolled))):
        yield SimulatedShift(
            operator=OperatorId(f"operator-{place:03}"),
            languages=languages,
            start=start,
        )


# --- what is shown ----------------------------------------------------------


def _result_rows(day: Day, sets: Mapping[str, RuleSet]) -> list[dict[str, Any]]:
    """Every group under every rule set, those of one group together."""
    known = sets[IN_FORCE]
    runs = {
        name: group_results(simulate_day(day, rules), known)
        for name, rules in sets.items()
    }
    return [
        {
            **to_json(group, name),
            "clear": None if group is groups[0] else is_clear(groups[0], group),
        }
        for groups in zip(*runs.values(), strict=True)
        for name, group in zip(runs, groups, strict=True)
    ]


def _print_results(
    rows: Sequence[Mapping[str, Any]], callers: _CallerSource, staff: int
) -> None:
    table = Table(
        title=f"callers: {len(callers.callers)}; operators, on duty throughout: {staff}"
        f"\n{callers.text}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("class, language", max_width=20, overflow="fold")
    table.add_column("rules", max_width=16, no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right")
    groups = groupby(rows, key=lambda row: (row["class"], row["language"]))
    for (urgency, language), found in groups:
        name = f"{urgency}, {language}" if urgency else "everybody"
        known = list(found)
        for cells in _group_lines(known):
            table.add_row(name, *cells)
            name = ""
        if len(known) > 1:
            table.add_section()
    console = Console(width=WIDTH)
    console.print(table)
    console.print(_LEGEND, highlight=False)
    if any(row["clear"] is not None for row in rows):
        console.print(_OF_CHANGES, highlight=False)


def _group_lines(found: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """A group's lines: one for each rule set, and how they differ."""
    for row in found:
        yield [row["rules"], *(show(row[key]) for key, show, _ in COLUMNS.values())]
    if len(found) > 1:
        before, after = found
        yield [
            CHANGE if after["clear"] else UNCLEAR,
            *(
                _format_difference(before[key], after[key], difference)
                for key, _, difference in COLUMNS.values()
            ),
        ]


def _format_difference(before: Any, after: Any, show: Callable[[Any], str]) -> str:
    if before is None or after is None:
        return ""
    text = show(abs(after - before))
    if text == show(0):
        return "="
    return f"{'+' if after > before else '-'}{text}"


def _format_clock(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _format_percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _format_points(share: float) -> str:
    return f"{100 * share:.1f}"


COLUMNS: Mapping[str, tuple[str, Callable[[Any], str], Callable[[Any], str]]] = {
    "calls": ("calls", str, str),
    "answered": ("answered_share", _format_percent, _format_points),
    "mean": ("answer_seconds", _format_clock, _format_clock),
    "9 of 10": ("p90_seconds", _format_clock, _format_clock),
    "longest": ("longest_seconds", _format_clock, _format_clock),
    "left": ("left", str, str),
    "overdue": ("overdue", str, str),
    "overtaken": ("overtaken", str, str),
}
"""Each column: its key in a row, how it is shown, how a difference is."""
