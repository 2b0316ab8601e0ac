"""What the model of the queue keeps: rules, callers, operators, claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a rule set says, in seconds."""

    weights: Mapping[str, int]
    overdue: int = 900
    second_language: int = 0
    cool_down: int = 5
    wrap_up: int = 10
    away_after: int = 3
    ring: int = 20
    tries: int = 3
    delays: Sequence[int] = (8, 20)
    call_back_rings: int = 35
    reserve: Mapping[str, int] = field(default_factory=dict)

    def as_toml(self) -> str:
        """The same as a file."""
        classes = "".join(
            f"[class.{name}]\nweight = {weight}\n"
            for name, weight in self.weights.items()
        )
        kept = ", ".join(f"{name} = {count}" for name, count in self.reserve.items())
        hours = '[[hours]]\nfrom = "00:00"\nto = "24:00"\n' if kept else ""
        return (
            f'zone = "Europe/Kyiv"\n{classes}{hours}'
            + (f"reserve = {{ {kept} }}\n" if kept else "")
            + f"[wait]\noverdue_after = {self.overdue}\n"
            f"[offer]\nring_seconds = {self.ring}\ncool_down = {self.cool_down}\n"
            f"missed_to_away = {self.away_after}\n"
            f"[wrap_up]\nseconds = {self.wrap_up}\n"
            f"[relax]\nsecond_language_after = {self.second_language}\n"
            f"[callback]\ntries = {self.tries}\n"
            f"delay_seconds = {list(self.delays)}\n"
            f"ring_seconds = {self.call_back_rings}\n"
            # So many that no story comes to them: limits have tests of their own.
            "rings_per_hour = 1000\nrings_per_day = 1000\n"
        )


@dataclass(slots=True)
class Back:
    """A call back that is promised.

    ``activated`` once its caller has hung up; from then on they are on ``leg``, if on
    any. ``reached`` once they have asked there to be put through, ``fulfilled`` once
    they talk. ``tries`` of calling were in vain; it is ``due`` again then, and
    ``not_before`` a moment. It ``renews`` another call's promise, whose place it is to
    have. It binds ``again`` whose caller has rung and hung up, and has talked to nobody
    as it seems.
    """

    made: datetime
    activated: bool = False
    leg: str | None = None
    reached: bool = False
    fulfilled: bool = False
    tries: int = 0
    due: datetime | None = None
    not_before: datetime | None = None
    renews: str | None = None
    again: bool = False


@dataclass(slots=True)
class Caller:
    """A caller from the first ring on.

    ``queued`` is the arrival, and ``counts_from`` stands for it where the class was
    another. A talk has ``spent`` it, or it was ``given_back`` after one that broke off;
    an operator has ``handed_on`` its caller so often. ``before`` is a call of the same
    number whose place may be taken, ``came_from`` whether that was promised a call.
    """

    id: str
    started: datetime
    stage: str = "menu"
    step: int = 0
    tries: int = 0
    language: str = ""
    urgency: str = ""
    queued: datetime | None = None
    claim: str | None = None
    belongs_to: str | None = None
    number: str = ""
    before: str | None = None
    counts_from: datetime | None = None
    spent: bool = False
    given_back: bool = False
    handed_on: int = 0
    talks_since: datetime | None = None
    ended: datetime | None = None
    ended_from: str = ""
    page: str = ""
    message: str = ""
    back: Back | None = None
    came_from: bool = False

    @property
    def leg(self) -> str | None:
        """The leg on which the caller is; None while a promise waits to be kept."""
        return self.back.leg if self.back and self.back.activated else self.id

    @property
    def is_to_be_dialled(self) -> bool:
        """Whether the person is promised a call, and is not on the line yet."""
        return self.back is not None and self.back.activated and not self.back.reached


@dataclass(slots=True)
class Agent:
    """An operator."""

    id: str
    languages: tuple[str, ...]
    since: datetime
    idle: datetime
    state: str = "available"
    due: datetime | None = None
    claim: str | None = None
    leg: str | None = None
    missed: int = 0
    wish: str | None = None
    stands: bool = False

    @property
    def is_reachable(self) -> bool:
        """Whether the telephone is free, or the standing line up."""
        return (self.leg is not None) is self.stands


@dataclass(slots=True)
class Promise:
    """A claim."""

    id: str
    call: str
    operator: str
    made: datetime
    deadline: datetime | None
    state: str = "made"
    leg: str | None = None
    inside: set[str] = field(default_factory=set)
    going: str = ""
    taken: datetime | None = None
    caller_leg: str | None = None
    dialled: int = 0

    @property
    def party(self) -> str:
        """The leg of the caller, or of the person who is called back."""
        return self.caller_leg or self.call
