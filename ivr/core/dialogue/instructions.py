"""Instructions for the telephone: what to do next, in our words, not a provider's."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct, field


class NextRequest(StrEnum):
    """The next request that a leg makes; the carrier's adapter knows the addresses.

    Only the web face may name a path of its own instead.
    """

    AFTER_TALK = "after-talk"
    HOLD = "hold"
    OFFER_CONNECT = "offer-connect"
    STANDING = "standing"
    STANDING_CALLED = "standing-called"
    STANDING_PIN = "standing-pin"
    WAIT = "wait"


class Say(Struct, frozen=True, kw_only=True):
    """Speak a prompt in a language; ``values`` fill its placeholders.

    The adapter plays the recording instead where the line has one.
    """

    prompt: str
    language: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class Pause(Struct, frozen=True, kw_only=True):
    """Be silent for ``length``."""

    length: timedelta


class Gather(Struct, frozen=True, kw_only=True):
    """Speak, then take up to ``digits`` keys; silence is an answer too.

    With ``digits`` above 1 the caller may end early with the hash key. ``step`` marks
    the answer: it counts only for this step of the call. ``token`` carries the place of
    somebody who waits through a loss of all state.
    """

    prompts: tuple[Say, ...]
    step: int
    digits: int = 1
    token: str = ""
    within: timedelta = timedelta(seconds=6)


class Enqueue(Struct, frozen=True, kw_only=True):
    """Put the caller on hold in the line's queue; the order is ours.

    ``token`` carries the place through a loss of all state.
    """

    token: str = ""


class HoldOn(Struct, frozen=True, kw_only=True):
    """Put the caller on hold while something fails; ``token`` holds all that we need.

    ``rounds`` is the number of rounds before this one.
    """

    token: str
    rounds: int = 0


class Hold(Struct, frozen=True, kw_only=True):
    """One round of waiting in the queue: words, then the tone for about ``length``.

    With ``keys`` one key is taken while it sounds; it comes back with ``token``, the
    place that the wait itself was given. Without a key the round ends, and the leg asks
    for the next one. ``outside`` counts the rounds of a caller who waits without the
    carrier's queue, which has no room.
    """

    prompts: tuple[Say, ...]
    length: timedelta
    keys: bool
    token: str = ""
    outside: int = 0


class LeaveQueue(Struct, frozen=True, kw_only=True):
    """Leave the queue; the leg then asks what comes next."""


class RecordMessage(Struct, frozen=True, kw_only=True):
    """Record a message of at most ``limit``; the hash key or silence ends it.

    The carrier asks us afterwards in every case: also when nothing was said, and when
    the caller hung up. ``token`` is the caller's place, for a store that was lost.
    """

    limit: timedelta
    token: str = ""


class Tone(Struct, frozen=True, kw_only=True):
    """Play the soft waiting tone for about ``length``."""

    length: timedelta


class EnterRoom(Struct, frozen=True, kw_only=True):
    """Join the conversation of a claim, as the caller or as the operator.

    ``role``: caller, operator (who is rung) or standing; for the last, ``token`` leads
    back to the standing line. With ``tone`` the others hear somebody come. ``room`` is
    the room's name if it is another claim's. The room ends for everybody when this leg
    leaves, unless it ``goes_on``. A leg that enters ``muted`` is not heard.
    """

    claim: str
    role: str
    limit: timedelta
    room: str = ""
    goes_on: bool = False
    muted: bool = False
    token: str = ""
    tone: bool = False


class AskOperator(Struct, frozen=True, kw_only=True):
    """Tell an operator who is coming and take one key: 1 takes, 2 declines."""

    prompts: tuple[Say, ...]
    claim: str


class AskPersonKey(Struct, frozen=True, kw_only=True):
    """Ask the person who was called back for one key; without one the call ends."""

    prompts: tuple[Say, ...]
    claim: str


class AskKeys(Struct, frozen=True, kw_only=True):
    """Speak to an operator and take up to ``digits`` keys to ``path``.

    Silence goes on to the next instruction.
    """

    prompts: tuple[Say, ...]
    path: NextRequest | str
    values: Mapping[str, str | int] = field(default_factory=dict)
    digits: int = 1
    within: timedelta = timedelta(seconds=6)


class AskNext(Struct, frozen=True, kw_only=True):
    """Ask us again at ``path``, with opaque ``values``."""

    path: NextRequest | str
    values: Mapping[str, str | int] = field(default_factory=dict)


class DialOut(Struct, frozen=True, kw_only=True):
    """Put the caller through to a number outside.

    That number sees ``caller_id``, a number of ours. Afterwards, whether somebody has
    answered there or not, the leg asks at ``path``.
    """

    number: str
    caller_id: str
    path: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class HangUp(Struct, frozen=True, kw_only=True):
    """End the call."""


Instruction = (
    Say
    | Pause
    | Gather
    | Enqueue
    | HoldOn
    | Hold
    | LeaveQueue
    | RecordMessage
    | Tone
    | EnterRoom
    | AskOperator
    | AskPersonKey
    | AskKeys
    | AskNext
    | DialOut
    | HangUp
)
