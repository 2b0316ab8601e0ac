"""``[node.NAME]`` of a ``line.toml`` becomes a Node, each kind with its own keys."""

from collections.abc import Callable, Mapping

from ivr.adapters.content.table import Table
from ivr.core.line.menu import (
    Choice,
    Goodbye,
    LanguageMenu,
    LocationStep,
    Menu,
    Node,
    Parts,
    Queue,
)


def read_node(key: str, table: Table) -> Node:
    """The node that a table says; what is wrong is kept in the table's faults."""
    kind = table.one_of("kind", _KINDS)
    if not kind:
        # Something that can be led to, so that one fault does not cause others.
        return Goodbye(key=key, prompt="")
    node = _KINDS[kind](key, table)
    table.close()
    return node


def _language_menu(key: str, table: Table) -> Node:
    return LanguageMenu(
        key=key,
        greeting=table.text("greeting"),
        prompt=table.text("prompt"),
        to=table.text("to"),
    )


def _menu(key: str, table: Table) -> Node:
    prompt = table.text("prompt")
    choices = tuple(_choice(each, row) for each, row in table.tables("choices"))
    return Menu(key=key, prompt=prompt, choices=choices)


def _choice(key: str, table: Table) -> Choice:
    choice = Choice(
        key=key,
        prompt=table.text("prompt"),
        to=table.text("to"),
        topic=table.text("topic", "") or None,
    )
    table.close()
    return choice


def _parts(key: str, table: Table) -> Node:
    return Parts(
        key=key,
        parts=tuple(table.texts("parts")),
        controls=table.text("controls"),
        to=table.text("to"),
    )


def _location(key: str, table: Table) -> Node:
    return LocationStep(key=key, to=table.text("to"))


def _waiting(key: str, _: Table) -> Node:
    return Queue(key=key)


def _goodbye(key: str, table: Table) -> Node:
    return Goodbye(key=key, prompt=table.text("prompt"))


_KINDS: Mapping[str, Callable[[str, Table], Node]] = {
    "languages": _language_menu,
    "menu": _menu,
    "parts": _parts,
    "location": _location,
    "queue": _waiting,
    "goodbye": _goodbye,
}
