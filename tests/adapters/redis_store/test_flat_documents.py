"""A value with values inside has a flat document, as one table says."""

import json

import pytest
from msgspec import DecodeError, Struct
from msgspec import json as msgspec_json

from ivr.adapters.redis_store.flat_documents import FlatForm, Paths


class Depth(Struct, frozen=True):
    metres: int = 0
    measured: bool = False


class Berth(Struct, frozen=True, kw_only=True):
    pier: str
    depth: Depth = Depth()


class Ship(Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: str
    berth: Berth
    flags: tuple[str, ...] = ()
    owner: Berth | None = None


TABLE = {"pier": "berth.pier", "depth": "berth.depth.metres"}
PATHS: Paths = {Ship: {**TABLE, "sounded": "berth.depth.measured"}}
FORM = FlatForm(Ship, PATHS)
SHIP = Ship(
    name="Olena",
    berth=Berth(pier="2", depth=Depth(metres=7, measured=True)),
    owner=Berth(pier="5"),
)
DOCUMENT = {
    "name": "Olena",
    "pier": "2",
    "depth": 7,
    "sounded": True,
    "owner": {"pier": "5", "depth": {"metres": 0, "measured": False}},
}


def written(ship: Ship) -> object:
    return json.loads(msgspec_json.encode(FORM.flatten(ship)))


def test_values_inside_written_flat() -> None:
    assert written(SHIP) == DOCUMENT


def test_flat_document_nested_again() -> None:
    assert FORM.decode(json.dumps(DOCUMENT).encode()) == SHIP


def test_what_says_nothing_is_left_out() -> None:
    empty = Ship(name="Olena", berth=Berth(pier="2"))

    assert written(empty) == {"name": "Olena", "pier": "2"}
    assert FORM.decode(b'{"name": "Olena", "pier": "2"}') == empty


def test_needed_field_inside_needed_in_document() -> None:
    with pytest.raises(DecodeError, match="pier"):
        FORM.decode(b'{"name": "Olena"}')


def test_flat_value_stays_as_is() -> None:
    form = FlatForm(Depth, PATHS)

    assert form.decode(b'{"metres": 3}') == Depth(metres=3)
    assert msgspec_json.encode(form.flatten(Depth(metres=3))) == b'{"metres":3}'


def test_field_that_table_forgets_is_refused() -> None:
    with pytest.raises(TypeError, match=r"berth\.depth\.measured has no name"):
        FlatForm(Ship, {Ship: TABLE})


def test_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Ship has no field berth\.mast"):
        FlatForm(Ship, {Ship: {**PATHS[Ship], "mast": "berth.mast"}})
