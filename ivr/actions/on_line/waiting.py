"""On hold: the place, the expected wait, and help with work that is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions.calls.calls import load_call, present_call, require_call
from ivr.actions.calls.estimates import Announcement, announce_wait
from ivr.actions.calls.leading_out import is_led_out
from ivr.actions.one_number import share_place
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talks.ending import end_call
from ivr.actions.talks.running import run
from ivr.actions.updating import update_call, update_line
from ivr.actions.upkeep.due_work import help_out
from ivr.core.callback.promised_call import call_of_record
from ivr.core.dialogue import exit_menu
from ivr.core.dialogue.exit_menu_spoken import offered_ways
from ivr.core.dialogue.instructions import (
    AskNext,
    Enqueue,
    HangUp,
    Hold,
    Instruction,
    LeaveQueue,
    NextRequest,
    Say,
)
from ivr.core.dialogue.one_number import BESIDE
from ivr.core.line.menu import Line
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.leg import contact_of_leg, leg_of_contact
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import QueueWait
from ivr.core.model.errors import NotFound, Unreadable
from ivr.core.model.identifiers import ContactId, LegId, LineKey
from ivr.core.model.values import replace
from ivr.core.queue import arrival
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.events import CallerHungUp, SpokenMessage
from ivr.ports import Change, Ports

SHORTEST_ROUND = timedelta(seconds=5)
"""The shortest round of waiting: one that took no time would ask without end."""

POLL_SLACK = timedelta(seconds=30)
"""Time for speech between two polls, beyond twice the tone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRequest:
    """The data of a request about a caller that we may have forgotten.

    ``number`` is ours on that leg, ``token`` the place in the queue as we signed it,
    ``caller`` the number of the caller, which may be withheld.
    """

    number: str = ""
    token: str = ""
    caller: PhoneNumber | None = None


NO_PLACE = WaitRequest()

Speaker = tuple[Contact, bool]
"""The call whose caller has left a message, and whether the store has lost it."""

OUTSIDE = 4
"""After this many rounds outside the carrier's queue, we try that queue again."""


def wait_on_hold(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest, *, outside: int = 0
) -> list[Instruction]:
    """Give a caller on hold the next round; help routing when it is late.

    ``outside`` counts the rounds of a caller who waits outside the carrier's queue.
    """
    call = _load_waiting(ports, line, key, told)
    if not call.is_live:
        return [HangUp()]
    help_out(ports, line)
    if call.wait.beside:
        share_place(ports, call)
        call = load_call(ports, line, key)
    rules = rule_sets.in_force(ports, line)
    if not _waits_on(call) or is_led_out(ports, call, rules):
        return _lead_out(ports, call, outside)
    if outside and outside % OUTSIDE == 0:
        return [Enqueue(token=told.token)]
    return _play_round(ports, call, rules, told.token, outside)


def _waits_on(call: Contact) -> bool:
    """Whether the caller hears the next round, and not what comes after the wait.

    A request that led out of it may have been lost, or come twice. The carrier is just
    moving a caller who talks.
    """
    held = call.stage in {*exit_menu.HELD, Stage.CONNECTED}
    return held and not call.exit_menu.is_open


def no_room(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest
) -> list[Instruction]:
    """Answer a caller outside the carrier's queue: led out, or it was full or broke.

    A caller who should wait waits in ours all the same. The place is ours to keep, and
    so is every deadline; only the sound comes from a document that asks again.
    """
    call = _load_waiting(ports, line, key, told)
    is_held = call.stage in exit_menu.HELD
    if not is_held or call.exit_menu.is_open:
        # While nothing can be saved, a caller led back to the queue would come out
        # again. For one who waits, the next poll is noted, which is a write too.
        ports.changes.try_write()
    if not is_held:
        return present_call(ports, line, key)
    return wait_on_hold(ports, line, key, told, outside=1)


def _lead_out(ports: Ports, call: Contact, outside: int) -> list[Instruction]:
    return present_call(ports, call.line, call.id) if outside else [LeaveQueue()]


