"""Lost nodes, dead ends, traps and menus that are too deep are found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.line.menu import (
    Choice,
    Fallback,
    Goodbye,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Node,
    Parts,
    Queue,
)
from ivr.core.line.menu_graph import shape_faults
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace

FIRST = LanguageMenu(key="first", greeting="greeting", prompt="choose", to="topic")
LOCATION = LocationStep(key="location", to="waiting")
WAITING = Queue(key="waiting")


def menu(key: str, *exits: str) -> Menu:
    choices = tuple(
        Choice(key=str(at), prompt="topic.offer", to=to)
        for at, to in enumerate(exits, start=1)
    )
    return Menu(key=key, prompt="topic.ask", choices=choices)


def line_of(*nodes: Node, start: str = "first") -> Line:
    return Line(
        key=LineKey("harbour"),
        title="Harbour",
        numbers=("+12025550123",),
        zone="UTC",
        languages={},
        topics={},
        start=start,
        nodes={node.key: node for node in nodes},
        fallback=Fallback(topic="", language=""),
        queue="waiting",
    )


FAULTLESS = line_of(FIRST, menu("topic", "location"), LOCATION, WAITING)


def test_faultless_menu_has_no_faults() -> None:
    assert shape_faults(FAULTLESS) == []


def test_node_that_nothing_leads_to_is_unreachable() -> None:
    line = line_of(*FAULTLESS.nodes.values(), Goodbye(key="bye", prompt="bye"))

    (fault,) = shape_faults(line)

    assert fault == (
        "node.bye: unreachable: no choice leads here from "
        '"first"; lead to it or remove it'
    )


def test_way_to_missing_node_dead_end() -> None:
    line = line_of(FIRST, menu("topic", "location", "wating"), LOCATION, WAITING)

    (fault,) = shape_faults(line)

    assert fault == (
        "node.topic.choices.2.to: dead end: there is no node "
        '"wating"; did you mean "waiting"?'
    )


@pytest.mark.parametrize(
    "empty",
    [
        Menu(key="topic", prompt="topic.ask", choices=()),
        Parts(key="topic", parts=(), controls="topic.controls", to="waiting"),
    ],
)
def test_empty_node_is_dead_end(empty: Node) -> None:
    found = shape_faults(line_of(FIRST, empty, WAITING))

    assert any("node.topic" in fault and "dead end" in fault for fault in found)


def test_closed_circle_of_nodes_is_trap() -> None:
    line = line_of(
        FIRST, menu("topic", "waiting", "round"), menu("round", "again"),
        menu("again", "round"), WAITING,
    )  # fmt: skip

    traps = [fault for fault in shape_faults(line) if "trap" in fault]

    assert [fault.split(":")[0] for fault in traps] == ["node.round", "node.again"]


def test_broken_link_is_not_called_trap() -> None:
    line = line_of(FIRST, menu("topic", "nowhere"), WAITING)

    assert not any("trap" in fault for fault in shape_faults(line))


def test_missing_start_named_with_nearest() -> None:
    found = shape_faults(replace(FAULTLESS, start="frist"))

    assert found == ['start: there is no node "frist"; did you mean "first"?']


def test_fourth_question_on_way_is_too_deep() -> None:
    line = line_of(
        FIRST, menu("topic", "more"), menu("more", "location"), LOCATION, WAITING
    )

    (fault,) = shape_faults(line)

    assert fault == (
        "node.location: 4 questions deep (first > topic > more > location); "
        "at most 3: take one out"
    )


def test_recorded_parts_are_not_level_of_questions() -> None:
    parts = Parts(key="how", parts=("how.1",), controls="how.keys", to="location")
    line = line_of(FIRST, menu("topic", "how"), parts, LOCATION, WAITING)

    assert shape_faults(line) == []


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.integers(min_value=0, max_value=5), min_size=1, max_size=3),
        min_size=6,
        max_size=6,
    )
)
def test_lost_nodes_and_traps_match_walking(
    exits: list[list[int]],
) -> None:
    ways = {f"n{at}": {f"n{to}" for to in tos} for at, tos in enumerate(exits)}
    ways["n5"] = set()
    walked = {key: {key} for key in ways}
    for _ in ways:
        for reached in walked.values():
            reached.update(*(ways[key] for key in reached))
    menus = [menu(key, *sorted(ways[key])) for key in ways if key != "n5"]

    found = shape_faults(line_of(*menus, Queue(key="n5"), start="n0"))

    def named(kind: str) -> set[str]:
        return {fault.split(":")[0][5:] for fault in found if f": {kind}:" in fault}

    assert named("unreachable") == set(ways) - walked["n0"]
    assert named("trap") == {key for key in ways if "n5" not in walked[key]}
