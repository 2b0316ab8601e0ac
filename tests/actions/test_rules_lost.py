"""The rules that count once the live state has lost them."""

from dataclasses import dataclass, field

import pytest

from ivr.actions.rules import text_in_force, version_in_force
from ivr.adapters.vault import KeyVault
from ivr.core.model.errors import Unavailable
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Ports
from tests.adapters.redis_store.store_people import LINE, at
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports
from tests.ports.fakes import Notes, StillClock
from tests.ports.memory_store import make_memory_store


@dataclass(slots=True)
class Published:
    """The rules that were published, the latest first, while the database answers."""

    versions: list[RuleVersion] = field(default_factory=list)
    is_silent: bool = False

    def history(self, _line: str) -> list[RuleVersion]:
        """All versions."""
        if self.is_silent:
            raise Unavailable("the database does not answer: try again later")
        return self.versions


@pytest.fixture
def published() -> Published:
    text = "[wait]\noverdue_after = 7\n"
    return Published([RuleVersion(version=1, toml=text, published_at=at(0))])


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ports(published: Published, notes: Notes) -> Ports:
    clock = StillClock(at(60))
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    content = content_of(LINES)
    return bare_ports(
        store, clock=clock, log=notes, rule_sets=published, content=content
    )


def test_lost_rules_come_back(ports: Ports, published: Published) -> None:
    assert text_in_force(ports, LINE) == published.versions[0].toml

    published.is_silent = True

    assert version_in_force(ports, LINE).version == 1, "the live state has them now"


def test_lines_rules_bridge_silence(
    ports: Ports, published: Published, notes: Notes
) -> None:
    published.is_silent = True

    assert text_in_force(ports, LINE) == ports.content.rules_text(LINE)
    assert notes.events() == ["shipped rules count"]

    published.is_silent = False

    assert version_in_force(ports, LINE).version == 1, "none were put in force"
