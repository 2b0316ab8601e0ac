"""What is costly to make and the same for every world: made once in each process."""

from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

import ivr
from ivr.adapters.content import load_lines
from ivr.adapters.content.hotline import Hotline, read_hotline
from ivr.adapters.content.library import ContentLibrary
from ivr.adapters.sql.schema import migrate_database
from ivr.app import create_app
from ivr.core.model.identifiers import LineKey
from ivr.web.context import WebContext, attach_context

LINES = Path(ivr.__file__).parent / "lines"


def content_of(lines: Path) -> ContentLibrary:
    """The content of some lines; the shipped one is read once."""
    return ContentLibrary(_shipped()) if lines == LINES else load_lines(lines)


@cache
def _shipped() -> Mapping[LineKey, Hotline]:
    faults: list[str] = []
    hotline = read_hotline(LINES / "example", faults)
    assert hotline, faults
    return {hotline.line.key: hotline}


def database(file: Path) -> str:
    """The address of a new SQLite file with every table, empty."""
    if not file.exists():
        file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="hotline-") as folder:
        file = Path(folder) / "hotline.db"
        migrate_database(f"sqlite:///{file}")
        return file.read_bytes()


_firsts: dict[str, Flask] = {}


def application(house: WebContext) -> Flask:
    """An application that a test may change; its routes and templates are shared."""
    if house.form_key not in _firsts:
        _firsts[house.form_key] = create_app(house)
    app = copy(_firsts[house.form_key])
    app.config = copy(app.config)
    app.extensions = dict(app.extensions)
    for name in ("before_request_funcs", "after_request_funcs"):
        kept = {face: list(each) for face, each in getattr(app, name).items()}
        setattr(app, name, defaultdict(list, kept))
    attach_context(app, house)
    return app
