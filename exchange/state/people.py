"""The persons at the telephones, as plain values: what they do, step by step."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Press keys while the service gathers or records, `after` seconds into it."""

    digits: str
    after: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """Say something: into a Gather that listens, or, to the end, into a recording."""

    text: str
    after: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """Let the next (or present) gathering or recording run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Do nothing for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hears:
    """Expect to hear something that matches, `within` seconds."""

    text: str = ""
    language: str = ""
    within: float = 60.0


class Moment(StrEnum):
    """A moment that a person can wait for."""

    QUEUED = "queued"
    CONNECTED = "connected"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """Wait for a moment; hang up when it has not come after `patience` seconds."""

    moment: Moment
    patience: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Wait to be connected, talk for `seconds`, hang up."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """Hang up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Stay on the line until somebody else ends the call."""


Deed: TypeAlias = Press | Speak | Silent | Wait | Hears | Until | Talk | HangUp | Stay
Deeds: TypeAlias = tuple[Deed, ...]


class Pickup(StrEnum):
    """What happens when a telephone rings."""

    ANSWERS = "answers"
    NO_ANSWER = "no answer"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """A person who is called: how they pick up, and what follows."""

    pickup: Pickup = Pickup.ANSWERS
    after: float = 2.0
    mailbox: bool = False
    deeds: Deeds = (Stay(),)


NOBODY = Callee(pickup=Pickup.NO_ANSWER)


def accepting_operator(
    *, after: float = 2.0, talks: float | None = None, digits: str = "1"
) -> Callee:
    """Return an operator who answers, presses a key and talks.

    Without `talks` the operator stays until the other one leaves.
    """
    last: Deed = Stay() if talks is None else Talk(seconds=talks)
    return Callee(after=after, deeds=(Press(digits=digits), last))


def answering_machine(*, after: float = 2.0, greeting: float = 20.0) -> Callee:
    """Return a mail box: it answers, talks on, presses nothing and hangs up."""
    deeds = (Wait(seconds=greeting), HangUp())
    return Callee(after=after, mailbox=True, deeds=deeds)


def declining_operator(digits: str = "2", *, after: float = 2.0) -> Callee:
    """Return an operator who answers and presses the key for no."""
    return Callee(after=after, deeds=(Press(digits=digits), Stay()))
