"""Announcements into a conference, and what participants are put on hold with."""

from contextlib import suppress

from exchange.documents import callbacks, delivery
from exchange.documents.interpreter import (
    Mode,
    VerbStep,
    follow_documents,
    repeat_document,
)
from exchange.kernel.http_types import RestRequest
from exchange.kernel.signals import DocumentFailed, Goto, HoldOver
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state.conferences import Conference, Participant
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg
from exchange.twiml.parser import Document
from exchange.verbs.simple_verbs import redirect
from exchange.verbs.speech import SOUNDS, act_sound

HOLD_VERBS = {
    "Say": act_sound,
    "Play": act_sound,
    "Pause": act_sound,
    "Redirect": redirect,
}


def announce_to(
    state: ExchangeState,
    request: RestRequest,
    room: Conference,
    to: tuple[Participant, ...],
) -> None:
    """Fetch a document and let the participants hear what it says."""
    goto = Goto(
        url=request.get("AnnounceUrl"), method=request.get("AnnounceMethod", "POST")
    )
    state.timeline.start(_speak_document(state, goto, room, to))


def hold_participant(
    state: ExchangeState, participant: Participant, goto: Goto
) -> None:
    """Put a participant on hold, to hear a document for as long as it lasts."""
    participant.hold = True
    state.let_hear(participant.leg, Kind.HOLD, text="on", url=goto.url)
    script = _play_to_held(state, participant.leg, goto)
    participant.music = state.timeline.start(script)


def unhold_participant(state: ExchangeState, participant: Participant) -> None:
    """Let a participant come back into the conversation."""
    participant.hold = False
    stop_music(state, participant)
    state.let_hear(participant.leg, Kind.HOLD, text="off")


def stop_music(state: ExchangeState, participant: Participant) -> None:
    """Stop what is heard on hold; when nothing is, no harm is done."""
    state.timeline.interrupt(participant.music, HoldOver())
    participant.music = None


def _play_to_held(state: ExchangeState, leg: Leg, goto: Goto) -> Script[None]:
    if not goto.url:
        state.let_hear(leg, Kind.MUSIC)
        return
    with suppress(HoldOver):
        # A document that failed has been complained of; the hold goes on in silence.
        with suppress(DocumentFailed):
            yield from _play_document(state, leg, goto)
        state.let_hear(leg, Kind.SILENCE)


def _play_document(state: ExchangeState, leg: Leg, goto: Goto) -> Script[None]:
    mode = Mode(name="a participant on hold", verbs=HOLD_VERBS)
    again = repeat_document if state.config.hold_repeats else follow_documents
    yield from again(state, leg, goto, mode)


def _speak_document(
    state: ExchangeState, goto: Goto, room: Conference, to: tuple[Participant, ...]
) -> Script[None]:
    event = "announcement-end"
    for participant in to:
        try:
            document = yield from delivery.load_document(state, participant.leg, goto)
        except DocumentFailed:
            event = "announcement-fail"
            continue
        yield from _play_sound(state, participant, document)
    callbacks.send_room_event(state, room, event)


def _play_sound(
    state: ExchangeState, participant: Participant, document: Document
) -> Script[None]:
    for verb in document.verbs:
        step = VerbStep(state=state, leg=participant.leg, verb=verb, document=document)
        if verb.name not in SOUNDS:
            state.complain(participant.leg, f"<{verb.name}> cannot be announced")
        elif participant.left is None:
            yield from SOUNDS[verb.name](step, ())
