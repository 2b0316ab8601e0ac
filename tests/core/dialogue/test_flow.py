"""Where each answer leads; nobody is ever trapped."""

from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.dialogue.flow import MOST_STEPS
from ivr.core.dialogue.spoken import present_stage
from ivr.core.line.menu import Line
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import CallerQueued, MenuGivenUp
from ivr.core.model.values import replace
from tests.core.walking import (
    LINE,
    LINKED,
    PARTS,
    PLACE,
    QUIET,
    READ_BACK,
    TOPIC,
    TYPING,
    after,
    begun,
    facts,
    prompts,
    says,
    steps,
    who,
)

# --- where an answer leads ------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "node", "part"),
    [
        ([], "first", 0),
        (TOPIC, "topic", 0),
        ([*TOPIC, "2"], "place", 0),
        (PARTS, "how", 0),
        ([*PARTS, "2"], "how", 1),
        ([*PARTS, QUIET], "how", 1),
        ([*PARTS, "2", "9"], "how", 1),
        ([*PARTS, "1"], "place", 0),
        ([*PARTS, "2", "2"], "place", 0),
        ([*PARTS, QUIET, QUIET], "place", 0),
        ([*PARTS, "0"], "topic", 0),
        ([*TOPIC, "0"], "first", 0),
        (TYPING, "place", 1),
        (READ_BACK, "place", 2),
        ([*TYPING, "0"], "place", 0),
        ([*READ_BACK, "0"], "place", 0),
        ([*READ_BACK, "2"], "place", 1),
        ([*TYPING, "12"], "place", 2),
        ([*TYPING, "123456"], "place", 2),
        ([*TYPING, "1"], "place", 1),
        ([*TYPING, "1234567"], "place", 1),
        ([*TYPING, "1*3"], "place", 1),
    ],
)
def test_answer_leads_where_menu_says(keys: list[str], node: str, part: int) -> None:
    call = after(keys)

    assert (call.stage, call.menu.node, call.menu.part) == (Stage.MENU, node, part)


@pytest.mark.parametrize(
    ("keys", "kind", "area"),
    [
        (["0"], LocationKind.DECLINED, ""),
        (["3"], LocationKind.NONE, ""),
        (["2", "057", "1"], LocationKind.AREA, "057"),
        (["2", "058", "2", "057", "1"], LocationKind.AREA, "057"),
        (["2", "057", "0", "0"], LocationKind.DECLINED, ""),
        (["2", "057", "5", "5"], LocationKind.NONE, ""),
    ],
)
def test_every_location_path_ends_in_queue(
    keys: list[str], kind: LocationKind, area: str
) -> None:
    call = after([*PLACE, *keys])

    assert (call.stage, call.menu.node) == (Stage.WAITING, "waiting")
    assert (call.location, call.menu.draft) == (Location(kind, area), "")


@pytest.mark.parametrize("keys", [[], TOPIC, PARTS, PLACE, TYPING, READ_BACK], ids=str)
def test_repeating_is_no_miss_and_leads_nowhere(keys: list[str]) -> None:
    before = after(keys)

    again = after(["9", "9", "9"], call=before)

    walked = replace(before.menu, step=before.menu.step + 3)
    assert again == replace(before, menu=walked)


@pytest.mark.parametrize("misses", [["7", "7"], [QUIET, QUIET], ["7", QUIET]], ids=str)
@pytest.mark.parametrize(
    ("keys", "node"),
    [
        ([], "first"),
        (TOPIC, "topic"),
        (PLACE, "place"),
        (TYPING, "place"),
        (READ_BACK, "place"),
    ],
    ids=str,
)
def test_whoever_misses_twice_goes_to_operator(
    keys: list[str], node: str, misses: list[str]
) -> None:
    once, twice = steps(misses, call=after(keys))

    assert (once.call.menu.node, once.call.menu.tries, once.facts) == (node, 1, ())
    assert twice.call.stage is Stage.WAITING
    assert [type(fact) for fact in twice.facts] == [MenuGivenUp, CallerQueued]
    assert getattr(twice.facts[0], "node", None) == node
    assert prompts(twice.call) == ["flow.to-operator", "wait.start"]


def test_wrong_keys_lead_to_operator() -> None:
    assert after([*PARTS, "7", "7"]).stage is Stage.WAITING
    assert after([*PARTS, "7", QUIET]).menu.node == "how"


def test_miss_forgotten_at_next_question() -> None:
    assert after([QUIET, "3", QUIET, "1", QUIET]).stage is Stage.MENU


def test_no_way_back_from_first_question() -> None:
    assert after(["0"]).menu.notices == ("flow.wrong-key",)
    assert after([*TOPIC, "0", "0"]).menu.notices == ("flow.wrong-key",)


def test_giving_up_served_as_line_says() -> None:
    call = after([QUIET, QUIET])

    assert (call.need.language, call.need.topic, call.need.urgency) == (
        "uk",
        "myself",
        "urgent",
    )


def test_giving_up_later_keeps_choices() -> None:
    call = after(["3", "2", QUIET, QUIET])

    assert (call.need.language, call.need.topic, call.need.urgency) == (
        "en",
        "relative",
        "family",
    )


def test_abandoned_topic_no_longer_counts() -> None:
    call = after([*PARTS, "0", QUIET, QUIET])

    assert (call.need.topic, call.need.urgency) == ("myself", "urgent")


def test_topic_chosen_last_counts() -> None:
    call = after([*PARTS, "0", "2", "3"])

    assert (call.need.topic, call.need.urgency) == ("relative", "family")


# --- whatever anybody presses ---------------------------------------------

KEYS = st.sampled_from([QUIET, *"0123456789*", "05", "057", "123456", "0*5"])
WALKS = st.lists(KEYS, max_size=12)
ROUNDS = st.lists(KEYS, min_size=1, max_size=5)
LINES = st.sampled_from([LINE, LINKED])


@given(keys=WALKS, line=LINES, reachable=st.booleans())
def test_every_call_hears_known_language(
    keys: list[str], line: Line, *, reachable: bool
) -> None:
    call = after(keys, line, begun(line, who(reachable=reachable)))

    assert present_stage(line, call)
    assert {say.language for say in says(call, line)} <= set(line.languages)


@given(ROUNDS, LINES)
def test_no_round_of_answers_lasts_forever(keys: list[str], line: Line) -> None:
    call = after(list(islice(cycle(keys), MOST_STEPS + 1)), line)

    assert call.stage is Stage.WAITING


@given(WALKS, WALKS)
def test_same_answers_lead_to_same_words(keys: list[str], more: list[str]) -> None:
    call = after([*keys, *more])

    assert call == after(more, call=after(keys))
    assert present_stage(LINE, call) == present_stage(LINE, replace(call))


@given(WALKS)
def test_call_is_in_menu_or_queue(
    keys: list[str],
) -> None:
    call = after(keys)

    waits = call.stage is Stage.WAITING
    assert waits or call.stage is Stage.MENU
    assert waits == (call.menu.node == LINE.queue) == (call.arrival.at is not None)
    assert not waits or all([call.need.language, call.need.topic, call.need.urgency])
    assert bool(call.location.area) == (call.location.kind is LocationKind.AREA)
    assert not call.menu.draft or (call.menu.node, call.menu.part) == ("place", 2)


@given(WALKS)
def test_call_queued_once_at_most_in_menu(keys: list[str]) -> None:
    queued = [fact for fact in facts(keys) if isinstance(fact, CallerQueued)]

    assert len(queued) == (after(keys).stage is Stage.WAITING)
