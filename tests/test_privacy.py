"""Canaries go through whole calls; afterwards they are found nowhere.

Every logger is at DEBUG. The search itself is shown to find what was planted.
"""

import http.server
import io
import json
import logging
import re
import threading
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    Press,
    Speak,
    Stay,
    Talk,
    accepting_operator,
    declining_operator,
)
from ivr.actions.operators.roster import choose_state
from ivr.adapters.twilio_voice import TwilioSettings
from ivr.bootstrap.carrier import make_carrier
from ivr.core.dialogue.standing import PIN_TRIES
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.location import LocationKind
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import HotlineError
from ivr.core.model.identifiers import ClaimId, ContactId, OperatorId
from ivr.core.model.operator import State
from tests.adapters.redis_store.store_people import claim
from tests.dsl.doing import (
    CREATE,
    MOVE,
    TO_THE_QUEUE,
    call_of,
    fault,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import PIN, WRONG, enrol
from tests.web.canaries import (
    AREA,
    CALLER,
    OPERATOR,
    SPOKEN_AREA,
    SPOKEN_TYPED,
    TYPED,
    Haystack,
    found,
    of_files,
)
from tests.web.haystack import TELLS_AREA, everywhere
from tests.world import ACCOUNT, BASE, HOTLINE, LINE, TOKEN, World


def a_whole_call(world: World) -> None:
    """A caller tells an area, one operator declines, the next one talks."""
    world.operator("anna", declining_operator(), phone="+447700900877")
    caller = world.dial(*TELLS_AREA, Talk(seconds=20), from_=CALLER)
    world.exchange.run_for(40)
    world.operator("bela", accepting_operator(), phone=OPERATOR)
    until_stage(world, caller, Stage.ENDED, limit=300)
    world.exchange.run_for(20)
    assert world.record(caller).location == LocationKind.AREA
    assert world.record(caller).outcome == "answered"


def test_whole_call_leaves_no_canary_anywhere(
    aof: Path,
    watched: World,
    tmp_path: Path,
    lines: io.StringIO,
    documents: list[tuple[str, bytes]],
) -> None:
    a_whole_call(watched)

    hay = everywhere(watched, tmp_path, lines, documents)
    hay |= dict(of_files(aof))
    spoken = [name for name in hay if SPOKEN_AREA.encode() in hay[name]]

    assert [name.split()[1] for name in spoken] == ["/voice/step"], "read back once"
    for name in spoken:
        hay[name] = hay[name].replace(SPOKEN_AREA.encode(), b"")
    assert found(hay) == []
    assert any(".aof" in name for name in hay)


def exits_of_every_kind(world: World) -> Leg:
    """A call back on a typed number; the person waits there; another leaves a message.

    The live state is lost in the middle, and the operator on the way.
    """
    world.operator("bela", accepting_operator(), phone=OPERATOR)
    choose_state(world.ports, LINE, OperatorId("bela"), State.AWAY, "test")
    typed = Press(digits=f"{TYPED.removeprefix('+')}#")
    asks = (Press(digits="1", after=3), Press(digits="2"), typed)
    yes = Press(digits="1")
    world.exchange.put_person(
        TYPED, Callee(after=2.0, deeds=(Press(digits="1", after=3), Stay()))
    )
    speaks = (Press(digits="2", after=3), Speak(text="Nothing."), Press(digits="#"))
    tells: Leg = world.dial(*TO_THE_QUEUE, *speaks, from_=OPERATOR)
    caller: Leg = world.dial(*TO_THE_QUEUE, *asks, yes, yes, from_=CALLER)
    world.exchange.run_until(lambda: tells.ended and caller.ended, 300)
    choose_state(world.ports, LINE, OperatorId("bela"), State.AVAILABLE, "test")
    world.work()
    world.exchange.run_until(lambda: _is_reached(world, caller))
    (rung,) = (leg for leg in outbound_legs(world) if leg.to == OPERATOR)
    world.exchange.hang_up(rung)
    until_stage(world, caller, Stage.WAITING)
    choose_state(world.ports, LINE, OperatorId("bela"), State.AWAY, "test")
    (person,) = (leg for leg in outbound_legs(world) if leg.to == TYPED)
    world.exchange.run_until(lambda: person.queue)
    world.redis.flushall()
    world.exchange.run_for(120)
    return person


def test_ways_out_leave_no_canary_anywhere(
    aof: Path,
    watched: World,
    tmp_path: Path,
    lines: io.StringIO,
    documents: list[tuple[str, bytes]],
) -> None:
    person = exits_of_every_kind(watched)
    assert watched.ports.contacts.call(LINE, ContactId(person.sid)) is not None
    choose_state(watched.ports, LINE, OperatorId("bela"), State.AVAILABLE, "test")
    watched.work()
    watched.exchange.run_for(30)
    watched.exchange.hang_up(person)
    watched.exchange.run_for(20)

    hay = everywhere(watched, tmp_path, lines, documents)
    hay |= dict(of_files(aof))
    told = [name for name in hay if SPOKEN_TYPED.encode() in hay[name]]

    assert [name.split()[1] for name in told] == ["/voice/step"], "read back once"
    for name in told:
        hay[name] = hay[name].replace(SPOKEN_TYPED.encode(), b"")
    assert found(hay) == []
    outcomes = {record.outcome for record in watched.log()}
    assert outcomes == {"callback", "message"}
    assert any(".aof" in name for name in hay)


def _is_reached(world: World, caller: Leg) -> bool:
    promise = call_of(world, caller).callback.request
    return promise is not None and promise.reached


def test_server_log_is_readable_by_search(redis: Redis, aof: Path) -> None:
    redis.set("planted", CALLER)

    files = dict(of_files(aof))

    assert any("caller" in place for place in found(files)), sorted(files)


def test_disastrous_call_logs_no_canary(
    watched: World,
    tmp_path: Path,
    lines: io.StringIO,
    documents: list[tuple[str, bytes]],
) -> None:
    world = watched
    fault(world, FaultKind.TOO_MANY, CREATE, method="POST", times=1)
    fault(world, FaultKind.HANG_AFTER, MOVE, method="POST", times=1)
    fault(world, FaultKind.BROKEN, MOVE, method="POST", times=1)
    fault(world, FaultKind.DOUBLED, "/voice/", probability=0.3, seconds=1)
    world.operator("bela", accepting_operator(), phone=OPERATOR)
    caller = world.dial(*TELLS_AREA, Talk(seconds=20), from_=CALLER)
    until_stage(world, caller, Stage.CONNECTED, limit=300)
    world.redis.flushall()
    world.exchange.run_until(lambda: caller.ended)
    world.exchange.run_for(20)

    hay = everywhere(world, tmp_path, lines, documents)
    hay = {
        name: content.replace(SPOKEN_AREA.encode(), b"")
        if "/voice/step" in name
        else content
        for name, content in hay.items()
    }
    assert found(hay) == []


def test_calling_in_leaves_no_number_or_pin(
    aof: Path,
    watched: World,
    tmp_path: Path,
    lines: io.StringIO,
    documents: list[tuple[str, bytes]],
) -> None:
    world = watched
    fault(world, FaultKind.BROKEN, MOVE, method="POST", times=1)
    key = enrol(world, phone=OPERATOR)
    wrong, right = Press(digits=WRONG), Press(digits=PIN)
    leg = world.dial(wrong, right, Stay(), from_=OPERATOR)
    world.exchange.run_until(lambda: world.operator_now(key).leg == leg.sid)
    caller = world.dial(*TELLS_AREA, Talk(seconds=20), from_=CALLER)
    until_stage(world, caller, Stage.CONNECTED, limit=120)
    guess = [wrong] * PIN_TRIES
    world.dial(*guess, Stay(), from_=OPERATOR)
    world.exchange.run_for(60)

    hay = everywhere(world, tmp_path, lines, documents) | dict(of_files(aof))
    for name in hay:
        if name.startswith("document /voice/step"):
            hay[name] = hay[name].replace(SPOKEN_AREA.encode(), b"")
    assert found(hay) == []
    pins = re.compile(rf"(?<![\d.])({PIN}|{WRONG})(?!\d)".encode())
    assert [name for name, content in hay.items() if pins.search(content)] == []


@pytest.mark.parametrize(
    ("broken", "noted"),
    [({"node": "nowhere"}, "Traceback"), ({"location": "nowhere"}, "unreadable")],
    ids=["a fault of ours", "of a newer version"],
)
def test_traceback_of_fault_of_ours_names_nobody(
    watched: World, lines: io.StringIO, broken: dict[str, str], noted: str
) -> None:
    """A broken document fails in the middle of a request with the caller in it."""
    world = watched
    caller = world.dial(*TELLS_AREA[:4], from_=CALLER)
    world.exchange.run_until(lambda: call_of(world, caller).menu.draft == AREA)
    key = f"hotline:{{{call_of(world, caller).line}}}:call:{caller.sid}"
    doc = json.loads(world.redis.hget(key, "doc") or b"{}")
    world.redis.hset(key, "doc", json.dumps({**doc, **broken}))

    world.ticks = False
    world.exchange.press(caller, "1")
    world.exchange.run_for(5)

    text = lines.getvalue()
    assert noted in text
    assert found({"log": text.replace(SPOKEN_AREA, "").encode()}) == []


class Unfriendly(http.server.BaseHTTPRequestHandler):
    """A carrier whose refusals quote what they were asked."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = self.rfile.read(length).decode()
        text = f"The 'To' number {OPERATOR} is not valid: {asked}"
        body = json.dumps({"code": 21211, "message": text, "status": 400}).encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: this is the other side."""


@pytest.fixture
def unfriendly() -> Iterator[str]:
    """The address of a carrier that refuses everything."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unfriendly) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_carriers_refusal_told_without_number(
    unfriendly: str, lines: io.StringIO
) -> None:
    carrier = make_carrier(
        TwilioSettings(
            account_sid=ACCOUNT, auth_token=TOKEN, api_url=unfriendly, public_url=BASE
        )
    )
    with pytest.raises(HotlineError) as refused:
        carrier.dialling.ring(
            claim("k1", "c1", "o1"),
            PhoneNumber(OPERATOR),
            HOTLINE,
            timedelta(seconds=20),
        )
    logging.getLogger("ivr").error("x", exc_info=refused.value)
    with pytest.raises(HotlineError):
        carrier.texts.text(PhoneNumber(OPERATOR), HOTLINE, "words")

    told = {
        "error": str(refused.value).encode(),
        "traceback": "".join(traceback.format_exception(refused.value)).encode(),
        "log": lines.getvalue().encode(),
    }
    assert "21211" in str(refused.value)
    assert found(told) == []


def test_address_of_carrier_holds_no_number(watched: World) -> None:
    a_whole_call(watched)

    created = [
        asked
        for asked, _ in watched.rest.traffic
        if asked.method == "POST" and asked.path.endswith("Calls.json")
    ]
    assert OPERATOR in [asked.get("To") for asked in created]
    assert all(CALLER not in str(asked) for asked in created)
    for asked in created:
        for name in ("Url", "StatusCallback"):
            assert found({name: urlsplit(asked.get(name)).query.encode()}) == []


def test_printed_number_shows_nothing() -> None:
    number = PhoneNumber(CALLER)
    shown = {
        "text": f"{number} {number!r} {[number]} {number!s:>30}".encode(),
        "claim": repr(ClaimId("k")).encode(),
    }
    assert found(shown) == []


@pytest.mark.parametrize(
    "which", [CALLER, OPERATOR, TYPED, SPOKEN_TYPED, AREA, SPOKEN_AREA]
)
def test_search_finds_planted_canary_wherever_it_is(
    watched: World, tmp_path: Path, lines: io.StringIO, which: str
) -> None:
    before = everywhere(watched, tmp_path, lines, [])
    assert found(before) == []

    (tmp_path / "planted.db").write_bytes(b"\0\1" + which.encode() + b"\0")
    watched.redis.hset("planted", "doc", json.dumps({"x": which}))
    watched.redis.xadd("planted-stream", {"f": which})
    logging.getLogger("anybody").debug("%s", which)
    watched.asked.append(("POST", f"{BASE}/voice/step?x={which}"))
    said = [("/voice/wait", which.encode())]
    hay: Haystack = everywhere(watched, tmp_path, lines, said)

    sings = {place.rpartition(":")[0] for place in found(hay)}
    assert sings >= {
        "our addresses",
        "document /voice/wait 0",
        "redis planted",
        "redis planted-stream",
        "file planted.db",
    }


def test_search_finds_number_in_raw_log(lines: io.StringIO) -> None:
    logging.getLogger("anybody").debug("%s", CALLER)

    assert found({"log": lines.getvalue().encode()}) == ["log: caller"]
