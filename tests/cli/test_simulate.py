"""``hotline rules simulate``, as it is typed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ivr
from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.database import make_engine
from ivr.adapters.sql.schema import migrate_database
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from tests.processes.desk import Desk, Said

SHIPPED = Path(ivr.__file__).parent / "lines" / "example" / "rules.toml"
SECOND = timedelta(seconds=1)
LINE = LineKey("example")

Simulate = Callable[..., Said]


@pytest.fixture
def simulate(clerk: Desk, tmp_path: Path) -> Simulate:
    """The command on a data folder of its own."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)

    def said(*words: str) -> Said:
        return clerk.run("rules", "simulate", *words, HOTLINE_DATA=str(data))

    return said


@pytest.fixture
def softer(tmp_path: Path) -> Path:
    """The shipped rules without the reserve of the evening."""
    text = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "softer.toml"
    path.write_text(text.replace("reserve = { urgent = 1 }\n", ""), encoding="utf-8")
    return path


def rows_of(given: Said) -> list[dict[str, Any]]:
    assert given.code == 0, given.err
    rows: list[dict[str, Any]] = json.loads(given.out)
    return rows


def facts_of(number: int, started: datetime) -> list[Fact]:
    """A call that waited ten seconds; every third one left instead of talking."""
    call, claim, anna = (
        ContactId(f"CA{number}"),
        ClaimId(f"c{number}"),
        OperatorId("anna"),
    )
    at = started + 10 * SECOND
    begin: list[Fact] = [
        CallStarted(at=started, line=LINE, call=call, number="+12025550101"),
        CallerQueued(at=started, line=LINE, call=call, language="uk", urgency="urgent"),
    ]
    if number % 3 == 0:
        end = CallEnded(at=at, line=LINE, call=call, outcome="abandoned")
        return [*begin, end]
    over = at + 60 * SECOND
    return [
        *begin,
        CallerConnected(at=at, line=LINE, call=call, claim=claim, operator=anna),
        TalkEnded(
            at=over, line=LINE, call=call, claim=claim, operator=anna, by="caller"
        ),
        CallEnded(at=over, line=LINE, call=call, outcome="answered"),
    ]


def write_calls(data: Path, number: int) -> None:
    """So many calls of the last days, a minute after each other."""
    url = f"sqlite:///{data / 'hotline.db'}"
    migrate_database(url)
    db = make_engine(url)
    began = datetime.now(UTC) - timedelta(days=3)  # noqa: TID251 - the command's own
    told = [
        fact for n in range(number) for fact in facts_of(n, began + n * 60 * SECOND)
    ]
    SqlCallLog(db).write([(f"1-{place}", fact) for place, fact in enumerate(told)])
    db.dispose()


def test_other_rules_stand_beside_those_in_force(
    simulate: Simulate, softer: Path
) -> None:
    given = simulate(str(softer), "--operators", "2", "--days", "5")

    assert given.code == 0, given.err
    shown = given.out
    assert "operators, on duty throughout: 2" in shown
    assert "5 made days" in shown
    assert shown.count("in force") == shown.count("softer.toml") == 10
    assert shown.count("change  ") + shown.count("change ?") == 10 + 1
    assert max(map(len, shown.splitlines())) <= 100


def test_json_has_row_for_each_group(simulate: Simulate, softer: Path) -> None:
    rows = rows_of(simulate(str(softer), "--operators", "2", "--days", "5", "--json"))

    kept, open_ = (
        [r for r in rows if r["rules"] == n] for n in ("in force", softer.name)
    )
    classes = ("urgent", "family", "information")
    groups = [(each, language) for each in classes for language in ("en", "ru", "uk")]
    assert [(r["class"], r["language"]) for r in kept] == [*groups, (None, None)]
    assert [r["calls"] for r in kept] == [r["calls"] for r in open_]
    assert {row["source"] for row in rows} == {"made"}
    # Without a reserve the less urgent are answered more often.
    assert kept[-2]["class"] == "information"
    assert kept[-2]["answered_share"] < open_[-2]["answered_share"]
    assert open_[-2]["clear"] is True
    assert kept[-2]["clear"] is None


def test_same_seed_gives_same_figures(simulate: Simulate) -> None:
    words = ("--operators", "2", "--days", "2", "--json")

    first = rows_of(simulate(*words))

    assert rows_of(simulate(*words)) == first
    assert rows_of(simulate(*words, "--seed", "2")) != first


def test_hundred_calls_in_log_lived_through_again(
    simulate: Simulate, tmp_path: Path
) -> None:
    write_calls(tmp_path / "data", 120)

    rows = rows_of(simulate("--operators", "3", "--json"))

    assert [(row["class"], row["language"]) for row in rows] == [
        ("urgent", "uk"),
        (None, None),
    ]
    assert {row["source"] for row in rows} == {"log"}
    assert {row["calls"] for row in rows} == {120}


def test_few_logged_calls_taken_if_asked(simulate: Simulate, tmp_path: Path) -> None:
    write_calls(tmp_path / "data", 20)

    by_itself = rows_of(simulate("--operators", "3", "--json"))
    asked = rows_of(simulate("--operators", "3", "--json", "--log"))

    assert {row["source"] for row in by_itself} == {"made"}
    assert {(row["source"], row["calls"]) for row in asked} == {("log", 20)}


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("--days", "1"), "--operators N"),
        (("--operators", "1", "--log"), "leave out --log"),
        (("--days", "1", "--log"), "choose one"),
    ],
)
def test_unsimulatable_told_with_remedy(
    simulate: Simulate, words: tuple[str, ...], remedy: str
) -> None:
    given = simulate(*words)

    assert given.code != 0
    assert remedy in given.err
    assert "Traceback" not in given.err


def test_faulty_file_refused_with_every_fault(
    simulate: Simulate, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.toml"
    faulty.write_text("[class.urgent]\nweight = 0\n[wait]\ngrace = -1\n")

    given = simulate(str(faulty), "--operators", "1")

    assert given.code == 1
    assert "faulty.toml:2: class.urgent.weight" in given.err
    assert "faulty.toml:4: wait.grace" in given.err
