"""Messages between scripts: signals, which are heard, and interrupts, which hit.

A signal that nobody listens for is lost, like a key pressed into music.
"""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.kernel.http_types import Form, Outcome
from exchange.kernel.tasks import Interrupt


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto:
    """Where a call goes next: an address to ask, or a document given at once."""

    url: str = ""
    method: str = "POST"
    params: Form = ()
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One key pressed on the telephone."""

    digit: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said into the telephone."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A webhook was answered, or failed."""

    key: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class BridgeMade:
    """The two parties of a bridge hear each other."""


@dataclass(frozen=True, slots=True)
class BridgeOver:
    """The two parties of a bridge are apart again."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The other party is ready to be bridged; `sid` is its call."""

    sid: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A leg one waits for has ended; `sid` is its call."""

    sid: str


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A queue that was empty has a member."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The leg is no longer in the conference."""


@dataclass(frozen=True, slots=True)
class PickedUp:
    """Somebody at a device took the ringing call."""

    device: str


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """Somebody at a device turned the ringing call down."""


class LegEnded(Interrupt):
    """The call is over: hung up by somebody, cancelled, or out of time."""


class Rerouted(Interrupt):
    """A REST request gave the live call something else to do."""

    def __init__(self, goto: Goto, *, by_member: bool = False) -> None:
        super().__init__(goto.url)
        self.goto = goto
        self.by_member = by_member


class Conditional(Interrupt):
    """An interrupt that only makes sense while something still holds."""

    def __init__(self, holds: Callable[[], bool]) -> None:
        super().__init__()
        self._holds = holds

    def applies(self) -> bool:
        """Tell whether the reason still holds."""
        return self._holds()


class HoldOver(Interrupt):
    """The participant is no longer on hold, or not even in the conference."""


class ConferenceBegan(Conditional):
    """The conference has started: the music stops."""


class DocumentFailed(Exception):
    """A document could not be had or followed; `code` is the carrier's number."""

    def __init__(self, code: int, url: str, detail: str) -> None:
        super().__init__(f"{code} at {url}: {detail}")
        self.code = code
        self.url = url
