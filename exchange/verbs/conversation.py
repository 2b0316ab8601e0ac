"""A call as a whole: its documents, its fallback, what REST makes of it, its end."""

from contextlib import suppress

from exchange.documents.interpreter import Ending, Mode, follow
from exchange.kernel.signals import DocumentFailed, Goto, LegEnded, Rerouted
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.legs import outbound
from exchange.state.exchange_state import Board
from exchange.state.leg import Leg, Status
from exchange.verbs.dialling import dial
from exchange.verbs.gathering import gather
from exchange.verbs.recording import record
from exchange.verbs.simple_verbs import hangup, redirect, reject
from exchange.verbs.speech import sound
from exchange.verbs.waiting import enqueue

# What a caller hears when there is no fallback; the carrier's wording is its own.
APOLOGY = "We are sorry, an application error has occurred. Goodbye."

CALL = Mode(
    name="a call",
    verbs={
        "Say": sound,
        "Play": sound,
        "Pause": sound,
        "Gather": gather,
        "Redirect": redirect,
        "Hangup": hangup,
        "Reject": reject,
        "Enqueue": enqueue,
        "Dial": dial,
        "Record": record,
    },
)
_STATUS = {Ending.BUSY: Status.BUSY, Ending.REJECTED: Status.NO_ANSWER}


def receive(board: Board, leg: Leg, goto: Goto) -> Script[None]:
    """Take an inbound call through to its end."""
    board.set_status(leg, Status.RINGING)
    board.tell(leg, Kind.RINGING)
    outbound.limit(board, leg)
    with suppress(LegEnded):
        yield from converse(board, leg, goto)
    outbound.finish(board, leg)


def converse(board: Board, leg: Leg, goto: Goto) -> Script[None]:
    """Follow documents until the call has nothing left to do."""
    while True:
        try:
            ending = yield from follow(board, leg, goto, CALL)
        except Rerouted as new:
            goto = new.goto
        except DocumentFailed as fault:
            again = _fallback(leg, fault)
            if again is None:
                board.tell(leg, Kind.SAY, text=APOLOGY)
                ending = Ending.HANG_UP
                break
            goto = again
        else:
            break
    board.mark_ended(leg, _STATUS.get(ending, Status.COMPLETED))


def _fallback(leg: Leg, fault: DocumentFailed) -> Goto | None:
    url = leg.fallback.url
    if not url or fault.url == url:
        return None
    params = (("ErrorCode", str(fault.code)), ("ErrorUrl", fault.url))
    return Goto(url=url, method=leg.fallback.method, params=params)
