"""Callers: they ring, answer, enter the room, come out of it, and leave."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ivr.actions import callees
from ivr.actions import rules as rule_sets
from ivr.actions.calls.doubted_legs import doubt_others
from ivr.actions.calls.estimates import warn_if_unserved
from ivr.actions.one_number import (
    calls_beside,
    give_way,
    is_placed_beside,
    share_place,
)
from ivr.actions.talks.ending import end_call
from ivr.actions.talks.running import run
from ivr.actions.updating import saved_call, update_line
from ivr.core.dialogue import exit_menu, flow, spoken
from ivr.core.dialogue.asking import Placement
from ivr.core.dialogue.flow import Answer, Pressed, Step
from ivr.core.dialogue.instructions import Instruction, Say
from ivr.core.dialogue.one_number import facts_of_arrival
from ivr.core.dialogue.returning import (
    BROKE_OFF_IN,
    facts_of_return,
    in_old_place,
    keeps_arrival,
    left_behind,
    may_return,
    offer_return,
    queue_beside,
    return_to_place,
)
from ivr.core.dialogue.returning import KEY as RETURN_KEY
from ivr.core.line.menu import Line
from ivr.core.line.schedule import is_open
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import WITHOUT_OPERATOR, Claim
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.facts import LinkSent
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey
from ivr.core.model.phone_numbers import why_not_callable
from ivr.core.model.values import replace
from ivr.core.queue import arrival
from ivr.core.talk.events import CallerCameOut
from ivr.ports import Change, Contacts, Ports

Led = tuple[Step, tuple[Contact, ...]]
"""The step that an answer leads to, and the other calls that it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who rings ``number``, one of ours; ``caller`` may be withheld.

    ``contact`` is the identifier that their contact will have.
    """

    contact: ContactId
    number: str
    caller: PhoneNumber | None


def start_call(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    number: str,
    caller: PhoneNumber | None,
) -> list[Instruction]:
    """Answer a ring; a call that is known already goes on where it stands."""
    newcomer = Newcomer(contact=key, number=number, caller=caller)
    load = partial(_load_ring, ports, line, newcomer)
    decide = partial(begin_call, hotline=ports.content.lines()[line])
    ring, change = update_line(ports, line, load, decide)
    call = saved_call(change, ring.call.id)
    if call is not None:
        doubt_others(ports, call)
    return _present_at(ports, call or ring.call)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A call that rings, and an earlier one of the same number to return to."""

    call: Contact
    is_known: bool
    before: Contact | None = None


def _load_ring(ports: Ports, line: LineKey, newcomer: Newcomer) -> Ring:
    known = ports.contacts.call(line, newcomer.contact)
    if known is not None:
        return Ring(call=known, is_known=True)
    call = contact_of_newcomer(ports, line, newcomer, ports.clock.now())
    return Ring(call=call, is_known=False, before=_to_go_back_to(ports, call))


def begin_call(ring: Ring, _now: datetime, *, hotline: Line) -> Change | None:
    """Begin a call that is not known yet."""
    if ring.is_known:
        return None
    step = _first_step(hotline, ring.call, ring.before)
    return Change(save=(step.call,), facts=step.facts)


def first_step(ports: Ports, line: LineKey, newcomer: Newcomer, at: datetime) -> Step:
    """The first step of a new call; nothing is saved yet."""
    call, hotline = (
        contact_of_newcomer(ports, line, newcomer, at),
        ports.content.lines()[line],
    )
    return _first_step(hotline, call, _to_go_back_to(ports, call))


def _first_step(hotline: Line, call: Contact, before: Contact | None) -> Step:
    """Greet the caller; offer the return to one who rings back, if the line is open."""
    opens = is_open(hotline.hours, hotline.zone, call.started)
    step = flow.start_call(hotline, call, is_open=opens)
    return (
        step if before is None else replace(step, call=offer_return(step.call, before))
    )


