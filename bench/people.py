"""Callers who wait and operators who are enrolled, made as the house keeps them."""

from datetime import datetime, timedelta

from bench.house import House
from ivr.actions.calls import calls
from ivr.actions.operators.roster import load_roster
from ivr.core.dialogue.flow import Pressed
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach
from ivr.ports import Change

AT_ONCE = 200
"""Calls that are saved by one commit."""

BETWEEN = timedelta(milliseconds=1)
KEYS = ("1", "1", "0")
"""The language, the topic, and the answer of whoever would not say where."""

LANGUAGES = ("uk", "ru", "en")
CLASSES = (("myself", "urgent"), ("relative", "family"), ("how", "information"))


def fill(built: House, line: LineKey, count: int) -> None:
    """Have so many callers wait, in every language and class, the last since now."""
    now = built.context.ports.clock.now()
    waiting = [_waiting(built, line, now, count - n) for n in range(count)]
    for start in range(0, count, AT_ONCE):
        change = Change(save=waiting[start : start + AT_ONCE])
        built.context.ports.changes.commit(line, change)


def _waiting(built: House, line: LineKey, now: datetime, place: int) -> Contact:
    hotline = built.context.ports.content.lines()[line]
    topic, urgency = CLASSES[place // len(LANGUAGES) % len(CLASSES)]
    arrived = now - place * BETWEEN
    return Contact(
        id=ContactId(f"CA{hash(line) % 2**32:08x}{place:024x}"),
        line=line,
        started=arrived,
        arrival=Arrival(at=arrived),
        caller=Caller(hotline.numbers[0], f"{place:032x}", is_reachable=True),
        stage=Stage.WAITING,
        menu=MenuPosition(
            node=hotline.queue,
            trail=("language", "topic", "location"),
            step=len(KEYS),
            notices=("wait.start",),
        ),
        need=Need(LANGUAGES[place % len(LANGUAGES)], topic, urgency),
        location=Location(LocationKind.DECLINED),
    )


def enrol(
    built: House, line: LineKey, name: str, reach: Reach = Reach.PHONE
) -> OperatorId:
    """An operator who speaks everything, and is offline."""
    now, key = built.context.ports.clock.now(), OperatorId(f"{line}-{name}")
    operator = Operator(
        id=key,
        line=line,
        profile=Profile(name=name, languages=LANGUAGES, reach=reach),
        since=now,
        idle_since=now,
    )
    number = PhoneNumber(f"+4477009{hash(key) % 100_000:05d}")
    built.context.ports.roster.add(operator, number)
    load_roster(built.context.ports, line)
    return key


def ring_and_queue(built: House, line: LineKey, number: int) -> ContactId:
    """A caller goes the way through the menu into the queue; no web in between."""
    ports, key = built.context.ports, ContactId(f"CA{number:032x}")
    hotline = built.context.ports.content.lines()[line]
    caller = PhoneNumber(f"+4477009{number % 100_000:05d}")
    calls.start_call(ports, line, key, hotline.numbers[0], caller)
    for step, keys in enumerate(KEYS):
        calls.take_answer(ports, line, key, step, Pressed(keys))
    return key
