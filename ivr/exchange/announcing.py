"""Announcements into a conference, and what participants are put on hold with."""

from ivr.exchange import callbacks, delivery
from ivr.exchange.board import Board
from ivr.exchange.conferences import Conference, Participant
from ivr.exchange.following import Step
from ivr.exchange.signals import DocumentFailed, Goto
from ivr.exchange.speech import SOUNDS
from ivr.exchange.tasks import Script
from ivr.exchange.transcript import Kind
from ivr.exchange.twiml import Document
from ivr.exchange.wire import RestRequest


def announce(
    board: Board, request: RestRequest, room: Conference, to: tuple[Participant, ...]
) -> None:
    """Fetch a document and let the participants hear what it says."""
    goto = Goto(
        url=request.get("AnnounceUrl"), method=request.get("AnnounceMethod", "POST")
    )
    board.timeline.start(_speak(board, goto, room, to))


def hold(board: Board, participant: Participant, *, on: bool, url: str) -> None:
    """Put a participant on hold, or take him off."""
    participant.hold = on
    board.tell(participant.leg, Kind.HOLD, text="on" if on else "off", url=url)


def _speak(
    board: Board, goto: Goto, room: Conference, to: tuple[Participant, ...]
) -> Script[None]:
    event = "announcement-end"
    for participant in to:
        try:
            document = yield from delivery.load(board, participant.leg, goto)
        except DocumentFailed:
            event = "announcement-fail"
            continue
        yield from _sound(board, participant, document)
    callbacks.tell_room(board, room, event)


def _sound(board: Board, participant: Participant, document: Document) -> Script[None]:
    for verb in document.verbs:
        step = Step(board=board, leg=participant.leg, verb=verb, document=document)
        if verb.name not in SOUNDS:
            board.complain(participant.leg, f"<{verb.name}> cannot be announced")
        elif participant.left is None:
            yield from SOUNDS[verb.name](step, ())
