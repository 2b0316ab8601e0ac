"""The hotlines' own files: what each line is, what it says, and whether it is right.

A folder holds one folder a line: ``line.toml``, ``rules.toml``, ``prompts/*.po`` and,
if there are recordings, ``audio/<language>/``. ``ivr/lines/example`` is the pattern.
"""

from ivr.adapters.content.library import (
    ContentLibrary,
    check_lines,
    find_notices,
    load_lines,
)

__all__ = ["ContentLibrary", "check_lines", "find_notices", "load_lines"]
