"""Documents in Redis: those of the version before are read, and it reads ours.

``documents`` holds what that version wrote, which kept dataclasses by pydantic.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.json import Decoder
from pydantic import TypeAdapter

from ivr.adapters.redis_store.documents import KINDS, RULE_VERSIONS, read, written
from ivr.adapters.redis_store.flat_documents import FlatForm
from ivr.core.queue.versions import RuleVersion

DOCUMENTS = Path(__file__).parent / "documents"
FORMS: dict[str, FlatForm[Any]] = dict(KINDS.values())
SINCE = {"call": {"channel"}}
"""Fields that the version before did not write, and ignores."""

EACH = pytest.mark.parametrize("kind", sorted(FORMS))

MOMENTS = st.datetimes(timezones=st.just(UTC))
LENGTHS = st.timedeltas(timedelta(days=-9), timedelta(days=9))


def written_before(kind: str, size: str) -> bytes:
    return (DOCUMENTS / f"{kind}-{size}.json").read_bytes()


def entity_of(kind: str, doc: bytes) -> Struct:
    found: Struct | None = read(FORMS[kind], doc)
    assert found is not None
    return found


def changed(kind: str, **changes: Any) -> bytes:
    return json.dumps({**json.loads(written_before(kind, "whole")), **changes}).encode()


@EACH
def test_documents_name_every_field(kind: str) -> None:
    kept = set(json.loads(written_before(kind, "whole")))

    assert set(FORMS[kind].names) == kept | SINCE.get(kind, set())


@EACH
@pytest.mark.parametrize("size", ["whole", "least"])
def test_entities_written_as_before(kind: str, size: str) -> None:
    doc = written_before(kind, size)

    assert json.loads(written(entity_of(kind, doc))) == json.loads(doc)


@EACH
def test_fields_of_later_ignored(kind: str) -> None:
    doc = changed(kind, newer={"of": ["later"]})

    assert entity_of(kind, doc) == entity_of(kind, written_before(kind, "whole"))


@pytest.mark.parametrize(
    ("kind", "doc"),
    [
        ("call", changed("call", stage="dreaming")),
        ("call", changed("call", wish={"at_any_hour": True})),
        ("claim", changed("claim", going={"way": "dreaming"})),
        ("operator", changed("operator", since="yesterday")),
        ("operator", changed("operator", missed="many")),
        ("callee", changed("callee", rung=None)),
        ("callee", b'{"id": "\xff", "line": "example"}'),
        ("callee", b"{}"),
        ("callee", b"{"),
    ],
)
def test_what_has_another_shape_is_unreadable(kind: str, doc: bytes) -> None:
    assert read(FORMS[kind], doc) is None


@given(moment=MOMENTS, length=LENGTHS)
def test_moments_read_both_ways(moment: datetime, length: timedelta) -> None:
    for kind, value in ((datetime, moment), (timedelta, length)):
        before: TypeAdapter[Any] = TypeAdapter(kind)
        assert before.validate_json(written(value)) == value
        assert read(Decoder(kind), before.dump_json(value)) == value


def test_rules_of_before_are_read() -> None:
    doc = b'[{"version":0,"toml":"a","published_at":"0001-01-01T00:00:00Z"}]'

    (rules,) = read(RULE_VERSIONS, doc) or ()

    assert rules == RuleVersion(version=0, toml="a")
    assert json.loads(written(rules)) == json.loads(doc)[0]
