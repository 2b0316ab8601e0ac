"""What an operator hears before a call, and when it is too late for it."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.dialogue.instructions import AskOperator, Say
from ivr.core.dialogue.whisper import (
    DECLINE,
    TAKE,
    announce_caller,
    prompt_of_refusal,
    say_to_operator,
    whisper_offer,
)
from ivr.core.line.prompts import ENGINE
from ivr.core.model.claim import Claim
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.values import replace

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
CALL = Contact(
    id=ContactId("call-1"),
    line=LineKey("harbour"),
    started=NOW,
    caller=Caller("+12025550123", "a-pseudonym"),
    need=Need("en", "relative", "family"),
    location=Location(area="057"),
    arrival=Arrival(at=NOW),
)
CLAIM = Claim(
    id=ClaimId("claim-1"),
    line=CALL.line,
    call=CALL.id,
    operator=OperatorId("anna"),
    made=NOW + timedelta(seconds=90),
)


def whispered(call: Contact = CALL, seconds: float = 0) -> tuple[Say, ...]:
    now = NOW + timedelta(seconds=seconds)
    (asked,) = whisper_offer(call, CLAIM, "ru", now)
    assert isinstance(asked, AskOperator)
    assert asked.claim == CLAIM.id
    return asked.prompts


def test_operator_hears_caller_then_question() -> None:
    assert [each.prompt for each in whispered()] == [
        "operator.offer",
        "operator.language",
        "operator.topic",
        "operator.waited",
        "operator.location.none",
        "operator.keys",
    ]


def test_operator_hears_language_given() -> None:
    assert {each.language for each in whispered()} == {"ru"}


def test_language_and_topic_named_by_prompts() -> None:
    values = {each.prompt: each.values for each in whispered()}

    assert values["operator.language"] == {"language": "language-name.en"}
    assert values["operator.topic"] == {"topic": "topic-name.relative"}


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (29, 0), (31, 1), (60, 1), (95, 2), (3600, 60)]
)
def test_wait_told_in_whole_minutes_since_queue(seconds: float, minutes: int) -> None:
    (waited,) = [
        each.values["minutes"]
        for each in whispered(seconds=seconds)
        if each.prompt == "operator.waited"
    ]

    assert waited == minutes


def test_unqueued_call_waited_since_claim() -> None:
    unqueued = replace(CALL, arrival=Arrival())

    values = {each.prompt: each.values for each in whispered(unqueued, seconds=150)}

    assert values["operator.waited"] == {"minutes": 1}


@pytest.mark.parametrize("kind", list(LocationKind))
def test_of_place_only_kind_told(kind: LocationKind) -> None:
    told = whispered(replace(CALL, location=Location(kind)))

    assert f"operator.location.{kind}" in [each.prompt for each in told]
    assert "057" not in repr(told)
    assert "a-pseudonym" not in repr(told)


def test_missed_offers_told_first() -> None:
    (asked,) = whisper_offer(CALL, CLAIM, "ru", NOW, missed=2)
    assert isinstance(asked, AskOperator)

    assert asked.prompts[0] == say_to_operator("operator.missed", "ru", {"calls": 2})


@pytest.mark.parametrize("answered", [False, True])
def test_standing_operator_hears_briefly_unasked(
    answered: bool,  # noqa: FBT001
) -> None:
    told = announce_caller(
        replace(CALL, talk=replace(CALL.talk, answered=answered)), "ru", missed=1
    )

    assert [each.prompt for each in told] == [
        "operator.missed",
        "operator.language",
        "operator.topic",
        *["operator.returning"] * answered,
    ]
    assert {each.prompt: set(each.values) for each in told} == {
        each.prompt: set(ENGINE[each.prompt].fills) for each in told
    }


def test_standing_operator_hears_spoken_place() -> None:
    declined = replace(CALL, location=Location(LocationKind.DECLINED))

    assert announce_caller(declined, "ru")[-1].prompt == "operator.location.declined"


def test_cut_off_caller_announced_as_such() -> None:
    told = [
        each.prompt
        for each in whispered(replace(CALL, talk=replace(CALL.talk, answered=True)))
    ]

    assert told[-2:] == ["operator.returning", "operator.keys"]


@pytest.mark.parametrize(
    ("reason", "prompt"),
    [
        ("caller-left", "operator.caller-left"),
        ("declined", "operator.declined"),
        ("carrier", "operator.failed"),
        ("failed", "operator.failed"),
        ("expired", "operator.expired"),
        ("no-answer", "operator.expired"),
        ("operator-left", "operator.expired"),
        ("", "operator.expired"),
    ],
)
def test_whoever_comes_too_late_hears_why(reason: str, prompt: str) -> None:
    assert prompt_of_refusal(reason) == prompt
    assert prompt in ENGINE


def test_every_sentence_is_required_of_lines() -> None:
    calls = [
        replace(
            CALL, location=Location(kind), talk=replace(CALL.talk, answered=answered)
        )
        for kind in LocationKind
        for answered in (False, True)
    ]

    spoken = {
        each.prompt: set(each.values) for call in calls for each in whispered(call)
    }

    assert {prompt: set(ENGINE[prompt].fills) for prompt in spoken} == spoken


def test_asked_keys_are_those_said() -> None:
    assert ENGINE["operator.keys"].keys == {TAKE, DECLINE}


def test_sentence_without_values_has_none() -> None:
    assert say_to_operator("operator.offer", "uk") == Say(
        prompt="operator.offer", language="uk"
    )
