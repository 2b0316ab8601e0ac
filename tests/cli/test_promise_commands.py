"""``hotline callbacks``, ``messages`` and ``why`` in a house that has had calls."""

import json
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from exchange.state.leg import Leg
from exchange.state.people import Callee, Pickup, Press, Speak, Stay, accepting_operator
from ivr.cli import hotline_command
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, HotlineError, Invalid, NotFound, Unavailable
from tests.dsl.callbacks import IS_CALLED, come, operator_to_come, promised
from tests.dsl.doing import TO_THE_QUEUE, until_stage
from tests.dsl.ways_out import TO_A_MESSAGE
from tests.ports.shelf import Shelf, shelved
from tests.world import ACCOUNT, CALLER, HOTLINE, TOKEN, World

WAVE = b"RIFF\x00\xff\xfe\x80WAVE" + bytes(range(256))
WRITTEN = (Press(digits="1", after=3), Press(digits="1"), Press(digits="3"))


@dataclass(slots=True)
class Desk:
    """A terminal at the house in which these calls were."""

    world: World
    shelf: Shelf

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(hotline_command, words)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        done = self.run(*words, "--json")
        assert done.exit_code == 0, done.output
        found: list[dict[str, Any]] = json.loads(done.output)
        return found

    def refusal(self, *words: str) -> HotlineError:
        error = self.run(*words).exception
        assert isinstance(error, HotlineError), error
        return error


@pytest.fixture
def desk(
    world: World,
    valkey_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    with shelved(WAVE) as shelf:
        monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))
        monkeypatch.setenv("REDIS_URL", valkey_url)
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("TWILIO_API_URL", f"http://127.0.0.1:{shelf.port}")
        monkeypatch.setenv("COLUMNS", "300")
        yield Desk(world=world, shelf=shelf)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is nearly full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def with_message(world: World) -> Leg:
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are two."), Press(digits="#"))
    world.exchange.run_until(lambda: leg.ended, 120)
    world.exchange.run_for(1)
    return leg


# --- call backs -----------------------------------------------------------


def test_promise_seen_from_asking_to_end(desk: Desk) -> None:
    operator_to_come(desk.world, accepting_operator())
    nobody = Callee(pickup=Pickup.NO_ANSWER)
    desk.world.exchange.put_person(CALLER, nobody, IS_CALLED)
    leg = promised(desk.world)

    (row,) = desk.rows("callbacks")
    assert (row["call"], row["state"], row["when"]) == (leg.sid, "waiting", "any hour")
    (row,) = desk.rows("queue")
    assert (row["call"], row["state"], row["place"]) == (leg.sid, "callback", 1)
    (row,) = desk.rows("calls")
    assert (row["call"], row["outcome"]) == (leg.sid, "callback")

    come(desk.world)
    until_stage(desk.world, leg, Stage.PROMISED)
    (row,) = desk.rows("callbacks")
    assert (row["state"], row["tries"]) == ("later", 1)
    assert row["due"] is not None

    until_stage(desk.world, leg, Stage.CONNECTED, limit=900)
    desk.world.exchange.run_for(1)
    assert desk.rows("callbacks") == []
    (row,) = desk.rows("callbacks", "--all")
    assert (row["state"], row["reason"]) == ("over", "kept")


def test_persons_to_write_listed_until_done(desk: Desk) -> None:
    leg = promised(desk.world, *WRITTEN)

    (row,) = desk.rows("callbacks")
    assert (row["state"], row["when"]) == ("in writing", "in writing")
    assert desk.rows("queue") == []
    done = desk.run("callbacks", "done", leg.sid)

    assert done.exit_code == 0
    assert desk.rows("callbacks") == []
    assert isinstance(desk.refusal("callbacks", "done", leg.sid), NotFound)


def test_promise_cancelled_once(desk: Desk) -> None:
    leg = promised(desk.world)

    assert desk.run("callbacks", "cancel", leg.sid).exit_code == 0

    assert desk.rows("queue") == []
    (row,) = desk.rows("callbacks", "--all")
    assert row["reason"] == "cancelled"
    refusal = desk.refusal("callbacks", "cancel", leg.sid)
    assert "hotline callbacks" in str(refusal)
    assert isinstance(desk.refusal("callbacks", "cancel", "CA-nobody"), NotFound)


def test_promise_being_kept_not_cancelled(desk: Desk) -> None:
    operator_to_come(desk.world, accepting_operator())
    desk.world.exchange.put_person(CALLER, IS_CALLED)
    leg = promised(desk.world)
    come(desk.world)
    until_stage(desk.world, leg, Stage.CONNECTED)

    assert isinstance(desk.refusal("callbacks", "cancel", leg.sid), Conflict)


