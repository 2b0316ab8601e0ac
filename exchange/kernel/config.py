"""How one exchange is set up: account, numbers, pace, and what is only guessed.

Everything the facts sheet marks as unconfirmed is a field here, so that a test can
try the other reading.
"""

from dataclasses import dataclass, field
from enum import StrEnum

CHARACTERS_PER_SECOND = 15.0
CLIENT_SILENCE = 3.0


class RedirectOrder(StrEnum):
    """The request that comes first when a queued caller is redirected over REST."""

    ACTION_FIRST = "action-first"
    URL_FIRST = "url-first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A telephone number of the account and where its calls are sent."""

    number: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    friendly_name: str = ""
    sms_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The set-up of an exchange; times are seconds of the exchange's own clock."""

    account: str
    token: str = field(repr=False)
    numbers: tuple[Number, ...] = ()
    characters_per_second: float = CHARACTERS_PER_SECOND
    play_seconds: float = 5.0
    # Fetch what <Play> names: its length counts, and a missing file is a complaint.
    fetch_media: bool = False
    calls_per_second: float = 1.0
    ring_delay: float = 0.5
    answer_delay: float = 0.0
    # "Twilio adds about 5 s" to a Dial's timeout; to Calls.Timeout "in some flows".
    dial_grace: float = 5.0
    ring_grace: float = 0.0
    redirect_order: RedirectOrder = RedirectOrder.ACTION_FIRST
    # Documented for queue members only; for a plain call update it is a guess.
    call_update_notifies_queue: bool = True
    # Not documented: what Dial reports when its queue stays empty.
    empty_queue_status: str = "no-answer"
    # A recording is worked on for a while: until then nobody can have it, and then
    # its callback is sent. Zero has the callback come before the verb's action.
    recording_delay: float = 1.0
    # The action does not hear of an empty recording; with some carriers it does.
    empty_recording_is_told: bool = False
    # Not documented: whether `#rc=…` belongs to the signed address.
    sign_fragment: bool = False
    webhook_seconds: float = 15.0
    connect_seconds: float = 5.0
    queue_size: int = 1000
    api_base: str = "https://api.twilio.com"
    # The key that access tokens of clients are signed with; without one, none is good.
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    # How a call to a client without a device ends. Reported by users only.
    absent_client: str = "no-answer"
    # How long a client's device may be out of touch before its call is cut off.
    client_silence: float = CLIENT_SILENCE
    # Not documented: whether what is heard on hold begins again when it has run out.
    hold_repeats: bool = True
