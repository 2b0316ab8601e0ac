"""Canaries: three numbers and an area that must be found nowhere.

A haystack maps a place ("log", "redis", "url") to its bytes.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

CALLER = "+447700900987"
OPERATOR = "+447700900876"
TYPED = "+447700900765"
SPOKEN_TYPED = ", ".join(TYPED.removeprefix("+"))
AREA = "864135"
SPOKEN_AREA = ", ".join(AREA)

NEEDLES = {
    "caller": re.compile(rb"7700\W*900\W*987"),
    "operator": re.compile(rb"7700\W*900\W*876"),
    "typed": re.compile(
        rb"7(?:, )?7(?:, )?0(?:, )?0\W*9(?:, )?0(?:, )?0\W*7(?:, )?6(?:, )?5"
    ),
    # With no digit beside it: a time in milliseconds may hold the same digits.
    "area": re.compile(rb"(?<![\d.])8(?:, )?6(?:, )?4(?:, )?1(?:, )?3(?:, )?5(?!\d)"),
}

Haystack = Mapping[str, bytes]


def found(haystack: Haystack) -> list[str]:
    """Where a canary sings: "place: which" for each."""
    return sorted(
        f"{place}: {name}"
        for place, content in haystack.items()
        for name, needle in NEEDLES.items()
        if needle.search(content)
    )


def of_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, as its bytes."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield f"file {file.name}", file.read_bytes()
