"""The flow of a call: where each answer of a caller leads.

A call is a fold over events: ``advance`` gives the next call and the facts.
``ivr.core.dialogue.spoken`` decides what is spoken at a point of the call.

Nobody can be trapped: every question is asked at most twice, then the caller goes to an
operator without having pressed a key.
"""

from datetime import datetime

from msgspec import Struct

from ivr.core.dialogue.spoken import (
    AGAIN,
    AREA_DIGITS,
    CHOOSING,
    CODE,
    CONFIRMING,
    DECLINE,
    LINK,
    NEXT_PART,
    RETYPE,
    RIGHT,
    TALK_TO_OPERATOR,
    TELL,
    TYPING,
    language_of,
    offers_link,
)
from ivr.core.line.menu import (
    BACK,
    REPEAT,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Parts,
    Queue,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallerQueued,
    Fact,
    LanguageChosen,
    LinkSent,
    LocationGiven,
    MenuGivenUp,
    SectionPlayed,
    TopicChosen,
    of_call,
    started_fact,
)
from ivr.core.model.values import replace
from ivr.core.queue.arrival import give_back_place

ASKINGS = 2
"""How often we ask a question before the caller goes to an operator."""

MOST_STEPS = 200
"""The most answers in one call before it goes to an operator, whatever the menu
says."""

ASKING = frozenset({Stage.MENU, Stage.AFTER})
"""The stages in which the caller is asked something."""


class Pressed(Struct, frozen=True):
    """The caller pressed keys; never empty."""

    keys: str


class Silence(Struct, frozen=True):
    """The caller was asked and pressed nothing."""


Answer = Pressed | Silence


class Step(Struct, frozen=True, kw_only=True):
    """The call after an answer, and the facts on the way."""

    call: Contact
    facts: tuple[Fact, ...] = ()


# --- where an answer leads ------------------------------------------------


def start_call(line: Line, call: Contact, *, is_open: bool) -> Step:
    """The first step of a call: the first menu, or the words of a closed line."""
    fact = started_fact(call, call.started)
    if not is_open:
        return Step(call=refuse_closed(call), facts=(fact,))
    asks = isinstance(line.nodes[line.start], LanguageMenu)
    language = None if asks else line.fallback.language
    menu, need = call.menu.at_node(line.start), Need(language)
    call = replace(call, menu=menu, need=need)
    return Step(call=call, facts=(fact,))


def refuse_closed(call: Contact) -> Contact:
    """The call of somebody who rings outside the hours."""
    closed = ("flow.closed", "flow.goodbye")
    call = call.say_goodbye(Outcome.REFUSED)
    return call.with_notices(*closed)


def advance(line: Line, call: Contact, answer: Answer, now: datetime) -> Step:
    """Lead on from the caller's answer; a call that is not asking stays as it is."""
    if call.stage not in ASKING:
        return Step(call=call)
    call = replace(call, menu=call.menu.next_step())
    if call.stage is Stage.AFTER:
        return _after_talk(line, call, answer, now)
    if call.menu.step > MOST_STEPS:
        return _give_up(line, call, now)
    return _answer_node(line, call, answer, now)


def _answer_node(line: Line, call: Contact, answer: Answer, now: datetime) -> Step:
    node = line.nodes[call.menu.node]
    match node:
        case LocationStep():
            return _answer_location(line, node, call, answer, now)
        case Parts() if isinstance(answer, Silence):
            return _next_section(line, node, call, now)
        case _ if isinstance(answer, Silence):
            return _repeat_question(line, call, "flow.no-answer", now)
        case _:
            return _press_key(line, call, answer.keys, now)


def _press_key(line: Line, call: Contact, key: str, now: datetime) -> Step:
    if key == REPEAT:
        return Step(call=call)
    if key == BACK and call.menu.trail:
        return Step(call=_go_back(line, call))
    node = line.nodes[call.menu.node]
    step: Step | None = None
    match node:
        case LanguageMenu():
            step = _choose_language(line, node, call, key, now)
        case Menu():
            step = _choose_item(line, node, call, key, now)
        case Parts():
            step = _steer_section(line, node, call, key, now)
    return step or _repeat_question(line, call, "flow.wrong-key", now)


