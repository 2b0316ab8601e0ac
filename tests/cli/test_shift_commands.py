"""``hotline shifts``, as those who plan type it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from ivr.actions.operators import shifts
from ivr.adapters.system import SystemClock
from ivr.adapters.vault import KeyVault
from ivr.cli import hotline_command
from ivr.core.model.errors import Conflict, HotlineError, NotFound
from ivr.core.model.identifiers import OperatorId, ShiftId
from ivr.core.model.values import replace
from ivr.core.text.wall_clock import find_gaps
from ivr.settings import Secrets, Settings
from tests.world import ACCOUNT, TOKEN, World

KYIV = ZoneInfo("Europe/Kyiv")
TODAY = SystemClock().now().astimezone(KYIV).date()
"""The commands have a clock of their own: what they plan is to be in its future."""
SOON = TODAY + timedelta(days=3)
ANNA = OperatorId("anna")


@dataclass(slots=True)
class Planner:
    """A terminal at a house with two operators."""

    world: World

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(hotline_command, ("shifts", *words))

    def add(self, name: str = "anna", start: str = "22:00", *more: str) -> list[str]:
        """Plan; the beginnings of the identifiers of what was planned."""
        words = (name, "--from", f"{SOON} {start}", "--to", "06:00", *more)
        done = self.run("add", *words)
        assert done.exit_code == 0, done.exception
        return [line.split()[0] for line in done.output.splitlines()]

    def rows(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            self.run("list", "--json", *words).output
        )
        return found

    def refusal(self, *words: str) -> HotlineError:
        error = self.run(*words).exception
        assert isinstance(error, HotlineError), error
        return error


@pytest.fixture
def planner(
    world: World,
    valkey_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Planner:
    monkeypatch.setenv("HOTLINE_DATA", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", valkey_url)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.setenv("COLUMNS", "300")
    world.operator("anna")
    world.operator("olha", phone="+447700900202")
    return Planner(world)


def in_utc(day: date, hour: int) -> str:
    return datetime.combine(day, time(hour), KYIV).astimezone(UTC).isoformat()


def test_night_planned_in_lines_own_time(planner: Planner) -> None:
    (beginning,) = planner.add()

    (row,) = planner.rows()
    assert row["shift"].startswith(beginning)
    assert (row["operator"], row["line"], row["zone"]) == (
        "anna",
        "example",
        "Europe/Kyiv",
    )
    assert row["starts"] == in_utc(SOON, 22)
    assert row["ends"] == in_utc(SOON + timedelta(days=1), 6)
    assert (row["state"], row["seen"], row["reason"]) == ("planned", None, "")
    assert row["reminded"] == []


def test_shift_repeated_every_week(planner: Planner) -> None:
    beginnings = planner.add("anna", "22:00", "--weekly", "3")

    rows = planner.rows("--days", "30")
    assert [row["shift"][:8] for row in rows] == beginnings
    assert [row["starts"] for row in rows] == [
        in_utc(SOON + timedelta(weeks=n), 22) for n in range(3)
    ]
    assert len(planner.rows()) == 2, "a fortnight by default"


def test_table_says_who_confirmed_or_declined(
    planner: Planner,
) -> None:
    planner.add("anna")
    planner.add("anna", "12:00", "--to", "13:00")
    planner.add("olha")
    keys = {(row["operator"], row["starts"]): row["shift"] for row in planner.rows()}
    noon = ShiftId(keys["anna", in_utc(SOON, 12)])
    shifts.confirm_shift(planner.world.ports, ANNA, noon)
    night = ShiftId(keys["olha", in_utc(SOON, 22)])
    shifts.decline_shift(planner.world.ports, OperatorId("olha"), night, "")

    shown = planner.run("list").output

    when = f"{SOON:%a %Y-%m-%d} 22:00-06:00"
    assert "times of Europe/Kyiv" in shown
    assert f"Not confirmed: anna {when}\n" in shown
    assert f"Cannot come: olha {when}\n" in shown
    assert " confirmed " in shown
    assert " not yet " in shown


def test_reason_read_by_those_who_plan(planner: Planner) -> None:
    planner.add()
    (row,) = planner.rows()
    own = KeyVault.from_secrets(Secrets.load_secrets(Settings.from_process()))
    ports = replace(planner.world.ports, vault=own)

    shifts.decline_shift(ports, ANNA, ShiftId(row["shift"]), "A cold")

    (row,) = planner.rows()
    assert (row["state"], row["reason"]) == ("declined", "A cold")
    assert " A cold " in planner.run("list").output


def test_unreadable_reason_hides_nothing_else(planner: Planner) -> None:
    planner.add()
    (row,) = planner.rows()

    shifts.decline_shift(planner.world.ports, ANNA, ShiftId(row["shift"]), "A cold")

    (row,) = planner.rows()
    assert (row["state"], row["reason"]) == ("declined", "(cannot be opened)")


def test_cancelled_shift_shown_on_request_alone(planner: Planner) -> None:
    (beginning,) = planner.add()

    done = planner.run("cancel", beginning)

    assert done.output == f"Cancelled: {SOON:%a %Y-%m-%d} 22:00-06:00.\n"
    assert planner.rows() == []
    assert [row["state"] for row in planner.rows("--all")] == ["cancelled"]
    assert isinstance(planner.refusal("cancel", beginning), Conflict)
    planner.add()


def test_shift_that_overlaps_is_refused_with_remedy(planner: Planner) -> None:
    (beginning,) = planner.add()

    refusal = planner.refusal(
        "add", "anna", "--from", f"{SOON} 20:00", "--to", "23:00", "--weekly", "2"
    )

    assert isinstance(refusal, Conflict)
    assert f"hotline shifts cancel {beginning}" in str(refusal)
    assert len(planner.rows("--days", "30")) == 1
    planner.add("anna", "06:00", "--to", "22:00")
    planner.add("olha")


def test_skipped_time_refused_with_remedy(
    planner: Planner,
) -> None:
    ((shown, following), *_) = find_gaps(KYIV, TODAY, TODAY + timedelta(days=370))

    refusal = planner.refusal("add", "anna", "--from", f"{shown}"[:16], "--to", "08:00")

    assert str(refusal).startswith(f"--from: there is no {shown:%H:%M}")
    assert f"write {following:%H:%M}" in str(refusal)
    assert planner.rows("--days", "366") == []


def test_all_faults_told_and_nothing_planned(
    planner: Planner,
) -> None:
    refusal = planner.refusal("add", "anna", "--from", "tomorrow", "--to", "6 pm")

    assert [line.partition(":")[0] for line in str(refusal).splitlines()] == [
        "--from",
        "--to",
    ]
    assert planner.rows() == []


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("add", "nobody", "--from", "x", "--to", "y"), "hotline operators list"),
        (("add", "anna", "--from", "x", "--to", "y", "--line", "z"), "one of: example"),
        (("list", "--line", "z"), "one of: example"),
        (("cancel", "nothing"), "hotline shifts list"),
    ],
)
def test_what_is_missing_is_named_with_remedy(
    planner: Planner, words: tuple[str, ...], remedy: str
) -> None:
    assert remedy in str(planner.refusal(*words))


def test_beginning_that_several_shifts_have_is_refused(planner: Planner) -> None:
    planner.add("anna", "22:00", "--weekly", "2")

    assert isinstance(planner.refusal("cancel", ""), Conflict)
    assert isinstance(planner.refusal("cancel", "%"), NotFound)


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--days", "0"),
        ("list", "--days", "soon"),
        ("add", "anna", "--from", "x", "--to", "y", "--weekly", "0"),
        ("add", "anna", "--from", "x", "--to", "y", "--weekly", "53"),
        ("add", "anna", "--from", "x"),
        ("cancel",),
    ],
)
def test_odd_words_refused_by_name(planner: Planner, words: tuple[str, ...]) -> None:
    done = planner.run(*words)

    assert done.exit_code == 2
    assert "Error: " in done.output
