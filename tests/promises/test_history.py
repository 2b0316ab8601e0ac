"""Eight processes act at once; people and processes fail; every promise is kept."""

from collections import Counter
from pathlib import Path

import pytest
from redis import Redis

from ivr.core.model.values import replace
from tests.promises.checker.checker import (
    RECONCILIATIONS,
    breaches,
    first_come_first_claimed,
)
from tests.promises.checker.evidence import shown
from tests.promises.checker.history import History
from tests.promises.evening import Evening
from tests.promises.network.luck import KIND
from tests.promises.plan import Plan

HAPPENED = (
    "call-started",
    "menu-given-up",
    "caller-queued",
    "offer-made",
    "offer-rung",
    "offer-taken",
    "offer-ended",
    "caller-connected",
    "talk-ended",
    "call-ended",
    "operator-changed",
    "operator-invited",
    "operator-joined",
    "operator-parted",
    "call-transferred",
    "caller-returned",
    "callback-promised",
    "callback-tried",
    "callback-ended",
    "message-left",
)
"""An evening in which one of these never comes proves nothing."""


@pytest.fixture
def store_url(redis: Redis, valkey_url: str) -> str:
    """The address of an empty store."""
    assert redis.dbsize() == 0
    return valkey_url


def told(history: History) -> Counter[str]:
    return Counter(fact.name for _, fact in history.facts)


def faults_of(evening: Evening, history: History) -> dict[str, object]:
    """What an evening has shown that must not be; nothing when all is well."""
    broken = {"a fault of ours": evening.seen.broken} if evening.seen.broken else {}
    return {**breaches(history), **broken}


def test_eight_processes_keep_every_promise(
    request: pytest.FixtureRequest, store_url: str, redis: Redis, tmp_path: Path
) -> None:
    evenings: int = request.config.getoption("evenings", 1)
    first: int = request.config.getoption("first_seed", 1)
    beside: Path | None = request.config.getoption("beside", None)
    found: dict[int, dict[str, object]] = {}
    seen: Counter[str] = Counter()
    for seed in range(first, first + evenings):
        folder = tmp_path / str(seed)
        folder.mkdir()
        redis.flushall()
        evening = Evening(Plan(seed=seed), store_url, folder, beside)
        history = evening.run()

        if faults := faults_of(evening, history):
            found[seed] = faults
        kept = "broken: " + ", ".join(faults) if faults else "every promise is kept"
        for row in (f"seed {seed}: {kept}", *shown(history, faults)):
            print(row, flush=True)  # noqa: T201 - shown by make soak
        assert len(history.reconciled) > 2 * RECONCILIATIONS
        assert told(history)["caller-connected"] > 50
        seen += told(history)
        seen += Counter(killed=evening.seen.killed, hung=evening.seen.hung)

    assert found == {}
    assert seen.keys() >= set(HAPPENED)
    assert seen["killed"] > 5 * evenings
    assert seen["hung"] > 2


def test_equal_callers_claimed_by_arrival(store_url: str, tmp_path: Path) -> None:
    plan = Plan(
        processes=1,
        callers=40,
        operators=4,
        standing=0,
        arriving=60,
        faults=KIND,
        publishes=False,
        language="1",
        way=("1", "0"),
    )
    evening = Evening(plan, store_url, tmp_path)
    history = evening.run()

    assert breaches(history) == {}
    assert list(first_come_first_claimed(history)) == []
    assert not evening.seen.broken
    assert told(history)["caller-connected"] > 15
    assert told(history)["offer-ended"] > 0


@pytest.mark.parametrize("seed", [9, 10])
def test_whoever_comes_back_again_starves_nobody(
    seed: int, store_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        seed=seed,
        processes=1,
        callers=14,
        operators=2,
        standing=0,
        arriving=20,
        faults=replace(KIND, returning=0.95, whims=False),
        publishes=False,
        language="1",
        way=("1", "0"),
    )
    evening = Evening(plan, store_url, tmp_path)
    history = evening.run()

    assert breaches(history) == {}
    assert not evening.seen.broken
    assert told(history)["caller-returned"] > 2