def _choose_language(
    line: Line, menu: LanguageMenu, call: Contact, key: str, now: datetime
) -> Step | None:
    for code, language in line.languages.items():
        if language.key == key:
            fact = of_call(LanguageChosen, call, now, language=code)
            call = replace(call, need=replace(call.need, language=code))
            return _go_to(line, call, menu.to, now, fact)
    return None


def _choose_item(
    line: Line, menu: Menu, call: Contact, key: str, now: datetime
) -> Step | None:
    for choice in menu.choices:
        if choice.key == key and choice.topic:
            call, fact = _with_topic(line, call, choice.topic, now)
            return _go_to(line, call, choice.to, now, fact)
        if choice.key == key:
            return _go_to(line, call, choice.to, now)
    return None


def _with_topic(
    line: Line, call: Contact, topic: str, now: datetime
) -> tuple[Contact, TopicChosen]:
    urgency = line.topics[topic].urgency
    fact = of_call(TopicChosen, call, now, topic=topic, urgency=urgency)
    need = replace(call.need, topic=topic, urgency=urgency)
    return replace(call, need=need), fact


def _steer_section(
    line: Line, parts: Parts, call: Contact, key: str, now: datetime
) -> Step | None:
    if key == TALK_TO_OPERATOR:
        return _go_to(line, call, parts.to, now)
    if key == NEXT_PART:
        return _next_section(line, parts, call, now)
    return None


def _next_section(line: Line, parts: Parts, call: Contact, now: datetime) -> Step:
    following = call.menu.part + 1
    if following >= len(parts.parts):
        return _go_to(line, call, parts.to, now)
    call = replace(call, menu=call.menu.turn_to(following))
    return _play_section(call, now)


def _play_section(call: Contact, now: datetime, *facts: Fact) -> Step:
    fact = of_call(SectionPlayed, call, now, part=call.menu.part + 1)
    call = replace(call, menu=call.menu.mark_played())
    return Step(call=call, facts=(*facts, fact))


def _go_to(line: Line, call: Contact, to: str, now: datetime, *facts: Fact) -> Step:
    call = replace(call, menu=call.menu.remember_node())
    return _enter_node(line, call, to, now, *facts)


def _enter_node(
    line: Line, call: Contact, to: str, now: datetime, *facts: Fact
) -> Step:
    call = replace(call, menu=call.menu.at_node(to))
    match line.nodes[to]:
        case Queue():
            return queue_up(line, call, now, *facts)
        case Parts():
            return _play_section(call, now, *facts)
        case _:
            return Step(call=call, facts=facts)


def _go_back(line: Line, call: Contact) -> Contact:
    call = replace(call, menu=call.menu.go_back())
    if isinstance(line.nodes[call.menu.node], Menu):
        # The choice is open again: a caller who gives up now is undecided.
        return replace(call, need=Need(call.need.language))
    return call


def _repeat_question(line: Line, call: Contact, notice: str, now: datetime) -> Step:
    if call.menu.tries + 1 >= ASKINGS:
        return _give_up(line, call, now)
    return Step(call=replace(call, menu=call.menu.repeat_question(notice)))


def _give_up(line: Line, call: Contact, now: datetime) -> Step:
    fact = of_call(MenuGivenUp, call, now, node=call.menu.node)
    call = call.with_notices("flow.to-operator")
    return _enter_node(line, call, line.queue, now, fact)


# --- the location step ----------------------------------------------------


def _answer_location(
    line: Line, node: LocationStep, call: Contact, answer: Answer, now: datetime
) -> Step:
    if isinstance(answer, Silence):
        return _repeat_question(line, call, "flow.no-answer", now)
    if answer.keys == REPEAT:
        return Step(call=call)
    if call.menu.part == TYPING:
        return _take_code(line, call, answer.keys, now)
    if call.menu.part == CONFIRMING:
        return _confirm_code(line, node, call, answer.keys, now)
    return _choose_way(line, node, call, answer.keys, now)


