"""The versions of rule sets, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from ivr.adapters.sql.rule_sets import SqlRuleSets
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.versions import RuleVersion
from tests.adapters.sql import story

PLAIN = 'zone = "Europe/Kyiv"\n'
EVENING = PLAIN + "[wrap_up]\nseconds = 0\n"


@pytest.fixture
def rule_sets(db: Engine) -> SqlRuleSets:
    return SqlRuleSets(db)


def newest(rule_sets: SqlRuleSets) -> tuple[int, str]:
    first, *_ = rule_sets.history(story.LINE)
    return first.version, first.toml


def test_nothing_published_before_first(rule_sets: SqlRuleSets) -> None:
    assert rule_sets.history(story.LINE) == []


def test_newest_is_in_force(rule_sets: SqlRuleSets) -> None:
    assert rule_sets.publish(story.LINE, PLAIN, story.NOON) == 1
    assert rule_sets.publish(story.LINE, EVENING, story.after(60)) == 2

    assert newest(rule_sets) == (2, EVENING)


def test_history_tells_when_and_why(rule_sets: SqlRuleSets) -> None:
    rule_sets.publish(story.LINE, PLAIN, story.NOON, note="first")
    rule_sets.publish(story.LINE, EVENING, story.after(60), note="evening", after=1)

    assert rule_sets.history(story.LINE) == [
        RuleVersion(
            version=2, toml=EVENING, published_at=story.after(60), note="evening"
        ),
        RuleVersion(version=1, toml=PLAIN, published_at=story.NOON, note="first"),
    ]


def test_each_line_counts_for_itself(rule_sets: SqlRuleSets) -> None:
    rule_sets.publish(story.LINE, PLAIN, story.NOON)

    assert rule_sets.publish(LineKey("other"), EVENING, story.NOON) == 1
    assert newest(rule_sets) == (1, PLAIN)


def test_whoever_saw_older_version_is_second(rule_sets: SqlRuleSets) -> None:
    rule_sets.publish(story.LINE, PLAIN, story.NOON, after=0)

    with pytest.raises(Conflict, match="hotline rules show"):
        rule_sets.publish(story.LINE, EVENING, story.NOON, after=0)

    assert newest(rule_sets) == (1, PLAIN)


def test_one_of_several_publishers_is_first(rule_sets: SqlRuleSets) -> None:
    def publish(toml: str) -> int | None:
        try:
            return rule_sets.publish(story.LINE, toml, story.NOON, after=0)
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as people:
        versions = list(people.map(publish, [PLAIN, EVENING, PLAIN, EVENING]))

    assert sorted(versions, key=str) == [1, None, None, None]
    assert len(rule_sets.history(story.LINE)) == 1
