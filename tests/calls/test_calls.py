"""Whole calls, one file each: the real service, a telephone network, virtual time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from redis import Redis

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.state.script import load_script
from tests.calls.asked import ASKED
from tests.calls.player import Played, double_everything, play, unknown
from tests.exchange.openapi import HOST, Spec
from tests.ports.stores import counting_client
from tests.world import build_world

Traffic = list[tuple[RestRequest, RestAnswer | None]]

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
STEMS = [file.stem for file in FILES]

MOST_TRIPS = dict.fromkeys(ASKED, 2) | {"/voice/offer/answer": 3}
"""How often a webhook asks the live state at most: to read, and to save. Where a person
is called back, the leg that the carrier has created in between is saved as well."""

one_a_file = pytest.mark.parametrize("file", FILES, ids=STEMS)


@dataclass(slots=True)
class Once:
    """How each call goes when every request comes once; each is played once."""

    redis: Redis
    played: dict[Path, Played] = field(default_factory=dict)
    traffic: dict[Path, Traffic] = field(default_factory=dict)
    trips: dict[Path, list[tuple[str, int]]] = field(default_factory=dict)

    def play(self, file: Path, folder: Path) -> Played:
        if file not in self.played:
            folder.mkdir()
            self.redis.flushall()
            with build_world(self.redis, folder) as world:
                self.played[file] = play(world, load_script(file))
                self.traffic[file] = list(world.rest.traffic)
                self.trips[file] = list(world.trips)
            self.redis.flushall()
        return self.played[file]


@pytest.fixture(scope="module")
def once(valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Once]:
    client = counting_client(valkey_url)
    # The first call of all connects, and brings the scripts to the server.
    Once(client).play(FILES[0], tmp_path_factory.mktemp("first") / "of-all")
    yield Once(client)
    client.close()


def test_there_are_calls_of_every_kind() -> None:
    assert len(FILES) >= 36


@one_a_file
def test_call_file_says_what_it_shows(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# ")
    assert unknown(load_script(file)) == set()
    assert load_script(file).expect


@one_a_file
def test_whole_call_goes_as_file_expects(
    file: Path, once: Once, tmp_path: Path
) -> None:
    played = once.play(file, tmp_path / "once")

    assert played.differences == []
    assert played.oddities == []


@one_a_file
def test_calls_requests_match_carriers_document(
    file: Path, once: Once, tmp_path: Path, spec: Spec
) -> None:
    once.play(file, tmp_path / "once")

    for asked, given in once.traffic[file]:
        reads = asked.method == "GET"
        query = f"?{urlencode(asked.params)}" if reads and asked.params else ""
        url = f"{HOST}{asked.path}{query}"
        spec.check_request(asked.method, url, () if reads else asked.params)
        assert given is not None
        spec.check_response(asked.method, url, given.status, given.body)


@one_a_file
def test_webhooks_of_call_ask_store_no_oftener(
    file: Path, once: Once, tmp_path: Path
) -> None:
    once.play(file, tmp_path / "once")

    trips = once.trips[file]
    assert sum(count for _, count in trips) > len(trips)
    assert [each for each in trips if each[1] > MOST_TRIPS[each[0]]] == []


def test_calls_ask_addresses_counted(once: Once, tmp_path: Path) -> None:
    for file in FILES:
        once.play(file, tmp_path / file.stem)

    asked = {path for trips in once.trips.values() for path, _ in trips}
    assert asked == ASKED


@pytest.mark.parametrize("seconds", [0.0, 0.7], ids=["at once", "later"])
@one_a_file
def test_requests_that_come_twice_change_state_once(
    file: Path, seconds: float, once: Once, redis: Redis, tmp_path: Path
) -> None:
    single = once.play(file, tmp_path / "once")
    with build_world(redis, tmp_path) as world:
        double_everything(world, seconds)
        double = play(world, load_script(file))

        assert any(webhook.copy for webhook in world.exchange.state.sent)
    assert double.differences == double.oddities == []
    assert Counter(double.facts) == Counter(single.facts)
    assert double.record.outcome == single.record.outcome
    assert double.record.offers == single.record.offers
    assert double.record.wait_seconds == pytest.approx(
        single.record.wait_seconds, abs=1.0
    )