def _to_go_back_to(ports: Ports, call: Contact) -> Contact | None:
    """The call of the same number whose place this one may take."""
    hotline = ports.content.lines()[call.line]
    if not is_open(hotline.hours, hotline.zone, call.started):
        return None
    return _broken_off(ports, call) or _still_up(ports, call)


def contact_of_newcomer(
    ports: Ports, line: LineKey, newcomer: Newcomer, at: datetime
) -> Contact:
    """The contact of somebody who rang at a moment."""
    caller = newcomer.caller
    return Contact(
        id=newcomer.contact,
        line=line,
        started=at,
        caller=Caller(
            newcomer.number,
            pseudonym=None if caller is None else ports.vault.pseudonym(caller),
            is_reachable=caller is not None,
        ),
    )


def _broken_off(ports: Ports, call: Contact) -> Contact | None:
    """The call of the same caller that broke off just now, if its place is kept."""
    if call.caller.pseudonym is None or call.stage is not Stage.MENU:
        return None
    before = ports.contacts.last_call(call.line, call.caller.pseudonym)
    if before is None or not _has_place_for(ports, before, call):
        return None
    return before if not before.is_live or is_callers(ports, before) else None


def _has_place_for(ports: Ports, before: Contact, call: Contact) -> bool:
    """Whether the place of an earlier call is kept for the caller of this one.

    What counts is the moment when the caller rang: the menu takes its time.
    """
    grace = rule_sets.in_force(ports, call.line).wait.grace
    return may_return(before, grace, call.started)


def _still_up(ports: Ports, call: Contact) -> Contact | None:
    """The call of the same number that we believe to be in the queue or in a talk.

    Its line may have broken off without the carrier's notice.
    """
    found = (each for each in calls_beside(ports, call) if each.stage in BROKE_OFF_IN)
    return next((each for each in found if _holds_arrival(each)), None)


def _holds_arrival(call: Contact) -> bool:
    return call.arrival.at is not None and not call.wait.beside


def is_callers(ports: Ports, call: Contact) -> bool:
    """Whether the call back goes to the telephone that the call came from.

    If not, that telephone is somebody else's: a person who rings from it was promised
    nothing.
    """
    name = callees.name_of(ports, call)
    return name is not None and name == call.caller.pseudonym


def place_held_for(ports: Ports, call: Contact) -> Contact | None:
    """The call that broke off, if nobody has taken its place meanwhile.

    We may still have believed it to be up when this one began.
    """
    key = call.wait.before
    before = ports.contacts.call(call.line, key) if key else None
    if before is not None and _has_place_for(ports, before, call):
        return before
    return _broken_off(ports, call)


def _taking_over(before: Contact, step: Step, now: datetime) -> Led:
    """The step, and the end of the call whose place is taken."""
    step = replace(step, facts=(*step.facts, *facts_of_return(before, now)))
    return step, (left_behind(before, now),)


def take_answer(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    step: int,
    given: Answer,
    caller: PhoneNumber | None = None,
) -> list[Instruction]:
    """Take the caller's answer to ``step``.

    An answer to an older step changes nothing.
    """
    decide = partial(_advance_call, ports, step=step, given=given, caller=caller)
    found, change = update_line(
        ports, line, partial(load_call, ports, line, key), decide
    )
    call = saved_call(change, found.id) or found
    if call.stage is Stage.WAITING:
        share_place(ports, call)
    # Only the request that changed the state sends the message: a double does not.
    if _asks_for_link(change) and not send_link(ports, call, caller):
        call = call.with_notices("location.link-failed", "wait.start")
    return _present_at(ports, call)


def _advance_call(
    ports: Ports,
    call: Contact,
    _now: datetime,
    *,
    step: int,
    given: Answer,
    caller: PhoneNumber | None,
) -> Change | None:
    """Take an answer to a step; nothing if the call is at another step."""
    if call.menu.step != step:
        return None
    decided, left = _lead_on(ports, call, given, caller)
    after = decided.call
    wake = after.stage is Stage.WAITING and call.stage is not Stage.WAITING
    if wake:
        after = warn_if_unserved(ports, after)
    if wake and call.stage is Stage.MENU:
        after = give_way(ports, after)
    facts = facts_of_arrival(after, decided.facts)
    return Change(save=(after, *left), facts=facts, wake=wake)