def _load_waiting(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest
) -> Contact:
    """The caller who asks; if this version cannot read it, in the signed place."""
    try:
        call = ports.contacts.call(line, key)
    except Unreadable as error:
        return restore_place(ports, line, key, told, error.rev)
    return call or restore_place(ports, line, key, told)


def key_pressed(
    ports: Ports,
    line: LineKey,
    leg: LegId,
    keys: str,
    token: str,
    *,
    outside: int = 0,
) -> list[Instruction]:
    """Answer a key of a caller on hold: a way out opens, or the wait goes on.

    A late key, of a leg that the caller has left, opens nothing: a person who is called
    back on another leg would land on a page they never chose.
    """
    hotline = ports.content.lines()[line]
    decide = partial(open_page, hotline=hotline, leg=leg, keys=keys)
    call = require_call(update_call(ports, line, contact_of_leg(leg), decide))
    if call.exit_menu.is_open:
        return _lead_out(ports, call, outside)
    return _play_round(ports, call, rule_sets.in_force(ports, line), token, outside)


def open_page(
    call: Contact, _now: datetime, *, hotline: Line, leg: LegId, keys: str
) -> Change | None:
    """Open the way out that a key stands for, unless the caller has left the leg."""
    page = exit_menu.open_exit_menu(hotline, call, keys)
    if call.exit_menu.is_open or page is None or call.leg != leg:
        return None
    return Change(save=(page,))


def message_left(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    recording: str | None,
    length: timedelta | None,
    told: WaitRequest = NO_PLACE,
) -> list[Instruction]:
    """Note that the carrier has recorded a message, or silence.

    It counts even if the live state was lost while the caller spoke: the place in the
    request is then enough.
    """
    load = partial(_load_speaker, ports, line, key, told)
    length = length or timedelta()
    decide = partial(take_message_down, recording=recording, length=length)
    update_line(ports, line, load, decide)
    return present_call(ports, line, key)


def message_left_at_end(
    ports: Ports, line: LineKey, leg: LegId, message: SpokenMessage, told: WaitRequest
) -> None:
    """Note what a caller who has hung up has said, and that the call is over.

    A caller whom the live state has lost is put into the signed place first.
    """
    if _has_noted_end(ports, line, CallerHungUp(leg=leg, message=message)):
        return
    key = contact_of_leg(leg)
    message_left(ports, line, key, message.recording, message.length, told)
    end_call(ports, line, leg)


def _has_noted_end(ports: Ports, line: LineKey, event: CallerHungUp) -> bool:
    """Decide about the end; False if there is no such call, or it cannot be read."""
    try:
        return run(ports, line, event).talk.caller is not None
    except Unreadable:
        return False


def take_message_down(
    speaker: Speaker, now: datetime, *, recording: str | None, length: timedelta
) -> Change | None:
    """Let a call go on after its message; wake routing if the store had lost it."""
    call, is_lost = speaker
    step = exit_menu.left_message(call, recording, length, now)
    if step.call == call:
        return None
    wake = is_lost and step.call.stage is Stage.WAITING
    return Change(save=(step.call,), facts=step.facts, wake=wake)


def _load_speaker(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest
) -> Speaker:
    """The call whose caller has spoken, and whether it was lost, or cannot be read."""
    rev = 0
    try:
        call = ports.contacts.call(line, key)
    except Unreadable as error:
        call, rev = None, error.rev
    if call is not None:
        return call, False
    place = _noted_as_restored(ports, line, key, told)
    exits = place.exit_menu.open_page(Page.MESSAGE)
    return replace(place, exit_menu=exits, rev=place.rev or rev), True


def _play_round(
    ports: Ports, call: Contact, rules: RuleSet, token: str, outside: int
) -> list[Instruction]:
    held = replace(_make_hold(ports, call, rules, token), outside=outside)
    if not outside:
        return [held]
    again: dict[str, str | int] = {"t": token, "outside": outside + 1}
    return [held, AskNext(path=NextRequest.WAIT, values=again)]


