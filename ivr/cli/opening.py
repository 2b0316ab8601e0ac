"""How every command opens the service: settings, database, live state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext, open_app, sql_url
from ivr.bootstrap.storage import migrate_database
from ivr.core.line.menu import Line
from ivr.core.model.errors import Conflict, Faults, Invalid, NotFound
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.ports import Content
from ivr.settings import Settings

AT_THE_DESK = timedelta(seconds=5)
"""A person at a terminal waits longer than a webhook may."""


@contextmanager
def open_local_app() -> Iterator[AppContext]:
    """The service of this process's environment, for one command."""
    settings = Settings.from_process()
    _make_folder(settings.data)
    migrate_database(sql_url(settings))
    with open_app(settings, AT_THE_DESK) as context:
        yield context


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fault = f"HOTLINE_DATA: {folder} cannot be made ({error.strerror})"
        raise Faults([f"{fault}; name a folder that can"]) from error


def find_call(context: AppContext, beginning: str) -> ContactId:
    """The one call whose identifier begins this way, as the tables show it."""
    for line in context.ports.content.lines():
        write_facts(context.ports, line)
    found = context.ports.call_search.named(beginning)
    if not found:
        raise NotFound(
            f"no call begins with {beginning!r}; see them with `hotline calls --json`"
        )
    if len(found) > 1:
        raise Conflict(f"several calls begin with {beginning!r}; write more of it")
    return found[0]


def find_line(context: AppContext, name: str | None) -> LineKey:
    """The line of that name; without a name the only one, or the first."""
    return pick_line(context.ports.content, name).key


def pick_line(content: Content, name: str | None) -> Line:
    """Find a line as ``find_line`` does, where nothing is open."""
    lines = content.lines()
    if name is None:
        return next(iter(lines.values()))
    if name not in lines:
        known = ", ".join(lines)
        raise Invalid(f"there is no line {name!r}; --line takes one of: {known}")
    return lines[LineKey(name)]
