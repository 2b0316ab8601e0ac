"""The words for a caller at each point of a call, and the keys that count.

They are a function of the call and of where it is put, so that a request that comes
twice gets the same answer twice.
"""

from datetime import timedelta

from ivr.core.dialogue.asking import (
    NO_PLACEMENT,
    Placement,
    ask_for_keys,
    say,
    say_notices,
)
from ivr.core.dialogue.exit_menu_spoken import present_way_out
from ivr.core.dialogue.instructions import (
    AskNext,
    Enqueue,
    EnterRoom,
    Gather,
    HangUp,
    Instruction,
    NextRequest,
    Say,
    Tone,
)
from ivr.core.line.menu import (
    BACK,
    REPEAT,
    Goodbye,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Parts,
    Queue,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage

TALK_TO_OPERATOR, NEXT_PART = "1", "2"
LINK, CODE, TELL, DECLINE = "1", "2", "3", "0"
RIGHT, RETYPE = "1", "2"
AGAIN = "1"

CHOOSING, TYPING, CONFIRMING = 0, 1, 2
"""The pages of the location step, kept in ``MenuPosition.part``."""

BETWEEN_LOOKS = timedelta(seconds=5)
"""How often a caller whose operator was cut off asks us again."""

AREA_DIGITS = range(2, 7)
BETWEEN_PARTS = timedelta(seconds=3)

KEEPS_PLACE = frozenset({Stage.WAITING, Stage.CLAIMED, Stage.AFTER})
"""The stages in which questions carry the place in the queue."""


def present_stage(
    line: Line, call: Contact, placement: Placement = NO_PLACEMENT
) -> list[Instruction]:
    """The instructions for a caller at this point of the call."""
    match call.stage:
        case Stage.MENU:
            return _present_node(line, call, placement)
        case Stage.WAITING | Stage.CLAIMED if call.exit_menu.is_open:
            return present_way_out(line, call, placement.token)
        case Stage.WAITING | Stage.CLAIMED:
            return [*say_notices(line, call), Enqueue(token=placement.token)]
        case Stage.CONNECTED:
            return [_enter_room(line, call, placement)]
        case Stage.AFTER:
            says = [say(call, "after.ended"), _say_requeue(call)]
            return [ask_for_keys(line, call, says, token=placement.token)]
        case Stage.PROMISED | Stage.GOODBYE | Stage.ENDED:
            return [*say_notices(line, call), HangUp()]


def carries_place(line: Line, call: Contact) -> bool:
    """Whether the caller's answer document carries the place in the queue, signed."""
    queues = call.stage is Stage.MENU and isinstance(line.nodes[call.menu.node], Queue)
    return queues or call.stage in KEEPS_PLACE


def _enter_room(line: Line, call: Contact, placement: Placement) -> EnterRoom:
    return EnterRoom(
        claim=call.talk.claim or "",
        role="caller",
        limit=line.limits.talk,
        room=placement.room,
        tone=placement.tone,
    )


def waits_for_operator(line: Line, call: Contact, *, again: bool) -> list[Instruction]:
    """One round for a caller whose operator may come back: words only at first."""
    words = _say_in_language(line, call, "rejoin.wait")
    sounds = Tone(length=BETWEEN_LOOKS) if again else words
    return [sounds, AskNext(path=NextRequest.AFTER_TALK, values={"round": 1})]


def language_of(line: Line, call: Contact) -> str:
    """The caller's language; before the choice, that of undecided callers."""
    return call.need.language or line.fallback.language


def _present_node(line: Line, call: Contact, placement: Placement) -> list[Instruction]:
    match line.nodes[call.menu.node]:
        case LanguageMenu() as menu:
            return [ask_for_keys(line, call, _offered_languages(line, menu, call))]
        case Menu() as menu:
            return [ask_for_keys(line, call, _offered_choices(menu, call))]
        case Parts() as parts:
            return [
                ask_for_keys(
                    line, call, _say_section(parts, call), within=BETWEEN_PARTS
                )
            ]
        case LocationStep():
            return [_ask_location(line, call)]
        case Goodbye(prompt=prompt):
            return [
                *say_notices(line, call),
                _say_in_language(line, call, prompt),
                HangUp(),
            ]
        case Queue():
            return [*say_notices(line, call), Enqueue(token=placement.token)]


def _offered_languages(line: Line, menu: LanguageMenu, call: Contact) -> list[Say]:
    says = []
    for code, language in line.languages.items():
        if not call.menu.tries:
            says.append(Say(prompt=menu.greeting, language=code))
        values = {"key": language.key}
        says.append(Say(prompt=menu.prompt, language=code, values=values))
    return says


def _offered_choices(menu: Menu, call: Contact) -> list[Say]:
    choices = [say(call, choice.prompt, key=choice.key) for choice in menu.choices]
    return [say(call, menu.prompt), *choices, *_ways_round(call)]


def _ways_round(call: Contact) -> list[Say]:
    back = [say(call, "flow.back", key=BACK)] if call.menu.trail else []
    return [say(call, "flow.repeat", key=REPEAT), *back]


def _say_section(parts: Parts, call: Contact) -> list[Say]:
    return [say(call, parts.parts[call.menu.part]), say(call, parts.controls)]


def _ask_location(line: Line, call: Contact) -> Gather:
    if call.menu.part == TYPING:
        says = [say(call, "location.type")]
        return ask_for_keys(line, call, says, digits=AREA_DIGITS.stop - 1)
    if call.menu.part == CONFIRMING:
        return ask_for_keys(line, call, _read_back(call))
    return ask_for_keys(line, call, _offered_ways(line, call))


def _read_back(call: Contact) -> list[Say]:
    return [
        say(call, "location.confirm", digits=", ".join(call.menu.draft)),
        say(call, "location.right", key=RIGHT),
        say(call, "location.retype", key=RETYPE),
        say(call, "flow.back", key=BACK),
    ]


def _offered_ways(line: Line, call: Contact) -> list[Say]:
    link = [say(call, "location.link", key=LINK)] if offers_link(line, call) else []
    return [
        say(call, "location.ask"),
        *link,
        say(call, "location.code", key=CODE),
        say(call, "location.tell", key=TELL),
        say(call, "location.decline", key=DECLINE),
        say(call, "flow.repeat", key=REPEAT),
    ]


def offers_link(line: Line, call: Contact) -> bool:
    """Whether a location link can reach this caller, and leads to a page.

    A withheld number cannot get one.
    """
    is_sent = line.location_page and bool(line.phones.links_from)
    return is_sent and call.caller.is_reachable


def _say_requeue(call: Contact) -> Say:
    return say(call, "after.again", key=AGAIN)


def _say_in_language(line: Line, call: Contact, prompt: str) -> Say:
    return Say(prompt=prompt, language=language_of(line, call))