def _make_hold(ports: Ports, call: Contact, rules: RuleSet, token: str) -> Hold:
    """One round on hold; a caller who is being offered hears the tone alone.

    So does a leg whose caller has left, as we know, and will be called back: a late
    notice changes nothing about the promise. The round is cut short where the longest
    wait ends.
    """
    now, hotline = ports.clock.now(), ports.content.lines()[call.line]
    waits = call.stage is Stage.WAITING and call.leg is not None
    since = call.wait.since or call.arrival.at or call.started
    left = since + rules.wait.longest_wait - now
    length = min(rules.wait.announce_every, max(left, SHORTEST_ROUND))
    ways = offered_ways(hotline, call) if waits else []
    told = _announcements(ports, call, rules) if waits else Announcement()
    _expect_poll(ports, call, told, now + 2 * length + POLL_SLACK)
    return Hold(
        prompts=(*told.words, *ways), length=length, keys=bool(ways), token=token
    )


def _announcements(ports: Ports, call: Contact, rules: RuleSet) -> Announcement:
    """The announcement: a place, or that another call of the number holds it."""
    if call.wait.beside:
        return Announcement(
            words=(Say(prompt=BESIDE, language=call.need.language or ""),)
        )
    return announce_wait(ports, call, rules)


def _expect_poll(
    ports: Ports, call: Contact, told: Announcement, until: datetime
) -> None:
    """Expect the caller to ask again, and keep how long we told them to wait."""
    if told.until is not None:
        after = replace(call, wait=replace(call.wait, told_until=told.until))
        change = Change(save=(after,), expected={call.id: until})
        if save_and_enqueue(ports, call.line, change):
            return
        # Somebody else has just changed the call: the next announcement is in time.
    ports.heartbeats.expect_poll(call.line, call.id, until)


def restore_place(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest, rev: int = 0
) -> Contact:
    """The caller in the place that we signed; NotFound without one.

    It is saved over the document at ``rev``; 0 means that there is none. Several calls
    of one number are all restored, and share a place as before.
    """
    call = _noted_as_restored(ports, line, key, told)
    call = replace(call, rev=call.rev or rev)
    save_and_enqueue(ports, line, Change(save=(call,), wake=True))
    share_place(ports, call)
    return load_call(ports, line, key)


def _noted_as_restored(
    ports: Ports, line: LineKey, key: ContactId, told: WaitRequest
) -> Contact:
    """The caller's call in the signed place, not yet saved."""
    place = ports.vault.verify(told.token)
    if place is None or place.get("line") != line:
        raise NotFound("no such call, and no place that we signed")
    ports.log.warning("place restored", call=key, line=line)
    return _called_back(ports, line, leg_of_contact(key), place) or _call_of_place(
        ports, line, key, told, place
    )


def _called_back(
    ports: Ports, line: LineKey, leg: LegId, place: dict[str, str]
) -> Contact | None:
    """The promise of a person who was called back and waits on that leg."""
    key = ContactId(place.get("back", ""))
    call = ports.contacts.call(line, key) if key else None
    if call is None and key:
        bound = (each for each in ports.promises.callbacks(line))
        found = (call_of_record(each) for each in bound if each.promise.call == key)
        call = next(found, None)
    if call is None or call.callback.request is None or call.leg is not None:
        return None
    reached = replace(call.callback.request, leg=leg, reached=True, due=None)
    now = ports.clock.now()
    wait = replace(call.wait, since=now)
    return replace(call, stage=Stage.WAITING, wait=wait).with_request(reached)


def _call_of_place(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    told: WaitRequest,
    place: dict[str, str],
) -> Contact:
    hotline = ports.content.lines()[line]
    urgency = place["class"]
    topics = [each.key for each in hotline.topics.values() if each.urgency == urgency]
    topic = topics[0] if topics else hotline.fallback.topic
    queued = datetime.fromisoformat(place["queued"])
    caller = told.caller
    call = Contact(
        id=key,
        line=line,
        started=queued,
        caller=Caller(
            told.number,
            pseudonym=None
            if told.caller is None
            else ports.vault.pseudonym(told.caller),
            is_reachable=caller is not None,
        ),
        wait=QueueWait(since=queued),
        stage=Stage.WAITING,
        menu=MenuPosition(node=hotline.queue),
        need=Need(place["language"], topic, urgency),
    )
    return arrival.restore_arrival(call, place)