@pytest.mark.parametrize("words", [(), ("--json",), ("--all",), ("--all", "--json")])
def test_list_of_promises_names_nobody(desk: Desk, words: tuple[str, ...]) -> None:
    leg = promised(desk.world)

    shown = desk.run("callbacks", *words).output

    assert leg.sid[:8] in shown
    assert CALLER.removeprefix("+") not in shown
    assert HOTLINE not in shown


# --- messages -------------------------------------------------------------


def test_message_fetched_privately_and_deleted(desk: Desk, tmp_path: Path) -> None:
    leg, file = with_message(desk.world), tmp_path / "message.wav"
    (row,) = desk.rows("messages")
    assert (row["call"], row["taken"]) == (leg.sid, None)
    (row,) = desk.rows("calls")
    assert row["outcome"] == "message"

    done = desk.run("messages", "fetch", leg.sid, str(file))

    assert done.exit_code == 0, done.output
    assert file.read_bytes() == WAVE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [asked[0] for asked in desk.shelf.asked] == ["GET", "DELETE"]
    assert desk.rows("messages") == []
    (row,) = desk.rows("messages", "--all")
    assert row["how"] == "fetched"
    again = desk.refusal("messages", "fetch", leg.sid, str(tmp_path / "again.wav"))
    assert isinstance(again, NotFound)


def test_existing_file_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    leg, file = with_message(desk.world), tmp_path / "message.wav"
    file.write_bytes(b"another one")

    refusal = desk.refusal("messages", "fetch", leg.sid, str(file))

    assert isinstance(refusal, Conflict)
    assert str(file) in str(refusal)
    assert file.read_bytes() == b"another one"
    assert "DELETE" not in [asked[0] for asked in desk.shelf.asked]
    assert len(desk.rows("messages")) == 1


def test_unwritable_message_stays_at_carrier(desk: Desk, tmp_path: Path) -> None:
    leg = with_message(desk.world)

    missing = str(tmp_path / "missing" / "message.wav")
    assert isinstance(desk.refusal("messages", "fetch", leg.sid, missing), Invalid)
    file, desk.shelf.body = tmp_path / "message.wav", WAVE * 4000
    with files_of_at_most(len(desk.shelf.body) - 1):
        full = desk.refusal("messages", "fetch", leg.sid, str(file))
    assert isinstance(full, Unavailable)
    assert not file.exists()

    assert "DELETE" not in [asked[0] for asked in desk.shelf.asked]
    assert len(desk.rows("messages")) == 1


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (500, Unavailable)])
def test_ungiven_message_leaves_no_file(
    desk: Desk, tmp_path: Path, status: int, kind: type[HotlineError]
) -> None:
    leg, file = with_message(desk.world), tmp_path / "message.wav"
    desk.shelf.status = status

    assert isinstance(desk.refusal("messages", "fetch", leg.sid, str(file)), kind)

    assert not file.exists()
    assert len(desk.rows("messages")) == 1


def test_message_thrown_away_unheard(desk: Desk) -> None:
    leg = with_message(desk.world)
    desk.shelf.status, desk.shelf.body = 204, b""

    assert desk.run("messages", "delete", leg.sid).exit_code == 0

    assert [asked[0] for asked in desk.shelf.asked] == ["DELETE"]
    (row,) = desk.rows("messages", "--all")
    assert row["how"] == "thrown away"


# --- why ------------------------------------------------------------------


def test_each_offer_explained_with_end(desk: Desk) -> None:
    operator_to_come(desk.world, accepting_operator())
    desk.world.exchange.put_person(CALLER, Callee(pickup=Pickup.BUSY), IS_CALLED)
    leg = promised(desk.world)
    come(desk.world)
    until_stage(desk.world, leg, Stage.CONNECTED, limit=900)

    first, second = desk.rows("why", leg.sid)
    told = desk.run("why", leg.sid).output

    assert (first["operator"], first["end"], second["end"]) == (
        "anna",
        "taken",
        "taken",
    )
    assert first["why"]["heads"][0]["class"] == "urgent"
    assert told.count("offered to anna: taken") == 2
    assert "The caller had the most priority" in told
    assert CALLER.removeprefix("+") not in told


def test_unoffered_and_unknown_call_differ(desk: Desk) -> None:
    leg: Leg = desk.world.dial(*TO_THE_QUEUE, Stay())
    desk.world.exchange.run_until(lambda: leg.queue)

    assert "nothing was decided yet" in desk.run("why", leg.sid).output
    refusal = desk.refusal("why", "CA-nobody")
    assert isinstance(refusal, NotFound)
    assert "hotline calls" in str(refusal)
