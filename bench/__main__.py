"""``python -m bench [--trial] [NAME ...]``: measure, and print the figures.

A trial only shows that everything runs, in seconds; its figures mean nothing.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console

from bench.report import WIDTH, Figure, show
from bench.scale import FULL, TRIAL, Scale

NAMES = (
    *("free", "gone", "hung", "decisions", "memory"),
    *("webhooks", "held", "facts", "desk", "week"),
)
"""Modules of ``bench.figures``, in the order in which they run. Each has a function
``run(scale, say)`` that gives its figures."""

TRY = "--trial"


def measured(names: Sequence[str], scale: Scale, console: Console) -> Iterator[Figure]:
    """Run figures by name."""
    for name in names:
        module = importlib.import_module(f"bench.figures.{name}")
        yield from module.run(scale, lambda text: console.print(text, highlight=False))


def main(arguments: Sequence[str]) -> int:
    """Run and print figures; 1 when one that is demanded is missed."""
    names = [each for each in arguments if each != TRY]
    scale = FULL if len(names) == len(arguments) else TRIAL
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.stderr.write(f"no figure {unknown[0]}; there are: {', '.join(NAMES)}\n")
        return 2
    console = Console(width=WIDTH)
    figures = list(measured(names or NAMES, scale, console))
    show(figures, console)
    missed = any(figure.met is False for figure in figures)
    return 1 if missed and scale is FULL else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
