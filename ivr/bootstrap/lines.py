"""The files of the lines, where nothing else is opened."""

from ivr.adapters.content import check_lines, find_notices, load_lines

__all__ = [
    "check_lines",
    "find_notices",
    "load_lines",
]
