"""Status callbacks: the progress of legs and of conferences, told to the service."""

from exchange.kernel.http_types import Form, Purpose, Webhook
from exchange.kernel.signals import Goto
from exchange.state.conferences import Conference, Participant
from exchange.state.exchange_state import ExchangeState
from exchange.state.forms import mail_date
from exchange.state.leg import Leg, Status

SOURCE = "call-progress-events"
_TERMINAL = frozenset(
    {
        Status.COMPLETED,
        Status.BUSY,
        Status.FAILED,
        Status.NO_ANSWER,
        Status.CANCELED,
    }
)
# The words one subscribes with, and the words the event comes with.
_SUBSCRIBED_AS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


def of_call(state: ExchangeState, leg: Leg, event: str) -> Webhook | None:
    """Return the callback for an event of a leg, if anybody asked for it."""
    wanted = leg.callbacks
    if not wanted.target or event not in wanted.events:
        return None
    form = _progress_form(state, leg)
    leg.sequence += 1
    goto = Goto(url=wanted.target.url, method=wanted.target.method, params=form)
    return state.compose(leg, goto, Purpose.CALLBACK)


def send_leg_event(state: ExchangeState, leg: Leg, event: str) -> None:
    """Send the callback for an event of a leg, if anybody asked for it."""
    webhook = of_call(state, leg, event)
    if webhook is not None:
        state.send(webhook)


def send_room_event(
    state: ExchangeState, room: Conference, event: str, extra: Form = ()
) -> None:
    """Send the callback for an event of a conference, if anybody asked for it."""
    if not room.callback or _SUBSCRIBED_AS[event] not in room.events:
        return
    room.sequence += 1
    form = (
        ("AccountSid", state.config.account),
        ("ConferenceSid", room.sid),
        ("FriendlyName", room.name),
        ("SequenceNumber", str(room.sequence)),
        ("Timestamp", mail_date(state.now)),
        ("StatusCallbackEvent", event),
        *extra,
    )
    goto = Goto(url=room.callback.url, method=room.callback.method, params=form)
    state.send(state.compose(None, goto, Purpose.CALLBACK))


def of_participant(participant: Participant) -> Form:
    """Return the parameters that name a participant in a conference event."""
    form = (
        ("CallSid", participant.leg.sid),
        ("Muted", _flag_word(participant.muted)),
        ("Hold", _flag_word(participant.hold)),
        ("Coaching", _flag_word(participant.coaching)),
        ("EndConferenceOnExit", _flag_word(participant.end_on_exit)),
        ("StartConferenceOnEnter", _flag_word(participant.start_on_enter)),
    )
    label = (("ParticipantLabel", participant.label),) if participant.label else ()
    return (*form, *label)


def _progress_form(state: ExchangeState, leg: Leg) -> Form:
    form = [
        ("Timestamp", mail_date(state.now)),
        ("CallbackSource", SOURCE),
        ("SequenceNumber", str(leg.sequence)),
    ]
    if leg.status in {Status.RINGING, Status.IN_PROGRESS}:
        form.append(("StirStatus", "B"))
    if leg.status in _TERMINAL:
        seconds = leg.seconds()
        minutes = str(-(-seconds // 60))
        form += [("CallDuration", str(seconds)), ("Duration", minutes)]
        form.append(("SipResponseCode", leg.sip_code))
    return tuple(form)


def _flag_word(value: bool) -> str:  # noqa: FBT001 - it turns any flag into a word
    return "true" if value else "false"
