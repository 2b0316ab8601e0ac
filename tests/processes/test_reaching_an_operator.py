"""A caller reaches an operator, and what the commands say meanwhile."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.processes.carrier import Carrier
from tests.processes.hotline import Hotline, eventually, hotline
from tests.processes.legs import Habits
from tests.processes.people import everyone_leaves, lines, queue_up, talk

PHONE = "+12025550120"
CALL = {
    *("call", "channel", "line", "number", "language", "class", "started", "queued"),
    *("answered", "ended", "outcome", "operator", "wait_seconds", "talk_seconds"),
    *("offers", "location"),
}
PLACE = {
    *("call", "channel", "line", "language", "class", "state", "arrived"),
    *("priority", "place", "operator"),
}


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Hotline, Carrier]]:
    folder: Path = tmp_path_factory.mktemp("reaching")
    with hotline(folder, HOTLINE_LINES=lines(folder)) as (service, carrier, _):
        service.enrol("Ann", PHONE)
        yield service, carrier


@pytest.fixture
def duty(house: tuple[Hotline, Carrier]) -> Iterator[tuple[Hotline, Carrier]]:
    """One operator on duty and nobody waiting."""
    service, carrier = house
    service.say("operators", "status", "Ann", "available")
    yield house
    carrier.habits = Habits()
    everyone_leaves(carrier)
    assert eventually(lambda: service.waiting() == 0)
    assert eventually(lambda: not service.talking())
    assert not carrier.faults
    assert not carrier.odd


def of(service: Hotline, sid: str) -> dict[str, object]:
    return next((row for row in service.rows("calls") if row["call"] == sid), {})


def is_utc(value: object) -> bool:
    return datetime.fromisoformat(str(value)).utcoffset() == UTC.utcoffset(None)


@pytest.mark.parametrize(
    ("language", "locale", "topic"),
    [
        ("uk", "uk-UA", "family"),
        ("ru", "ru-RU", "information"),
        ("en", "en-GB", "urgent"),
    ],
)
def test_caller_in_each_language_talks_to_operator(
    duty: tuple[Hotline, Carrier], language: str, locale: str, topic: str
) -> None:
    service, carrier = duty
    caller = queue_up(carrier, language, topic)
    operator, met = talk(carrier, PHONE)
    assert met is caller
    assert caller.languages[-1] == locale
    assert eventually(lambda: of(service, caller.sid).get("answered"))
    row = of(service, caller.sid)
    assert (row["language"], row["class"]) == (language, topic)
    assert (row["operator"], row["offers"], row["ended"]) == ("Ann", 1, None)
    assert service.states() == {"Ann": "talking"}
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)
    assert eventually(lambda: of(service, caller.sid)["ended"])
    assert of(service, caller.sid)["outcome"] == "answered"
    assert eventually(lambda: service.states() == {"Ann": "available"})


def test_outcome_is_null_until_call_ends(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = queue_up(carrier)
    talk(carrier, PHONE)
    assert eventually(lambda: of(service, caller.sid)["answered"])
    assert of(service, caller.sid)["outcome"] is None


def test_caller_of_gone_operator_may_requeue(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = queue_up(carrier)
    operator, _ = talk(carrier, PHONE)
    carrier.hang_up(operator)
    assert eventually(lambda: caller.gather), caller.heard
    carrier.press(caller, "1")
    _, met = talk(carrier, PHONE)
    assert met is caller
    assert eventually(lambda: of(service, caller.sid)["offers"] == 2)


def test_log_has_promised_fields_from_start(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = carrier.dial()
    assert eventually(lambda: of(service, caller.sid))
    row = of(service, caller.sid)
    assert row.keys() >= CALL
    assert row["channel"] == "voice"
    assert (row["line"], row["number"]) == ("example", "+12025550101")
    nothing = ("queued", "answered", "ended", "outcome", "operator", "class")
    assert [row[key] for key in nothing] == [None] * 6
    assert (row["offers"], row["location"]) == (0, "none")
    assert is_utc(row["started"])
    carrier.hang_up(caller)
    assert eventually(lambda: of(service, caller.sid)["ended"])
    assert of(service, caller.sid)["outcome"] == "abandoned"


def test_second_number_answered_too(duty: tuple[Hotline, Carrier]) -> None:
    service, carrier = duty
    caller = carrier.dial(number="+12025550102")
    assert caller.gather
    assert eventually(lambda: of(service, caller.sid))
    assert of(service, caller.sid)["number"] == "+12025550102"


def test_queue_has_fields_without_numbers(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    service.say("operators", "status", "Ann", "away")
    first, second = queue_up(carrier, "ru"), queue_up(carrier, "uk")
    rows = service.rows("queue")
    assert [row["call"] for row in rows] == [first.sid, second.sid]
    assert all(row.keys() >= PLACE for row in rows)
    assert [row["place"] for row in rows] == [1, 2]
    assert {row["state"] for row in rows} == {"waiting"}
    assert [row["operator"] for row in rows] == [None, None]
    assert all(is_utc(row["arrived"]) for row in rows)
    assert rows[0]["priority"] > rows[1]["priority"] > 0
    service.say("operators", "status", "Ann", "available")
    assert eventually(lambda: carrier.rung(PHONE))
    claimed, waiting = service.rows("queue")
    assert (claimed["call"], claimed["state"]) == (first.sid, "claimed")
    assert claimed["operator"] == "Ann"
    assert waiting["state"] == "waiting"
    everything = service.say("queue", "--json") + service.say("calls", "--json")
    assert not re.search(r"7700 ?900", everything)


def test_operators_listed_with_promised_fields(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, _ = duty
    (row,) = service.rows("operators", "list")
    assert row.keys() >= {"name", "state", "since", "languages", "reach"}
    assert (row["name"], row["state"], row["reach"]) == ("Ann", "available", "phone")
    assert row["languages"] == ["uk", "ru", "en"]
    assert is_utc(row["since"])


def test_leaving_caller_soon_out_of_queue(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    service.say("operators", "status", "Ann", "away")
    caller = queue_up(carrier)
    carrier.hang_up(caller)
    assert eventually(lambda: service.rows("queue") == [])
    assert eventually(lambda: of(service, caller.sid)["outcome"] == "abandoned")


def test_lost_callbacks_caller_soon_out(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    service.say("operators", "status", "Ann", "away")
    caller = queue_up(carrier)
    carrier.habits = Habits(lost=frozenset({"caller"}))
    carrier.hang_up(caller)
    assert eventually(lambda: service.rows("queue") == [])
    assert eventually(lambda: of(service, caller.sid)["outcome"] == "abandoned")


def test_lost_callbacks_operator_stops_ringing(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = queue_up(carrier)
    assert eventually(lambda: carrier.rung(PHONE))
    carrier.habits = Habits(lost=frozenset({"operator", "conference"}))
    first, before = carrier.rung(PHONE)[0], service.log.read_text()
    carrier.hang_up(first, "failed")
    again = eventually(lambda: [o for o in carrier.rung(PHONE) if o is not first])
    assert again, service.states()
    # Found out, and not only given up when the time to ring was over.
    assert "leg was over unheard" in service.log.read_text().removeprefix(before)
    carrier.habits = Habits()
    assert caller.waiting


@pytest.mark.parametrize("who", ["caller", "operator"])
def test_lost_callbacks_operator_stops_talking(
    duty: tuple[Hotline, Carrier], who: str
) -> None:
    service, carrier = duty
    queue_up(carrier)
    operator, caller = talk(carrier, PHONE)
    lost = frozenset({"caller", "operator", "conference"})
    carrier.habits = Habits(lost=lost)
    for leg in (operator, caller):  # no action is fetched either: both are gone
        leg.dial_action = None
        leg.rest = []
    carrier.hang_up(caller if who == "caller" else operator)
    assert eventually(lambda: service.states() == {"Ann": "available"})
    assert eventually(lambda: of(service, caller.sid)["ended"])


def test_leaving_caller_frees_rung_operator(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = queue_up(carrier)
    assert eventually(lambda: carrier.rung(PHONE))
    ring = carrier.rung(PHONE)[0]
    carrier.hang_up(caller)
    assert eventually(lambda: not ring.live), "the telephone rings on"
    assert eventually(lambda: service.states() == {"Ann": "available"})


def test_caller_lost_after_operator_accepted_frees_operator(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    caller = queue_up(carrier)
    carrier.habits = Habits(lost=frozenset({"caller"}))
    assert eventually(lambda: carrier.rung(PHONE))
    operator = carrier.rung(PHONE)[0]
    carrier.answer(operator)
    # Nothing in between, or the house may look just then and find the caller gone.
    carrier.hang_up(caller)
    carrier.press(operator, "1")
    assert eventually(lambda: not operator.live), operator.heard
    assert eventually(lambda: service.states() == {"Ann": "available"})
    assert eventually(lambda: of(service, caller.sid)["outcome"] == "abandoned")


@pytest.mark.parametrize("copies", [1, 3])
def test_another_carriers_habits_change_nothing(
    duty: tuple[Hotline, Carrier], copies: int
) -> None:
    service, carrier = duty
    carrier.habits = Habits(
        copies=copies, list_lag=1.5, start_before_join=True, end_before_leave=True
    )
    caller = queue_up(carrier, "ru")
    operator, met = talk(carrier, PHONE)
    assert met is caller
    assert eventually(lambda: of(service, caller.sid).get("answered"))
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)
    assert eventually(lambda: service.states() == {"Ann": "available"})
    assert eventually(lambda: of(service, caller.sid)["ended"])
    row = of(service, caller.sid)
    assert (row["outcome"], row["offers"]) == ("answered", 1)


def test_conversation_answered_though_room_silent(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    carrier.habits = Habits(lost=frozenset({"conference"}))
    caller = queue_up(carrier)
    operator, _ = talk(carrier, PHONE)
    assert eventually(lambda: of(service, caller.sid)["answered"])
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)
    assert eventually(lambda: of(service, caller.sid)["ended"])
    assert of(service, caller.sid)["outcome"] == "answered"
    assert eventually(lambda: service.states() == {"Ann": "available"})


def test_conversation_answered_though_room_late(
    duty: tuple[Hotline, Carrier],
) -> None:
    service, carrier = duty
    carrier.habits = Habits(lost=frozenset({"conference"}))
    caller = queue_up(carrier)
    operator, _ = talk(carrier, PHONE)
    room = caller.room
    assert room is not None
    carrier.habits = Habits()
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)
    assert eventually(lambda: of(service, caller.sid)["ended"])
    for leg in (operator, caller):
        form = {"StatusCallbackEvent": "participant-join", "CallSid": leg.sid}
        named = {"ConferenceSid": room.sid, "FriendlyName": room.name}
        carrier.post(room.callback, {**form, **named, "SequenceNumber": "0"})
    assert eventually(lambda: of(service, caller.sid)["outcome"] == "answered")