def _choose_way(
    line: Line, node: LocationStep, call: Contact, key: str, now: datetime
) -> Step:
    if key == DECLINE:
        return _give_location(line, node, call, Location(LocationKind.DECLINED), now)
    if key == TELL:
        return _go_to(line, call.with_notices("location.thanks-tell"), node.to, now)
    if key == CODE:
        return Step(call=_at_page(call, TYPING))
    if key == LINK and offers_link(line, call):
        fact = of_call(LinkSent, call, now)
        call = call.with_notices("location.thanks-link")
        return _go_to(line, call, node.to, now, fact)
    return _repeat_question(line, call, "flow.wrong-key", now)


def _take_code(line: Line, call: Contact, keys: str, now: datetime) -> Step:
    if keys == BACK:
        return Step(call=_at_page(call, CHOOSING))
    if not keys.isdecimal() or len(keys) not in AREA_DIGITS:
        return _repeat_question(line, call, "location.odd", now)
    return Step(call=_at_page(call, CONFIRMING, keys))


def _confirm_code(
    line: Line, node: LocationStep, call: Contact, key: str, now: datetime
) -> Step:
    if key == RIGHT:
        where = Location(LocationKind.AREA, call.menu.draft)
        return _give_location(line, node, call, where, now)
    if key == RETYPE:
        return Step(call=_at_page(call, TYPING))
    if key == BACK:
        return Step(call=_at_page(call, CHOOSING))
    return _repeat_question(line, call, "flow.wrong-key", now)


def _at_page(call: Contact, page: int, draft: str = "") -> Contact:
    """At a page of the location step, with the code that is not confirmed yet."""
    return replace(call, menu=call.menu.turn_to(page, draft))


_THANKS = {
    LocationKind.AREA: "location.thanks-area",
    LocationKind.DECLINED: "location.thanks-decline",
}


def _give_location(
    line: Line, node: LocationStep, call: Contact, where: Location, now: datetime
) -> Step:
    fact = of_call(LocationGiven, call, now, location=where.kind, area=where.area)
    call = replace(call, location=where).with_notices(_THANKS[where.kind])
    return _go_to(line, call, node.to, now, fact)


# --- the queue and after --------------------------------------------------


def queue_up(line: Line, call: Contact, now: datetime, *facts: Fact) -> Step:
    """Put the call into the queue; an arrival that it has is kept."""
    again = call.talk.answered or call.arrival.at is not None
    language = language_of(line, call)
    urgency = call.need.urgency or line.topics[line.fallback.topic].urgency
    call = replace(
        call,
        stage=Stage.WAITING,
        menu=call.menu.in_queue(line.queue),
        talk=call.talk.release_claim(),
        need=Need(language, call.need.topic or line.fallback.topic, urgency),
        arrival=replace(call.arrival, at=call.arrival.at or now),
        wait=replace(call.wait, since=now, beside=False, told_until=None),
        exit_menu=replace(call.exit_menu, max_wait_reached=False),
    )
    fact = of_call(
        CallerQueued, call, now, language=language, urgency=urgency, again=again
    )
    return Step(call=call, facts=(*facts, fact))


def _after_talk(line: Line, call: Contact, answer: Answer, now: datetime) -> Step:
    if answer == Pressed(AGAIN):
        return queue_up(line, give_back_place(call), now)
    if call.menu.tries + 1 < ASKINGS:
        return Step(call=replace(call, menu=call.menu.repeat_question()))
    return Step(call=replace(call, stage=Stage.GOODBYE).with_notices("after.goodbye"))


def outcome_of(call: Contact) -> Outcome:
    """The outcome of a call that is over, for the log."""
    if call.talk.answered:
        return Outcome.ANSWERED
    if call.ending.outcome is not None:
        return call.ending.outcome
    if call.menu.parts_heard and call.arrival.at is None:
        return Outcome.INFORMATION
    return Outcome.ABANDONED
