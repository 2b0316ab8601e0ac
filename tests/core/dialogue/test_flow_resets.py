"""What a question forgets of the one before, and what the log hears of it.

A miss that is remembered sends a caller away from a question that was asked once; a
digit that is remembered puts them somewhere else.
"""

import pytest

from ivr.core.dialogue.flow import advance, queue_up, start_call
from ivr.core.line.menu import LanguageMenu, Parts
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.location import LocationKind
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival, QueueWait
from ivr.core.model.facts import (
    CallerQueued,
    CallStarted,
    LanguageChosen,
    LocationGiven,
    SectionPlayed,
    TopicChosen,
)
from ivr.core.model.identifiers import ClaimId
from ivr.core.model.values import replace
from tests.core.walking import (
    FRESH,
    LATER,
    LINE,
    LINKED,
    NOW,
    PARTS,
    PLACE,
    QUIET,
    READ_BACK,
    TOPIC,
    TYPING,
    after,
    answer,
    begun,
    facts,
    prompts,
)

WRONG = "7"
STRAIGHT = {
    "how": Parts(key="how", parts=("how.1", "how.2"), controls="", to="waiting"),
    "bye": Parts(key="bye", parts=("bye",), controls="", to="waiting"),
}
DIRECT = replace(LINKED, nodes={**LINKED.nodes, **STRAIGHT})
"""A line that links, whose recorded answers lead straight to the queue."""

# --- misses -----------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        [*TOPIC, WRONG, "0"],
        [*PARTS, WRONG, "0"],
        [*PARTS, WRONG, "2"],
        [*PLACE, WRONG, "2"],
        [*TYPING, WRONG, "0"],
        [*TYPING, WRONG, "057"],
        [*READ_BACK, WRONG, "2"],
        [*READ_BACK, WRONG, "0"],
    ],
    ids=str,
)
def test_next_question_forgets_miss(keys: list[str]) -> None:
    assert after(keys).menu.tries == 0
    assert after([*keys, WRONG]).stage is Stage.MENU


@pytest.mark.parametrize("last", ["2", "0"])
def test_rejected_code_forgotten(last: str) -> None:
    assert after([*READ_BACK, last]).menu.draft == ""


def test_going_back_begins_parts_anew() -> None:
    assert after([*PARTS, "2", "0"]).menu.part == 0
    assert prompts(after([*PARTS, "2", "0", "3"])) == ["how.1", "how.keys"]


def test_going_back_twice_is_beginning() -> None:
    back = after([*PARTS, "2", "0", "0"])

    menu = replace(after([]).menu, step=back.menu.step, parts_heard=2)
    assert back == replace(after([]), menu=menu, need=Need("en"))


@pytest.mark.parametrize("keys", [TOPIC, PARTS, PLACE, READ_BACK], ids=str)
def test_wrong_key_said(keys: list[str]) -> None:
    assert prompts(after([*keys, WRONG])) == ["flow.wrong-key", *prompts(after(keys))]


@pytest.mark.parametrize("keys", [TOPIC, PLACE, TYPING, READ_BACK], ids=str)
def test_silence_said(keys: list[str]) -> None:
    assert prompts(after([*keys, QUIET])) == ["flow.no-answer", *prompts(after(keys))]


def test_sent_link_said() -> None:
    call = after([*PLACE, "1"], LINKED)

    assert prompts(call) == ["location.thanks-link", "wait.start"]


def test_queue_forgets_all_of_before() -> None:
    asked = after(TOPIC)
    before = replace(
        asked,
        menu=replace(asked.menu, tries=1),
        talk=asked.talk.bind_claim(ClaimId("claim-1")),
        exit_menu=ExitMenu(max_wait_reached=True),
        wait=QueueWait(beside=True, told_until=NOW),
    )

    call = queue_up(LINE, before, LATER).call

    assert call == replace(
        asked,
        stage=Stage.WAITING,
        menu=asked.menu.in_queue("waiting"),
        need=replace(asked.need, topic="myself", urgency="urgent"),
        arrival=Arrival(at=LATER),
        wait=QueueWait(since=LATER),
    )


# --- what the log hears -----------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        (PARTS, 1),
        ([*PARTS, "2"], 2),
        ([*PARTS, "2", "2"], 2),
        ([*PARTS, "2", "0", "3"], 2),
    ],
    ids=str,
)
def test_parts_heard_counted_once(keys: list[str], heard: int) -> None:
    assert after(keys).menu.parts_heard == heard


def test_call_at_closed_line_told() -> None:
    step = start_call(LINE, FRESH, is_open=False)

    (fact,) = step.facts
    assert isinstance(fact, CallStarted)
    assert (fact.at, fact.number) == (FRESH.started, FRESH.caller.dialled)


def test_chosen_language_and_topic_told() -> None:
    language, topic, *_ = facts([*TOPIC, "2"])

    assert isinstance(language, LanguageChosen)
    assert isinstance(topic, TopicChosen)
    assert language.language == "en"
    assert (topic.topic, topic.urgency) == ("relative", "family")


@pytest.mark.parametrize(
    ("keys", "language", "urgency"),
    [([*TOPIC, "2", "3"], "en", "family"), ([QUIET, QUIET], "uk", "urgent")],
    ids=str,
)
def test_queue_told_whom_it_gets(keys: list[str], language: str, urgency: str) -> None:
    queued = facts(keys)[-1]

    assert isinstance(queued, CallerQueued)
    assert (queued.language, queued.urgency) == (language, urgency)


def test_chosen_language_may_lead_straight_on() -> None:
    first = LanguageMenu(key="first", greeting="greeting", prompt="choose", to="how")
    line = replace(DIRECT, nodes={**DIRECT.nodes, "first": first})

    step = advance(line, begun(line), answer("3"), LATER)

    assert [(type(fact), fact.at) for fact in step.facts] == [
        (LanguageChosen, LATER),
        (SectionPlayed, LATER),
    ]


@pytest.mark.parametrize(
    ("keys", "kind", "area"),
    [
        ([*READ_BACK, "1"], LocationKind.AREA, "057"),
        ([*PLACE, "0"], LocationKind.DECLINED, ""),
    ],
    ids=str,
)
def test_told_location_is_in_log(
    keys: list[str], kind: LocationKind, area: str
) -> None:
    told = [fact for fact in facts(keys) if isinstance(fact, LocationGiven)]

    assert [(fact.location, fact.area) for fact in told] == [(kind, area)]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ([], "3"),
        ([WRONG], WRONG),
        (TOPIC, "2"),
        (TOPIC, "3"),
        (TOPIC, "4"),
        (PARTS, "1"),
        (PARTS, "2"),
        (PARTS, QUIET),
        ([*PARTS, "2"], "2"),
        ([*PARTS, "2"], QUIET),
        ([*PARTS, WRONG], WRONG),
        ([*PLACE, QUIET], QUIET),
        ([*PLACE, WRONG], WRONG),
        (PLACE, "0"),
        (PLACE, "1"),
        (PLACE, "3"),
        ([*TYPING, WRONG], WRONG),
        (READ_BACK, "1"),
        ([*READ_BACK, WRONG], WRONG),
    ],
    ids=str,
)
def test_every_fact_has_moment(keys: list[str], key: str) -> None:
    before = after(keys, DIRECT)

    step = advance(DIRECT, before, answer(key), LATER)

    assert step.facts
    assert {(fact.at, fact.call) for fact in step.facts} == {(LATER, before.id)}
