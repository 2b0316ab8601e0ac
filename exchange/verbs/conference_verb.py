"""Conferences: joining, waiting for the start, leaving, and ending for everybody.

Rules (carrier's page on Conference, facts sheet 1.4): it starts when two are in and one
of them may start it; the wait document does not loop; a leg that joined with
endConferenceOnExit ends it for all; only the first one's callback address counts.
"""

from exchange.documents import callbacks, delivery
from exchange.documents.interpreter import Mode, VerbStep, follow_documents
from exchange.kernel.signals import (
    ConferenceBegan,
    DocumentFailed,
    Key,
    LegEnded,
    Removed,
    Rerouted,
)
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state.conferences import (
    Conference,
    Participant,
    RoomStatus,
    WhyEnded,
    WhyLeft,
)
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Target
from exchange.twiml.parser import Verb
from exchange.verbs import announcing
from exchange.verbs.simple_verbs import redirect
from exchange.verbs.speech import act_sound

WAIT_VERBS = {
    "Say": act_sound,
    "Play": act_sound,
    "Pause": act_sound,
    "Redirect": redirect,
}
ROOM_FULL, SAME_LABEL = 16020, 16025


def stay_in_conference(step: VerbStep, noun: Verb) -> Script[str]:
    """Be in a conference until it is over for this leg; return DialCallStatus."""
    inner = VerbStep(state=step.state, leg=step.leg, verb=noun, document=step.document)
    room = _find_or_open(inner)
    if not _may_enter(inner, room):
        return "failed"
    participant = _enter_room(inner, room)
    limit = step.verb.number("timeLimit", step.leg.time_limit)
    star = step.verb.flag("hangupOnStar", default=False)
    try:
        yield from _wait_for_start(inner, room, participant)
        yield from _stay_until_removed(step.state, participant, limit, star_leaves=star)
    except DocumentFailed:
        return "failed"
    except (LegEnded, Rerouted) as reason:
        take_out(step.state, room, participant, _why_left(reason))
        raise
    finally:
        take_out(step.state, room, participant, WhyLeft.HUNG_UP)
    return "answered"


def take_out(
    state: ExchangeState, room: Conference, gone: Participant, why: WhyLeft
) -> None:
    """Take somebody out of a room; twice does no harm."""
    if gone not in room.participants:
        return
    kicked = why is WhyLeft.UPDATED and not gone.leg.ended
    _remove_from_room(state, room, gone, why)
    if gone.end_on_exit:
        reason = WhyEnded.MODERATOR_KICKED if kicked else WhyEnded.MODERATOR_LEFT
        end_room(state, room, reason, WhyLeft.MODERATOR, by=gone)
    elif not room.participants:
        reason = WhyEnded.LAST_KICKED if kicked else WhyEnded.LAST_LEFT
        end_room(state, room, reason, WhyLeft.MODERATOR, by=gone)
    else:
        _leave_alone(state, room)


def kick_participant(
    state: ExchangeState, room: Conference, participant: Participant
) -> None:
    """Remove somebody over REST: the call goes on with its own TwiML."""
    take_out(state, room, participant, WhyLeft.UPDATED)
    _wake_waiting(state, participant)


def end_room(
    state: ExchangeState,
    room: Conference,
    reason: WhyEnded,
    why_left: WhyLeft,
    by: Participant | None = None,
) -> None:
    """End a conference for everybody still in it."""
    if room.status is RoomStatus.COMPLETED:
        return
    room.status, room.updated = RoomStatus.COMPLETED, state.now
    room.why_ended, room.ended_by = reason, by
    for participant in list(room.participants):
        _remove_from_room(state, room, participant, why_left)
        _wake_waiting(state, participant)
    extra = [("ReasonConferenceEnded", str(reason)), ("Reason", str(reason))]
    if by is not None:
        extra.append(("CallSidEndingConference", by.leg.sid))
        extra.append(("ParticipantLabelEndingConference", by.label))
    callbacks.send_room_event(state, room, "conference-end", tuple(extra))


def _find_or_open(step: VerbStep) -> Conference:
    known = step.state.find_room(step.verb.text)
    if known is not None:
        return known
    goto = step.goto("statusCallback", "statusCallbackMethod")
    room = Conference(
        sid=step.state.issue_sid("CF"),
        name=step.verb.text,
        created=step.state.now,
        updated=step.state.now,
        max_size=int(step.verb.number("maxParticipants", 250)),
        callback=Target(url=goto.url, method=goto.method),
        events=frozenset(step.verb.get("statusCallbackEvent").split()),
    )
    step.state.conferences[room.sid] = room
    return room


def _may_enter(step: VerbStep, room: Conference) -> bool:
    label = step.verb.get("participantLabel")
    if label and room.find(label):
        step.state.complain(step.leg, f"{SAME_LABEL} label {label!r} is taken")
        return False
    if len(room.participants) >= room.max_size:
        step.state.complain(step.leg, f"{ROOM_FULL} the conference is full")
        return False
    return True


