"""The files of the lines, where nothing else is opened."""

from ivr.adapters.content import check, load, notices

__all__ = [
    "check",
    "load",
    "notices",
]
