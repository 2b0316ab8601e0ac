"""Words in and out of the command line, whatever the locale of the machine says.

Names are Ukrainian. A machine whose locale is "C" gives a process ASCII, unless
Python's own safeguards (PEP 538 and 540) are on; a service manager may have them off.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper, UnsupportedOperation

from ivr.core.model.errors import Invalid

ASCII = "ascii"


def restart_in_utf8() -> None:
    """Restart this process in UTF-8 if it was started in ASCII.

    It stays the same process, so that its parent still sees it. Arguments, names of
    files and all output are UTF-8 from then on, also in the processes that it starts.
    """
    if sys.getfilesystemencoding() == ASCII and not sys.flags.utf8_mode:
        anew = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execv(sys.executable, anew)  # noqa: S606 - the very words we were given


def tolerate_letters() -> None:
    """Let no output or input end a command: escape characters that cannot be shown."""
    for stream, errors in (
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
        (sys.stdin, "replace"),
    ):
        # A stream that was read from already cannot be changed any more.
        with suppress(UnsupportedOperation):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors=errors)


def require_text(arguments: Sequence[str]) -> list[str]:
    """The arguments; Invalid for one that is no text in the terminal's encoding."""
    for place, argument in enumerate(arguments, start=1):
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            shown = ascii(os.fsencode(argument))[2:-1]
            raise Invalid(
                f'argument {place} ("{shown}") is no text in'
                f" {sys.getfilesystemencoding()}: let the terminal and the locale be"
                " of one encoding (LC_ALL=C.UTF-8), and type it again"
            )
    return list(arguments)
