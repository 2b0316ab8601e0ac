"""A newer version ran here, or somebody wrote nonsense: the call log goes on."""

import json
from typing import Any

import pytest

from ivr.actions.records import take_in_unread, write_facts
from ivr.adapters.redis_store.documents import key_of
from ivr.core.history.fact_reading import UnreadFact
from ivr.core.model.facts import to_dict
from ivr.core.model.identifiers import ContactId
from tests.adapters.sql import story
from tests.world import LINE, World

STARTED = {
    "fact": "call-started",
    "at": "2026-11-02T18:00:00+00:00",
    "line": LINE,
    "call": "CA1",
    "number": "+12025550101",
}
ENDED = {**STARTED, "fact": "call-ended", "outcome": "abandoned"}

UNREADABLE = {
    "a kind of later": json.dumps({**STARTED, "fact": "mood-told", "mood": "calm"}),
    "no kind": json.dumps({"at": "2026-11-02T18:00:00+00:00"}),
    "a kind that is no word": json.dumps({**STARTED, "fact": ["x"]}),
    "a number as a kind": json.dumps({**STARTED, "fact": "+380501234567"}),
    "a field missing": json.dumps({k: STARTED[k] for k in STARTED if k != "number"}),
    "a field of another type": json.dumps({**STARTED, "number": {"country": 1}}),
    "a moment without a zone": json.dumps({**STARTED, "at": "2026-11-02T18:00:00"}),
    "a moment that is none": json.dumps({**STARTED, "at": "yesterday"}),
    "a number as a moment": json.dumps({**STARTED, "at": 5}),
    "no JSON": "{'fact': ",
    "a list": "[]",
    "nothing": "",
    "nested too deeply": "[" * 100_000,
}

UNWRITABLE = {
    "too large a number": {
        **ENDED,
        "fact": "message-left",
        "recording": "RE1",
        "seconds": 2**90,
        "language": "uk",
    },
    "half a letter": {**STARTED, "call": "\ud800"},
}


def told(world: World, *entries: str | bytes | dict[str, Any], name: str = "f") -> None:
    for entry in entries:
        raw = json.dumps(entry) if isinstance(entry, dict) else entry
        world.redis.xadd(key_of(LINE, "facts"), {name: raw})


def metrics(world: World) -> str:
    return world.app.test_client().get("/metrics").get_data(as_text=True)


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_fact_stops_no_other(world: World, raw: str) -> None:
    told(world, STARTED, raw, ENDED)

    assert write_facts(world.ports, LINE) == 2

    (record,) = world.log()
    assert record.outcome == "abandoned"
    assert world.ports.journal.take(LINE, 9) == []
    assert sum(world.ports.call_log.unread(LINE).values()) == 1
    assert "facts passed over" in world.notes.events()


@pytest.mark.parametrize("fact", UNWRITABLE.values(), ids=UNWRITABLE)
def test_unwritable_fact_stops_no_other(world: World, fact: dict[str, Any]) -> None:
    told(world, STARTED, fact, ENDED)

    assert write_facts(world.ports, LINE) == 2
    take_in_unread(world.ports, LINE)

    assert world.log()[0].outcome == "abandoned"
    assert world.ports.call_log.unread(LINE) == {fact["fact"]: 1}
    assert world.notes.events()[1:] == ["facts passed over", "fact not taken in"]
    world.notes.failures.clear()


def test_entry_of_another_shape_stops_nothing(world: World) -> None:
    told(world, "{}", name="g")
    told(world, b"\xff\xfe")
    told(world, ENDED)

    assert write_facts(world.ports, LINE) == 1
    assert world.ports.call_log.unread(LINE) == {"nameless": 2}


def test_kind_warned_of_once_and_counted_always(world: World) -> None:
    newer = {**STARTED, "fact": "mood-told", "mood": "calm"}
    told(world, newer, newer)
    write_facts(world.ports, LINE)
    told(world, newer)
    write_facts(world.ports, LINE)

    (warning,) = [f for event, f in world.notes.kept if event == "facts passed over"]
    assert warning == {
        "line": LINE,
        "kind": "mood-told",
        "why": "the kind is not known",
    }
    assert 'hotline_facts_unread{kind="mood-told",line="example"} 3.0' in metrics(world)


def test_what_is_noted_of_it_names_nobody(world: World) -> None:
    told(world, {**STARTED, "fact": "+380501234567", "call": "+380501234567"})
    told(world, {**STARTED, "number": {"+380501234567": "+380501234567"}})
    write_facts(world.ports, LINE)

    assert "380501234567" not in f"{world.notes.kept} {metrics(world)}"


def test_unread_fact_read_by_newer(world: World) -> None:
    # As the version before has left it: of a kind that was not known to it.
    raw = json.dumps(ENDED)
    kept = UnreadFact(at=story.NOON, line=LINE, kind="call-ended", why="?", raw=raw)
    told(world, STARTED, {**STARTED, "fact": "mood-told"})
    write_facts(world.ports, LINE)
    world.ports.call_log.write([("7-0", kept)])

    take_in_unread(world.ports, LINE)
    take_in_unread(world.ports, LINE)

    (record,) = world.log()
    assert record.outcome == "abandoned"
    assert world.ports.call_log.unread(LINE) == {"mood-told": 1}


def test_field_of_newer_version_kept_with_fact(world: World) -> None:
    told(world, STARTED, {**ENDED, "mood": {"first": "calm"}, "newer": "yes"})
    write_facts(world.ports, LINE)

    fact = world.ports.call_log.facts_of_calls([ContactId("CA1")])[-1]

    assert to_dict(fact) == {**ENDED, "mood": {"first": "calm"}, "newer": "yes"}
