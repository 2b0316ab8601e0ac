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
    table.refuse_unknown()
    return node


def _language_menu(key: str, table: Table) -> Node:
    return LanguageMenu(
        key=key,
        greeting=table.read_text("greeting"),
        prompt=table.read_text("prompt"),
        to=table.read_text("to"),
    )


def _read_menu(key: str, table: Table) -> Node:
    prompt = table.read_text("prompt")
    choices = tuple(
        _read_choice(each, row) for each, row in table.read_tables("choices")
    )
    return Menu(key=key, prompt=prompt, choices=choices)


def _read_choice(key: str, table: Table) -> Choice:
    choice = Choice(
        key=key,
        prompt=table.read_text("prompt"),
        to=table.read_text("to"),
        topic=table.read_text("topic", "") or None,
    )
    table.refuse_unknown()
    return choice


def _read_parts(key: str, table: Table) -> Node:
    return Parts(
        key=key,
        parts=tuple(table.read_texts("parts")),
        controls=table.read_text("controls"),
        to=table.read_text("to"),
    )


def _read_location(key: str, table: Table) -> Node:
    return LocationStep(key=key, to=table.read_text("to"))


def _read_waiting(key: str, _: Table) -> Node:
    return Queue(key=key)


def _read_goodbye(key: str, table: Table) -> Node:
    return Goodbye(key=key, prompt=table.read_text("prompt"))


_KINDS: Mapping[str, Callable[[str, Table], Node]] = {
    "languages": _language_menu,
    "menu": _read_menu,
    "parts": _read_parts,
    "location": _read_location,
    "queue": _read_waiting,
    "goodbye": _read_goodbye,
}
