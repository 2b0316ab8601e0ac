"""A call as a whole: its documents, its fallback, what REST makes of it, its end."""

from contextlib import suppress

from exchange.documents.interpreter import Ending, Mode, follow_documents
from exchange.kernel.signals import DocumentFailed, Goto, LegEnded, Rerouted
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.legs import outbound
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg, Status
from exchange.verbs.dialling import act_dial
from exchange.verbs.gathering import act_gather
from exchange.verbs.recording import act_record
from exchange.verbs.simple_verbs import hangup, redirect, reject
from exchange.verbs.speech import act_sound
from exchange.verbs.waiting import act_enqueue

# The words for a caller when there is no fallback; the carrier has its own wording.
APOLOGY = "We are sorry, an application error has occurred. Goodbye."

CALL = Mode(
    name="a call",
    verbs={
        "Say": act_sound,
        "Play": act_sound,
        "Pause": act_sound,
        "Gather": act_gather,
        "Redirect": redirect,
        "Hangup": hangup,
        "Reject": reject,
        "Enqueue": act_enqueue,
        "Dial": act_dial,
        "Record": act_record,
    },
)
_STATUS = {Ending.BUSY: Status.BUSY, Ending.REJECTED: Status.NO_ANSWER}


def receive_call(state: ExchangeState, leg: Leg, goto: Goto) -> Script[None]:
    """Take an inbound call through to its end."""
    state.set_status(leg, Status.RINGING)
    state.let_hear(leg, Kind.RINGING)
    outbound.limit_length(state, leg)
    with suppress(LegEnded):
        yield from follow_to_end(state, leg, goto)
    outbound.finish_leg(state, leg)


def follow_to_end(state: ExchangeState, leg: Leg, goto: Goto) -> Script[None]:
    """Follow documents until the call has nothing left to do."""
    while True:
        try:
            ending = yield from follow_documents(state, leg, goto, CALL)
        except Rerouted as new:
            goto = new.goto
        except DocumentFailed as fault:
            again = _fallback_of(leg, fault)
            if again is None:
                state.let_hear(leg, Kind.SAY, text=APOLOGY)
                ending = Ending.HANG_UP
                break
            goto = again
        else:
            break
    state.mark_ended(leg, _STATUS.get(ending, Status.COMPLETED))


def _fallback_of(leg: Leg, fault: DocumentFailed) -> Goto | None:
    url = leg.fallback.url
    if not url or fault.url == url:
        return None
    params = (("ErrorCode", str(fault.code)), ("ErrorUrl", fault.url))
    return Goto(url=url, method=leg.fallback.method, params=params)
