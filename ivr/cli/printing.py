"""How rows are shown: as JSON, as CSV, or as a table for people."""

import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
"""A number, or a telephone number as we write them: no formula."""

FORMULA = re.compile(r"\s*[=@+\-\x00\uff1d\uff20\uff0b\uff0d]|[\t\r\n]")
"""A spreadsheet may compute a text that begins this way, also with the wide forms:
OWASP, "CSV Injection"."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")

BEGINNING = 8
"""Characters of an identifier: a collision is unlikely, and would be told."""

NAMED = frozenset({"call", "shift"})
"""Columns with an identifier; commands accept its beginning."""

Rows = Sequence[Mapping[str, Any]]


def print_json(rows: Rows) -> None:
    """Print one JSON array."""
    click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))


def print_csv(rows: Rows, columns: Sequence[str]) -> None:
    """Print CSV with a header, for spreadsheets and reports."""
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({key: _csv_cell(row.get(key)) for key in columns} for row in rows)


def print_table(title: str, rows: Rows, columns: Sequence[str]) -> None:
    """Print a table for people."""
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for column in columns:
        whole = any(TIME.match(str(row.get(column))) for row in rows)
        table.add_column(
            column.removesuffix("_seconds"),
            overflow="fold",
            no_wrap=whole or column in NAMED,
        )
    for row in rows:
        table.add_row(*(_readable_value(column, row.get(column)) for column in columns))
    # People's words are text, and neither markup nor the name of an emoji.
    Console(markup=False, emoji=False).print(table)


def _readable_value(column: str, value: Any) -> str:
    """A value as a person reads it: times to the minute, seconds whole.

    For a call or a shift, only the beginning of its identifier.
    """
    if column in NAMED:
        return str(value)[:BEGINNING]
    if isinstance(value, float):
        return f"{value:.0f}"
    if isinstance(value, str) and TIME.match(value):
        return datetime.fromisoformat(value).strftime("%m-%d %H:%M")
    return _as_text(value)


def _csv_cell(value: Any) -> str:
    """A value as text; a spreadsheet must not take it for a formula."""
    text = _as_text(value)
    is_formula = FORMULA.match(text) and not PLAIN.fullmatch(text)
    return f"'{text}" if is_formula else text


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
