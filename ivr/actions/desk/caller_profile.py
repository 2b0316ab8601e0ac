"""The profile of an operator's current caller; the location is shown on demand.

We write down who asks to see something hidden before we show it: if that fails, we do
not show it.
"""

from collections.abc import Sequence

from ivr.actions.desk.current_contact import current_contact
from ivr.actions.records import write_facts
from ivr.actions.saving import save_and_enqueue
from ivr.core.history.call_log import CallRecord
from ivr.core.history.record import Record, Reveal, Revealed, may_read
from ivr.core.history.timeline import (
    CallerCard,
    EarlierCall,
    EarlierNote,
    GivenLocation,
    Happening,
    Names,
    make_timeline,
    name_or_key,
    waits_for_talks,
)
from ivr.core.model.account import Account
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import Fact, LocationRevealed
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace
from ivr.ports import Change, Ports, Records

MOST_EARLIER = 10
"""How many of a caller's earlier calls are shown."""


def caller_card(ports: Ports, who: Account) -> CallerCard:
    """The profile of the current caller; Stale when there is none."""
    call = current_contact(ports, who.line, who.operator)
    try:
        return _full_card(ports, who, call)
    except Unavailable as error:
        # The conversation goes on: what the live state knows is shown all the same.
        ports.log.warning("card is incomplete", call=call.id, error=str(error))
        return _make_card(call)


def _full_card(ports: Ports, who: Account, call: Contact) -> CallerCard:
    write_facts(ports, who.line)
    facts = ports.call_log.facts_of_calls([call.id])
    names = names_of(ports, who.line)
    earlier = _earlier_calls(ports, who, call, names)
    card = _make_card(call, facts, make_timeline(facts, names), earlier)
    return replace(card, place=_shown_before(ports.records, who, call))


def _make_card(
    call: Contact,
    facts: Sequence[Fact] = (),
    told: tuple[Happening, ...] | None = None,
    earlier: tuple[EarlierCall, ...] | None = None,
) -> CallerCard:
    waited = [length for _, length in waits_for_talks(facts)]
    return CallerCard(
        call=call.id,
        language=call.need.language or "",
        topic=call.need.topic or "",
        location=call.location.kind,
        returning=bool(earlier) or call.wait.before is not None,
        waited=waited[-1] if waited else None,
        timeline=told,
        earlier=earlier,
    )


def _shown_before(
    records: Records, who: Account, call: Contact
) -> GivenLocation | None:
    """The location, for an operator who has asked for it in this call."""
    asked = records.was_shown(call.id, who.operator, Revealed.AREA)
    return GivenLocation(area=call.location.area) if asked else None


def names_of(ports: Ports, line: LineKey) -> Names:
    """The names of the operators of a line."""
    return {each.id: each.profile.name for each in ports.roster.all(line)}


def _earlier_calls(
    ports: Ports, who: Account, call: Contact, names: Names
) -> tuple[EarlierCall, ...]:
    """The caller's calls before this one, the newest first.

    We do not recognise a caller who withholds the number.
    """
    if call.caller.pseudonym is None:
        return ()
    found = ports.call_log.calls_from(
        call.line, call.caller.pseudonym, call.started, MOST_EARLIER
    )
    notes = _earlier_records(ports, who, [each.call for each in found], names)
    return tuple(_earlier_call(each, notes.get(each.call, ()), names) for each in found)


def _earlier_records(
    ports: Ports, who: Account, calls: Sequence[ContactId], names: Names
) -> dict[ContactId, tuple[EarlierNote, ...]]:
    desk = ports.content.lines()[who.line].desk
    found: dict[ContactId, tuple[EarlierNote, ...]] = {}
    for record in ports.records.of_calls(calls) if calls else ():
        if may_read(desk, who, record.operator):
            note = _earlier_note(record, names)
            found[record.call] = (*found.get(record.call, ()), note)
    return found


def _earlier_note(record: Record, names: Names) -> EarlierNote:
    return EarlierNote(
        by=name_or_key(names, record.operator),
        disposition=record.disposition,
        text=record.note,
    )


def _earlier_call(
    record: CallRecord, notes: tuple[EarlierNote, ...], names: Names
) -> EarlierCall:
    return EarlierCall(
        call=record.call,
        started=record.started,
        topic=record.topic,
        outcome=record.outcome,
        operator=name_or_key(names, record.operator) if record.operator else None,
        notes=notes,
    )


# --- on demand ------------------------------------------------------------


def reveal_area(ports: Ports, who: Account) -> GivenLocation:
    """The current caller's location, as far as they gave it; Stale without a caller.

    Coordinates, once there are any, will be shown in the same way.
    """
    call = current_contact(ports, who.line, who.operator)
    write_down(ports, who, call.id, Revealed.AREA)
    fact = LocationRevealed(
        at=ports.clock.now(),
        line=call.line,
        call=call.id,
        operator=who.operator,
        what=Revealed.AREA.value,
    )
    save_and_enqueue(ports, call.line, Change(save=(), facts=(fact,)))
    return GivenLocation(area=call.location.area)


def write_down(ports: Ports, who: Account, call: ContactId, what: Revealed) -> None:
    """Write down that somebody is about to see something hidden."""
    ports.records.reveal(
        Reveal(
            id=ports.ids.token(),
            at=ports.clock.now(),
            line=who.line,
            operator=who.operator,
            call=call,
            what=what,
        )
    )
