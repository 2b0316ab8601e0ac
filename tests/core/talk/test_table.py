"""The table of talks is whole: every event, every phase, every request and answer."""

from typing import get_args

import pytest

from ivr.actions.talks.carrying_out import DONE_BY
from ivr.core.talk import events
from ivr.core.talk.answers import (
    Announce,
    Answer,
    AskForKey,
    AskLater,
    AskPerson,
    Dismiss,
    Enter,
    ExplainEnd,
    HangUpPerson,
    LetPersonIn,
)
from ivr.core.talk.events import ClaimEvent, OfferDue, TalkEvent
from ivr.core.talk.requests import Request
from ivr.core.talk.rooms.meeting import join
from ivr.core.talk.table import ALL, MADE, TABLE, row
from tests.core.talk.beginnings import (
    CALLER,
    HOST,
    PHONED,
    offered,
    populate,
)
from tests.core.talk.moves import Move
from tests.core.talk.walks.chance import fillers_of
from tests.core.talk.walks.drawing import OF_OTHERS, OF_TABLE
from tests.core.talk.walks.properties import speak


def kinds_of_event() -> set[type]:
    """All events of claims and of the desk; not what some of them have in common."""
    found = {each for each in vars(events).values() if isinstance(each, type)}
    claims = {each for each in found if issubclass(each, OF_TABLE)}
    return {
        e for e in claims if not any(o is not e and issubclass(o, e) for o in claims)
    }


def test_every_event_has_row() -> None:
    assert kinds_of_event() == set(TABLE)
    assert set(get_args(TalkEvent)) == {*OF_TABLE, *OF_OTHERS}


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
def test_silent_phases_say_why(kind: type[ClaimEvent]) -> None:
    found = TABLE[kind]

    assert bool(found.otherwise) is (set(found.steps) < set(ALL))
    assert found.otherwise == "" or found.otherwise.endswith(".")


def test_every_step_says_what_happens() -> None:
    steps = {step for found in TABLE.values() for step in found.steps.values()}
    said = {step.__name__: (step.__doc__ or "").splitlines()[:1] for step in steps}

    assert {name: words for name, words in said.items() if not words} == {}
    assert [words for words in said.values() if not words[0].endswith(".")] == []


def test_phase_has_one_step() -> None:
    with pytest.raises(ValueError, match="made has two steps"):
        row("", (MADE, join), (ALL, join))


def test_every_request_done() -> None:
    assert set(DONE_BY) == set(get_args(Request))


def test_every_field_can_be_drawn() -> None:
    for kind in (*TABLE, *OF_OTHERS):
        assert [name for name, _ in fillers_of(kind)]


ANSWERS: tuple[Answer, ...] = (
    AskForKey(HOST),
    Enter(HOST, calling=True),
    Announce(HOST),
    AskLater(HOST, 2),
    Dismiss("operator.failed", HOST),
    ExplainEnd(HOST),
    AskPerson(HOST),
    LetPersonIn(HOST, is_meant=True),
    HangUpPerson(),
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: type(each).__name__)
def test_every_answer_has_words(answer: Answer) -> None:
    world = populate()
    for step in offered(CALLER, PHONED):
        assert isinstance(step, Move)
        step.make(world)
    talk = world.load(OfferDue(claim=HOST))

    assert {type(each) for each in ANSWERS} == set(get_args(Answer))
    assert speak(answer, talk, world.context) != []
