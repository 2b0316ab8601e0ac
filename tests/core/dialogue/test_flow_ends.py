"""What a call tells on the way, its start, its queue and its end."""

import pytest

from ivr.core.dialogue.flow import (
    MOST_STEPS,
    Pressed,
    Step,
    advance,
    outcome_of,
    queue_up,
    start_call,
)
from ivr.core.dialogue.instructions import HangUp
from ivr.core.dialogue.spoken import present_stage
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Ending, Outcome
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallerQueued,
    CallStarted,
    LanguageChosen,
    LocationGiven,
    SectionPlayed,
    TopicChosen,
)
from ivr.core.model.values import replace
from tests.core.walking import (
    FRESH,
    GONE,
    LATER,
    LINE,
    NOW,
    PARTS,
    PLACE,
    QUEUED,
    QUIET,
    TALKED,
    TOPIC,
    after,
    begun,
    facts,
    gather,
    prompts,
    says,
    steps,
)

# --- facts and steps ------------------------------------------------------


def test_what_happens_on_way_is_told() -> None:
    told = facts(["3", "3", QUIET, "1", "2", "057", "1"])

    assert [type(fact) for fact in told] == [
        LanguageChosen,
        TopicChosen,
        SectionPlayed,
        SectionPlayed,
        LocationGiven,
        CallerQueued,
    ]
    assert [fact.part for fact in told if isinstance(fact, SectionPlayed)] == [1, 2]
    assert all((fact.at, fact.call) == (NOW, FRESH.id) for fact in told)


def test_every_answer_counts_one_step() -> None:
    for number, step in enumerate(steps([QUIET, "3", "9", "1", "2", "0"]), start=1):
        assert step.call.menu.step == number
        assert gather(step.call).step == number


def test_endless_repeating_still_reaches_operator() -> None:
    walked = steps(["9"] * (MOST_STEPS + 1), call=after(TOPIC))

    assert walked[MOST_STEPS - 2].call.stage is Stage.MENU
    assert walked[-1].call.stage is Stage.WAITING


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.MENU, Stage.AFTER}))
def test_answer_to_nothing_changes_nothing(stage: Stage) -> None:
    call = replace(after(QUEUED), stage=stage)

    assert advance(LINE, call, Pressed("1"), LATER) == Step(call=call)


# --- the start, the queue, and after --------------------------------------


def test_starting_call_told_by_pseudonym_alone() -> None:
    caller = replace(FRESH.caller, pseudonym="somebody")
    step = start_call(LINE, replace(FRESH, caller=caller), is_open=True)

    (fact,) = step.facts
    assert isinstance(fact, CallStarted)
    assert (fact.number, fact.caller) == (FRESH.caller.dialled, "somebody")
    assert (step.call.stage, step.call.menu.node) == (Stage.MENU, "first")


@pytest.mark.parametrize("call", [start_call(LINE, FRESH, is_open=False).call, GONE])
def test_last_words_leave_end_to_carrier(call: Contact) -> None:
    assert call.is_live
    assert present_stage(LINE, call)[-1] == HangUp()


def test_closed_line_says_so_and_hangs_up() -> None:
    call = start_call(LINE, FRESH, is_open=False).call

    assert (call.stage, outcome_of(call)) == (Stage.GOODBYE, Outcome.REFUSED)
    assert [(say.prompt, say.language) for say in says(call)] == [
        (prompt, code)
        for prompt in ("flow.closed", "flow.goodbye")
        for code in ("uk", "ru", "en")
    ]
    assert present_stage(LINE, call)[-1] == HangUp()


def test_returning_caller_keeps_first_arrival() -> None:
    first = queue_up(LINE, after(TOPIC), NOW)
    again = queue_up(LINE, first.call, LATER)

    assert again.call.arrival.at == NOW
    assert [getattr(step.facts[0], "again", None) for step in (first, again)] == [
        False,
        True,
    ]


def test_returning_caller_told_wait_anew() -> None:
    first = queue_up(LINE, after(TOPIC), NOW).call
    told = replace(first, wait=replace(first.wait, told_until=LATER))

    assert queue_up(LINE, told, LATER).call.wait.told_until is None


def test_after_talk_one_leads_to_operator_again() -> None:
    step = advance(LINE, TALKED, Pressed("1"), LATER)

    assert prompts(TALKED) == ["after.ended", "after.again"]
    assert (step.call.stage, step.call.arrival.at) == (Stage.WAITING, NOW)
    assert outcome_of(step.call) is Outcome.ANSWERED


@pytest.mark.parametrize("keys", [[QUIET, QUIET], ["5", "0"], ["9", QUIET]], ids=str)
def test_other_key_after_talk_asked_again(
    keys: list[str],
) -> None:
    once, twice = steps(keys, call=TALKED)

    assert (once.call.stage, twice.call.stage) == (Stage.AFTER, Stage.GOODBYE)
    assert prompts(twice.call) == ["after.goodbye"]
    assert present_stage(LINE, twice.call)[-1] == HangUp()


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        (begun(), Outcome.ABANDONED),
        (after(PLACE), Outcome.ABANDONED),
        (after(QUEUED), Outcome.ABANDONED),
        (after(PARTS), Outcome.INFORMATION),
        (after([*PARTS, "1"]), Outcome.INFORMATION),
        (after([*PARTS, "1", "0"]), Outcome.ABANDONED),
        (TALKED, Outcome.ANSWERED),
        (replace(begun(), ending=Ending(outcome=Outcome.FAILED)), Outcome.FAILED),
        (
            replace(TALKED, ending=Ending(outcome=Outcome.CALLBACK)),
            Outcome.ANSWERED,
        ),
    ],
)
def test_ended_call_has_outcome_of_progress(call: Contact, outcome: Outcome) -> None:
    assert outcome_of(call) is outcome
