"""Where the keys of a TOML file stand."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ivr.core.text.toml_lines import Key, line_of, lines_of

ROOT = Path(__file__).parents[3]
TEXT = """\
# title = "no key"
title = "a # b" # c
"quoted key" . 'x.y' = 1

many = '''
[not.a.table]
key = 1
'''
more = \"\"\"a \\\"\"\" b
\"\"\"
[table]   # note
list = [ 1, # one
  "two]", [
    3 ] ,
]
day = 2026-06-10 12:00:00
inline = { a = 1, b = { "c.d" = [ 2 ] } , e.f = '}' }
[ table . sub ]
[[rows]]
a = 1
[rows.inner]
b = -1.5e3
[[rows]]
[[rows.deep]]
a = 2
[[rows.deep]]
c = 3\
"""
PLACES: dict[Key, int] = {
    ("title",): 2,
    ("quoted key",): 3,
    ("quoted key", "x.y"): 3,
    ("many",): 5,
    ("more",): 9,
    ("table",): 11,
    ("table", "list"): 12,
    ("table", "list", 0): 12,
    ("table", "list", 1): 13,
    ("table", "list", 2): 13,
    ("table", "list", 2, 0): 14,
    ("table", "day"): 16,
    ("table", "inline"): 17,
    ("table", "inline", "a"): 17,
    ("table", "inline", "b"): 17,
    ("table", "inline", "b", "c.d"): 17,
    ("table", "inline", "b", "c.d", 0): 17,
    ("table", "inline", "e"): 17,
    ("table", "inline", "e", "f"): 17,
    ("table", "sub"): 18,
    ("rows",): 19,
    ("rows", 0): 19,
    ("rows", 0, "a"): 20,
    ("rows", 0, "inner"): 21,
    ("rows", 0, "inner", "b"): 22,
    ("rows", 1): 23,
    ("rows", 1, "deep"): 24,
    ("rows", 1, "deep", 0): 24,
    ("rows", 1, "deep", 0, "a"): 25,
    ("rows", 1, "deep", 1): 26,
    ("rows", 1, "deep", 1, "c"): 27,
}


def keys_of(value: object, path: Key = ()) -> Iterator[Key]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from keys_of(inner, (*path, name))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from keys_of(inner, (*path, place))


def test_every_key_found_on_line() -> None:
    assert dict(lines_of(TEXT)) == PLACES
    assert set(keys_of(tomllib.loads(TEXT))) == set(PLACES)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "name",
    ["ivr/lines/example/rules.toml", "ivr/lines/example/line.toml", "pyproject.toml"],
)
def test_every_key_of_real_file_found(name: str, ending: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    found = lines_of(text.replace("\n", ending))

    assert set(found) == set(keys_of(tomllib.loads(text)))
    written = text.splitlines()
    for key, line in found.items():
        last = key[-1]
        assert not isinstance(last, str) or last in written[line - 1]


def test_missing_key_told_by_table() -> None:
    lines = lines_of(TEXT)

    assert line_of(lines, ("rows", 0, "inner", "missing", "too")) == 21
    assert line_of(lines, ("nowhere",)) == 1
    assert line_of(lines, ()) == 1


def test_absurd_nesting_is_no_trouble() -> None:
    assert lines_of("a = 1\nb = " + "[" * 9000 + "]" * 9000)[("a",)] == 1