def _asks_for_link(change: Change | None) -> bool:
    facts = () if change is None else change.facts
    return any(isinstance(fact, LinkSent) for fact in facts)


def _lead_on(
    ports: Ports, call: Contact, given: Answer, caller: PhoneNumber | None
) -> Led:
    """Lead on from an answer, perhaps back to the place of a call that broke off."""
    line, now = ports.content.lines()[call.line], ports.clock.now()
    asked = call.stage is Stage.MENU
    if asked and call.menu.node == line.start and given == Pressed(RETURN_KEY):
        led = _led_back(ports, call, now)
        if led is not None:
            return led
    step = _decide_step(ports, call, given, caller)
    if not asked or step.call.stage is not Stage.WAITING:
        return step, ()
    return in_place_of(ports, place_held_for(ports, call), step)


def in_place_of(ports: Ports, before: Contact | None, step: Step) -> Led:
    """The step that queues a caller, in the old place if one is kept, or as it was."""
    if before is None or not keeps_arrival(before):
        return step, ()
    if is_placed_beside(ports, step.call):
        return step, ()
    call, now = step.call, ports.clock.now()
    rules = rule_sets.in_force(ports, call.line)
    kept = in_old_place(call, before, rules, now)
    step = Step(call=kept.call, facts=(*step.facts, *kept.facts))
    return _taking_over(before, step, now)


def _led_back(ports: Ports, call: Contact, now: datetime) -> Led | None:
    """Lead back to the place of the call that broke off, or beside one still up."""
    before, line = place_held_for(ports, call), ports.content.lines()[call.line]
    if before is not None and not is_placed_beside(ports, call):
        return _taking_over(before, return_to_place(line, call, before, now), now)
    other = _still_up(ports, call)
    return None if other is None else (queue_beside(line, call, other, now), ())


def _decide_step(
    ports: Ports, call: Contact, given: Answer, caller: PhoneNumber | None
) -> Step:
    line, now = ports.content.lines()[call.line], ports.clock.now()
    if not call.exit_menu.is_open:
        return flow.advance(line, call, given, now)
    step = exit_menu.advance(
        line, call, given, now, _chosen_number(ports, call, caller)
    )
    promises = step.call.stage is Stage.PROMISED and call.stage is not Stage.PROMISED
    if promises and not callees.may_call_back(ports, step.call):
        return Step(call=exit_menu.refuse_callback(call))
    return step


def _chosen_number(ports: Ports, call: Contact, caller: PhoneNumber | None) -> str:
    """The number that "yes" on this page chooses, sealed; "" when it will not do."""
    chosen = (
        caller
        if call.exit_menu.page is Page.NUMBER
        else PhoneNumber(f"+{call.menu.draft}")
    )
    return sealed_to_call(ports, chosen)


def sealed_to_call(ports: Ports, number: PhoneNumber | None) -> str:
    """A number to call back, sealed; "" when we may not call it."""
    lines = ports.content.lines().values()
    # A line that calls itself would answer itself, and wait for an operator.
    ours = {own for line in lines for own in line.numbers}
    if number is None or why_not_callable(number, ours) is not None:
        return ""
    return ports.vault.seal_number(number)


def present_call(ports: Ports, line: LineKey, key: ContactId) -> list[Instruction]:
    """The instructions for where the call stands; nothing changes."""
    return _present_at(ports, load_call(ports, line, key))


