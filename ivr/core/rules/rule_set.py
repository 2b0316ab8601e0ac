"""The rule set of a line's queue: ``rules.toml`` as values, and the faults of one.

Every duration is a ``timedelta`` here and a number of seconds in the file.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
)
from pydantic_core import ErrorDetails

from ivr.core.model.errors import Faults
from ivr.core.rules.rule_values import (
    ClassName,
    Count,
    Days,
    Duration,
    EndOfHours,
    HeadStart,
    KnownClass,
    LongDuration,
    Number,
    RingTime,
    TimeOfDay,
    Tries,
    Weight,
    Zone,
    show_value,
)
from ivr.core.text.nearest import did_you_mean
from ivr.core.text.toml_lines import Key, line_of, lines_of
from ivr.core.text.wall_clock import DAYS, runs_at

_MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - of the wall clock
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ClassRule(_Table):
    """A class of urgency: priority at the start, and gained per second waited."""

    head_start: HeadStart = 0.0
    weight: Weight


class Hours(_Table):
    """Weights and reserves for hours of the day, from ``start`` up to ``end``.

    They go by the wall clock of the rule set's zone. Hours that cross midnight belong
    to the day on which they begin. A class that ``weight`` leaves out keeps its own.
    """

    name: str = ""
    days: Days = DAYS
    start: TimeOfDay = Field(alias="from")
    end: EndOfHours = Field(alias="to")
    weight: dict[KnownClass, Weight] = {}
    reserve: dict[KnownClass, Count] = {}

    def covers(self, local: datetime) -> bool:
        """Whether these hours run at a moment of local time."""
        return runs_at(self.days, self.start, self.end, local)


class WaitRules(_Table):
    """How long callers wait, what they hear meanwhile, and whose place is kept.

    A talk that was hung up, or whose line dropped, counts as cut off if it was shorter
    than ``short_talk``: its caller may come back to the place once. The calls of one
    number hold one place together, except those of ``switchboards``.
    """

    overdue_after: Duration = timedelta(seconds=900)
    longest_wait: LongDuration = timedelta(seconds=2700)
    announce_every: LongDuration = timedelta(seconds=45)
    grace: Duration = timedelta(seconds=300)
    short_talk: Duration = timedelta(seconds=300)
    switchboards: Annotated[tuple[Number, ...], Field(strict=False)] = ()


class OfferRules(_Table):
    """How an operator is rung, and rested after a missed or refused offer."""

    ring: RingTime = Field(default=timedelta(seconds=20), alias="ring_seconds")
    cool_down: Duration = timedelta(seconds=15)
    missed_to_away: Tries = 3


class WrapUpRules(_Table):
    """The time to breathe after a talk; zero is valid.

    An operator may ask for ``more`` of it, ``more_times`` for one talk.
    """

    length: Duration = Field(default=timedelta(seconds=30), alias="seconds")
    more: LongDuration = Field(default=timedelta(seconds=60), alias="more_seconds")
    more_times: Count = 5


class QuietHours(_Table):
    """Hours in which we call back only people who have asked for it.

    They go by the wall clock of the rule set's zone, and may cross midnight.
    """

    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")


class CallbackRules(_Table):
    """How we call people who asked to be called back.

    ``delays``: the pause after the first try that reached nobody, the second, and so
    on; the last one repeats. After ``tries`` we give up. We call a number no more often
    than ``rings_per_hour`` and ``rings_per_day``, whoever asked for it; from one
    telephone, calls to ``other_numbers_per_day`` other numbers can be asked for.
    """

    tries: Tries = 3
    delays: Annotated[
        tuple[Duration, ...], Field(strict=False, min_length=1, alias="delay_seconds")
    ] = (timedelta(seconds=300), timedelta(seconds=900))
    ring: RingTime = Field(default=timedelta(seconds=30), alias="ring_seconds")
    quiet: QuietHours | None = None
    rings_per_hour: Tries = 4
    rings_per_day: Tries = 10
    other_numbers_per_day: Tries = 5


class Relax(_Table):
    """When operators of another first language, or of other teams, are asked.

    ``languages`` holds the languages with a time of their own. For a call that was
    handed to a team the time counts from the handover.
    """

    second_language_after: Duration = timedelta()
    neighbouring_team_after: Duration = timedelta(seconds=120)
    languages: dict[str, Duration] = {}

    def opens_after(self, language: str) -> timedelta:
        """How long after arrival such operators may serve callers of a language."""
        return self.languages.get(language, self.second_language_after)


class Estimate(_Table):
    """Means for the expected wait: talk with wrap-up, and callers' patience."""

    talk: LongDuration = Field(default=timedelta(seconds=600), alias="talk_seconds")
    patience: LongDuration = Field(
        default=timedelta(seconds=900), alias="patience_seconds"
    )


