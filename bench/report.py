"""A figure, what it is measured against in the same run, and whether it is met."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

Say = Callable[[str], None]

WIDTH = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the report; ``met`` is None where nothing is demanded."""

    what: str
    value: str
    against: str
    target: str = ""
    met: bool | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def milliseconds(seconds: float) -> str:
    """A length as it is printed."""
    return f"{seconds * 1000:.1f} ms"


def show(figures: Iterable[Figure], console: Console) -> None:
    """Print the table of all figures."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("figure", "value", "against", "target", ""):
        table.add_column(title, justify="left", overflow="fold")
    for figure in figures:
        table.add_row(
            figure.what, figure.value, figure.against, figure.target, _verdict(figure)
        )
    console.print(table)


def _verdict(figure: Figure) -> str:
    if figure.met is None:
        return ""
    return "met" if figure.met else "MISSED"
