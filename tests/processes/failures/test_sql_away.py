"""The call log's database locked, or not there at all."""

import sqlite3
from pathlib import Path

import pytest

from tests.processes.hotline import Hotline, eventually, hotline
from tests.processes.legs import Habits
from tests.processes.people import lines, queue_up, talk

PHONE = "+12025550120"


def test_locked_database_loses_and_delays_nothing(tmp_path: Path) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operator("Ann", PHONE)
        (file,) = service.data.glob("*.db")
        lock = sqlite3.connect(file, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        for language in ("uk", "ru", "en"):
            caller = queue_up(carrier, language)
            operator, met = talk(carrier, PHONE)
            assert met is caller
            assert eventually(service.talking)
            carrier.hang_up(caller)
            assert eventually(lambda one=operator: not one.live)  # type: ignore[misc]
        assert service.readiness() in ("ready", "degraded")
        assert not carrier.faults
        assert not carrier.late
        lock.execute("ROLLBACK")
        lock.close()
        wanted = {leg.sid: "answered" for leg in carrier.callers}

        def logged() -> dict[str, str]:
            return {row["call"]: row["outcome"] for row in service.rows("calls")}

        eventually(lambda: logged() == wanted)
        assert logged() == wanted


def test_locked_database_hides_no_departure(
    tmp_path: Path,
) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operator("Ann", PHONE)
        service.say("operators", "status", "Ann", "away")
        caller = queue_up(carrier)
        (file,) = service.data.glob("*.db")
        lock = sqlite3.connect(file, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        carrier.habits = Habits(lost=frozenset({"caller"}))
        carrier.hang_up(caller)
        gone = eventually(lambda: service.waiting() == 0)
        lock.execute("ROLLBACK")
        lock.close()
        assert gone, "still in the queue"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:1/none",
        "sqlite:////proc/no/such/folder/x.db",
        "no address at all",
        "oracle://somewhere/else",
    ],
)
def test_unreachable_database_named_at_start(tmp_path: Path, url: str) -> None:
    service = Hotline(tmp_path / "data", {"DATABASE_URL": url})
    process = service.start()
    try:
        assert process.wait(timeout=60) != 0
        said = service.log.read_text()
        assert "DATABASE_URL" in said
        assert "Traceback" not in said
        assert service.pids() == []
    finally:
        service.end()