def _present_at(
    ports: Ports, call: Contact, *, again: bool = False, tone: bool = False
) -> list[Instruction]:
    """The instructions for now, with the caller's place sealed into the address."""
    hotline = ports.content.lines()[call.line]
    claim = _claim_of_talk(ports.contacts, call)
    if claim is not None and claim.interruption in WITHOUT_OPERATOR:
        return spoken.waits_for_operator(hotline, call, again=again)
    token = wait_token(ports, call) if spoken.carries_place(hotline, call) else ""
    room = "" if claim is None else claim.room
    placement = Placement(token=token, room=room, tone=tone)
    return spoken.present_stage(hotline, call, placement)


def _claim_of_talk(contacts: Contacts, call: Contact) -> Claim | None:
    """The claim of a caller who talks, or is let in to."""
    if call.stage is not Stage.CONNECTED or not call.talk.claim:
        return None
    return contacts.claim(call.line, call.talk.claim)


def wait_token(ports: Ports, call: Contact) -> str:
    """The place in the queue as a signed token for the wait address.

    If the store is wiped, the callers' own next polls rebuild it with this, each in the
    old place. The token holds nothing personal.
    """
    place = {
        "line": call.line,
        "language": call.need.language or "",
        "class": call.need.urgency or "",
        **arrival.words_of_arrival(call, ports.clock.now()),
    }
    back = {"back": call.id} if call.leg and not call.is_on_first_leg else {}
    return ports.vault.sign({**place, **back})


def load_call(ports: Ports, line: LineKey, key: ContactId) -> Contact:
    """The call; NotFound when the store does not have it (any more)."""
    return require_call(ports.contacts.call(line, key))


def require_call(call: Contact | None) -> Contact:
    """The call; NotFound when there is none."""
    if call is None:
        raise NotFound(
            "no such call in the live state; the next request begins it again"
        )
    return call


# --- the room, and after --------------------------------------------------


def after_room(
    ports: Ports,
    line: LineKey,
    leg: LegId,
    of: ClaimId | None = None,
    *,
    again: bool = False,
) -> list[Instruction]:
    """Let the caller out of the room ``of`` a claim: the talk is over, or never was.

    A late request may belong to an earlier talk, and ends no other. ``again``: the
    caller waits there for an operator who may come back.
    """
    came_out = CallerCameOut(leg=leg, of=of, waited=again)
    talk = run(ports, line, came_out).talk
    call = require_call(talk.calls.get(talk.caller) if talk.caller else None)
    return _present_at(ports, call, again=again)


def enter_room(
    ports: Ports, line: LineKey, key: ContactId, claim: ClaimId, *, tone: bool = False
) -> list[Instruction]:
    """Let the caller, fetched from the queue, into the room of a claim that binds.

    With ``tone`` the people in the room hear the caller come.
    """
    call = load_call(ports, line, key)
    if call.talk.claim != claim:
        return _present_at(ports, call, tone=tone)
    hotline = ports.content.lines()[line]
    language = spoken.language_of(hotline, call)
    inside = replace(call, stage=Stage.CONNECTED)
    connecting = Say(prompt="wait.connecting", language=language)
    return [connecting, *_present_at(ports, inside, tone=tone)]


def end_leg(ports: Ports, line: LineKey, leg: LegId, how: str = "") -> None:
    """End the caller's leg: the carrier says that it is over, and ``how``."""
    end_call(ports, line, leg, how)


def send_link(ports: Ports, call: Contact, to: PhoneNumber | None) -> bool:
    """Send the location link to the number that calls; return whether it went out."""
    line = ports.content.lines()[call.line]
    token = ports.vault.sign({"line": call.line, "call": call.id})
    values = {"link": f"{ports.public_url}/location/{token}"}
    language = spoken.language_of(line, call)
    body = ports.content.text(call.line, language, "location.message", values)
    try:
        if to is not None:
            ports.texts.text(to, line.phones.links_from, body)
    except (NotFound, Unavailable) as error:
        ports.log.warning("link not sent", line=call.line, error=str(error))
        return False
    return to is not None


def answer_of_keys(keys: str) -> Answer:
    """Keys as an answer: no key is silence."""
    return Pressed(keys) if keys else flow.Silence()
