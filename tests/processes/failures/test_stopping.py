"""SIGTERM with live calls, a second life on the same data, and sudden death."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.processes.hotline import PATIENCE, eventually, hotline
from tests.processes.people import lines, queue_up, talk

ANN, BEN = "+12025550120", "+12025550121"


@pytest.mark.parametrize("sudden", [False, True])
def test_second_life_continues_first(  # noqa: PLR0915 - a story
    tmp_path: Path, *, sudden: bool
) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operators(("Ann", ANN, "uk"), ("Ben", BEN, "ru"))
        talker = queue_up(carrier, "uk")
        ann, met = talk(carrier, ANN)
        assert met is talker
        service.say("operators", "status", "Ben", "away")
        waiters = [queue_up(carrier, "uk"), queue_up(carrier, "ru")]
        undecided = carrier.dial()
        before = service.rows("queue")
        if sudden:
            for pid in service.pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            assert service.process is not None
            service.process.wait(PATIENCE)
        else:
            assert service.down() == 0
        assert eventually(lambda: service.pids() == []), "a child outlives its house"
        service.up()
        after = service.rows("queue")
        kept = ("call", "arrived", "language", "class")
        assert [[r[k] for k in kept] for r in after] == [
            [r[k] for k in kept] for r in before
        ]
        assert service.states() == {"Ann": "talking", "Ben": "away"}
        assert ann.live
        carrier.poll_all()
        carrier.press(undecided, "3")
        assert undecided.gather, undecided.speech
        carrier.hang_up(talker)
        assert eventually(lambda: not ann.live)
        operator, met = talk(carrier, ANN)
        assert met is waiters[0]
        service.say("operators", "status", "Ben", "available")
        _, met = talk(carrier, BEN)
        assert met is waiters[1]
        carrier.hang_up(waiters[0])
        assert eventually(lambda: not operator.live)
        calls = {leg.sid for leg in carrier.callers}
        logged = {row["call"] for row in service.rows("calls")}
        assert logged == calls
        assert not carrier.faults


def test_stops_while_operator_is_rung(tmp_path: Path) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operator("Ann", ANN)
        caller = queue_up(carrier)
        assert eventually(lambda: carrier.rung(ANN))
        assert service.process is not None
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(PATIENCE) == 0
        assert service.pids() == []
        service.up()
        carrier.poll_all()
        _, met = talk(carrier, ANN)
        assert met is caller


def test_when_up_itself_killed_children_end_too(tmp_path: Path) -> None:
    with hotline(tmp_path) as (service, _, _):
        assert service.process is not None
        service.process.kill()
        service.process.wait(PATIENCE)
        eventually(lambda: service.pids() == [])
        left = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in service.pids()]
        assert left == []
        # The store outlives them for the next house, which finds and stops it.
        service.up()
        assert service.down() == 0