def _enter_room(step: VerbStep, room: Conference) -> Participant:
    verb, state = step.verb, step.state
    came = Participant(
        leg=step.leg,
        joined=state.now,
        updated=state.now,
        label=verb.get("participantLabel"),
        start_on_enter=verb.flag("startConferenceOnEnter", default=True),
        end_on_exit=verb.flag("endConferenceOnExit", default=False),
        muted=verb.flag("muted", default=False),
        coached=verb.get("coach"),
        coaching=bool(verb.get("coach")),
        beep=verb.get("beep", "true"),
    )
    room.participants.append(came)
    step.leg.conference = room.sid
    state.let_hear(step.leg, Kind.CONFERENCE, text=room.name)
    _beep_to_room(state, room, came, "onEnter")
    callbacks.send_room_event(
        state, room, "participant-join", callbacks.of_participant(came)
    )
    _perhaps_start(state, room, came)
    return came


def _perhaps_start(state: ExchangeState, room: Conference, came: Participant) -> None:
    if room.status is RoomStatus.IN_PROGRESS:
        _connect_participants(state, room)
    elif room.can_start:
        room.status, room.updated = RoomStatus.IN_PROGRESS, state.now
        extra = (("CallSid", came.leg.sid),)
        callbacks.send_room_event(state, room, "conference-start", extra)
        for each in room.participants:
            _wake_waiting(state, each)
        _connect_participants(state, room)


def _wake_waiting(state: ExchangeState, each: Participant) -> None:
    """Stop the music for somebody who waits, and let him see what has changed."""
    if each.waiting:
        state.timeline.interrupt(each.leg.task, ConferenceBegan(lambda: each.waiting))
    else:
        state.timeline.signal(each.leg.task, Removed())


def _connect_participants(state: ExchangeState, room: Conference) -> None:
    if len(room.participants) < 2:  # noqa: PLR2004 - two make a conversation
        return
    for each in room.participants:
        if not each.leg.is_connected:
            state.let_hear(each.leg, Kind.CONNECTED, text=room.name)


def _leave_alone(state: ExchangeState, room: Conference) -> None:
    if len(room.participants) == 1 and room.participants[0].leg.is_connected:
        state.let_hear(room.participants[0].leg, Kind.DISCONNECTED)


def _wait_for_start(
    step: VerbStep, room: Conference, came: Participant
) -> Script[None]:
    if room.status is RoomStatus.IN_PROGRESS:
        return
    came.waiting = True
    try:
        yield from _hear_music(step, came)
    except ConferenceBegan:
        return
    finally:
        came.waiting = False


def _hear_music(step: VerbStep, came: Participant) -> Script[None]:
    url = step.verb.get("waitUrl")
    if url:
        mode = Mode(name="a conference that has not begun", verbs=WAIT_VERBS)
        goto = step.goto("waitUrl", "waitMethod")
        yield from follow_documents(step.state, step.leg, goto, mode)
    silent = "waitUrl" in step.verb.attributes
    step.state.let_hear(step.leg, Kind.SILENCE if silent else Kind.MUSIC)
    while came.left is None:
        yield from delivery.wait_for_signal(step.state, (Removed,), None)


def _stay_until_removed(
    state: ExchangeState, participant: Participant, limit: float, *, star_leaves: bool
) -> Script[None]:
    deadline = state.now + limit
    while participant.left is None:
        left = deadline - state.now
        signal = yield from delivery.wait_for_signal(state, (Removed, Key), left)
        if signal is None or (star_leaves and signal == Key("*")):
            return


def _remove_from_room(
    state: ExchangeState, room: Conference, gone: Participant, why: WhyLeft
) -> None:
    room.participants.remove(gone)
    room.updated = state.now
    gone.left, gone.leg.conference = why, ""
    announcing.stop_music(state, gone)
    if gone.leg.is_connected:
        state.let_hear(gone.leg, Kind.DISCONNECTED)
    state.let_hear(gone.leg, Kind.CONFERENCE_LEFT, text=room.name)
    _beep_to_room(state, room, gone, "onExit")
    extra = (
        ("ParticipantCallStatus", str(gone.leg.status)),
        ("ReasonParticipantLeft", str(why)),
    )
    form = (*callbacks.of_participant(gone), *extra)
    callbacks.send_room_event(state, room, "participant-leave", form)


def _beep_to_room(
    state: ExchangeState, room: Conference, who: Participant, when: str
) -> None:
    if who.beep in {"true", when}:
        for each in room.participants:
            state.let_hear(each.leg, Kind.BEEP)


def _why_left(reason: LegEnded | Rerouted) -> WhyLeft:
    return WhyLeft.UPDATED if isinstance(reason, Rerouted) else WhyLeft.HUNG_UP