class RuleSet(_Table):
    """Who is served first, and when: everything that ``rules.toml`` says.

    A rule set that was put in force also has a ``version``, and those ``before`` it.
    """

    zone: Zone = "Europe/Kyiv"
    classes: Annotated[dict[ClassName, ClassRule], Field(min_length=1)] = Field(
        alias="class"
    )
    hours: Annotated[tuple[Hours, ...], Field(strict=False)] = ()
    wait: WaitRules = WaitRules()
    offer: OfferRules = OfferRules()
    wrap_up: WrapUpRules = WrapUpRules()
    relax: Relax = Relax()
    callback: CallbackRules = CallbackRules()
    estimate: Estimate = Estimate()

    _version: int = PrivateAttr(default=0)
    _before: tuple["RulePeriod", ...] = PrivateAttr(default=())

    @property
    def version(self) -> int:
        """The number among the line's published rule sets; 0 for its own file."""
        return self._version

    @property
    def before(self) -> tuple["RulePeriod", ...]:
        """The rule sets that were in force earlier, the oldest first."""
        return self._before

    def as_version(self, version: int, after: Iterable["RulePeriod"] = ()) -> "RuleSet":
        """The same rules as a version of the line's, in force after others."""
        published = self.model_copy()
        published._version = version  # noqa: SLF001 - a copy of our own
        published._before = tuple(after)  # noqa: SLF001 - as above
        return published

    @cached_property
    def boundaries(self) -> frozenset[time]:
        """The times of day at which some hours begin or end."""
        return frozenset(edge for each in self.hours for edge in (each.start, each.end))

    def local(self, moment: datetime) -> datetime:
        """The moment as the clocks of the rule set's zone show it."""
        return moment.astimezone(ZoneInfo(self.zone))

    def hours_at(self, local: datetime) -> Hours | None:
        """The first hours in the file that cover a moment of local time."""
        place = bisect_right(self.edges_sorted, local.time())
        return self.hours_of_week[local.weekday()][place]

    @cached_property
    def edges_sorted(self) -> list[time]:
        """The boundaries in the order of a day."""
        return sorted(self.boundaries)

    @cached_property
    def hours_of_week(self) -> list[list[Hours | None]]:
        """For each day the hours before, between and after boundaries."""
        begins = [time(), *self.edges_sorted]
        days = [_MONDAY + timedelta(days=number) for number in range(len(DAYS))]
        return [
            [self._find_hours(datetime.combine(day, begin)) for begin in begins]
            for day in days
        ]

    def _find_hours(self, local: datetime) -> Hours | None:
        return next((each for each in self.hours if each.covers(local)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePeriod:
    """Rules that were in force, and the moment at which others replaced them."""

    rules: RuleSet
    until: datetime


def weight_of(rules: RuleSet, urgency: str, local: datetime) -> float:
    """Priority gained per second at a moment of local time.

    A class that the rules do not have any more counts 1.0: a caller who waits in it
    when other rules are published is not stranded.
    """
    hours = rules.hours_at(local)
    if hours is not None and urgency in hours.weight:
        return hours.weight[urgency]
    rule = rules.classes.get(urgency)
    return rule.weight if rule is not None else 1.0


def head_start_of(rules: RuleSet, urgency: str) -> float:
    """Priority on arrival; 0 for a class that the rules do not have any more."""
    rule = rules.classes.get(urgency)
    return rule.head_start if rule is not None else 0.0


def reserve_of(rules: RuleSet, local: datetime) -> Mapping[str, int]:
    """How many free operators are kept for each class at a moment of local time."""
    hours = rules.hours_at(local)
    return hours.reserve if hours is not None else {}


def parse_rules(text: str, origin: str = "rules.toml") -> RuleSet:
    """The rule set of a file; raises Faults with everything that is wrong with it.

    A fault reads ``origin:line: key: what is wrong; remedy``, line and key as in the
    file; ``hours[1]`` is the first ``[[hours]]``.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Faults([f"{origin}:{_word_syntax_fault(str(error), text)}"]) from None
    classes = table.get("class")
    context = {"classes": classes if isinstance(classes, dict) else {}}
    try:
        return RuleSet.model_validate(table, context=context)
    except ValidationError as error:
        raise Faults(_word_faults(error.errors(), text, origin)) from None


def _word_syntax_fault(message: str, text: str) -> str:
    place = _LINE.search(message)
    line = int(place[1]) if place else len(text.splitlines())
    reason = message.split(" (at ", maxsplit=1)[0]
    return f"{max(line, 1)}: this is not TOML ({reason}); mend or remove this line"


def _word_faults(
    errors: Iterable[ErrorDetails], text: str, origin: str
) -> Iterator[str]:
    lines = lines_of(text)
    for error in errors:
        where = tuple(part for part in error["loc"] if part != "[key]")
        place = f"{origin}:{line_of(lines, where)}: {key_of(where)}"
        yield f"{place}: {_word_fault(error, where)}"


def key_of(where: Key) -> str:
    """A key as one would look for it in the file: ``hours[1].weight.urgent``."""
    parts = [
        f"[{part + 1}]"
        if isinstance(part, int)
        else "." + (part if _BARE.fullmatch(part) else show_value(part))
        for part in where
    ]
    return "".join(parts).removeprefix(".")


def _word_fault(error: ErrorDetails, where: Key) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return (
            f"is no key of the rules; {did_you_mean(str(where[-1]), _names_at(where))}"
        )
    return _AT.get((kind, str(where[-1]))) or _KINDS.get(kind, error["msg"])


def _names_at(where: Key) -> Iterator[str]:
    model = _TABLES[str(where[0])] if len(where) > 1 else RuleSet
    return (field.alias or name for name, field in model.model_fields.items())


_TABLES: Mapping[str, type[_Table]] = {
    "class": ClassRule,
    "hours": Hours,
    "wait": WaitRules,
    "offer": OfferRules,
    "wrap_up": WrapUpRules,
    "relax": Relax,
    "callback": CallbackRules,
    "estimate": Estimate,
}
_AT = {
    ("missing", "class"): "is missing; define at least one [class.name] with a weight",
    ("too_short", "class"): "is empty; define at least one [class.name] with a weight",
    ("too_short", "delay_seconds"): "is empty; write at least one pause in seconds",
    ("tuple_type", "hours"): "is not a list; write [[hours]] in double brackets",
    ("dict_type", "languages"): "is not a table; write it as { uk = 20 }",
}
_KINDS = {
    "missing": "is missing; add it",
    "string_type": "is not text; write it in quotes",
    "literal_error": f"is no day; write one of {', '.join(DAYS)}",
    "model_type": "is not a table; write its keys below a [header]",
    "dict_type": "is not a table; write it as { class = 1 }",
    "tuple_type": "is not a list; write it in [ ]",
}
