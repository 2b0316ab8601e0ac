"""The errors of the service, in one tree.

HotlineError
 ├── NotFound            there is no such call, operator, line …
 ├── Conflict            somebody was first, or the state does not allow it
 │    └── Stale          the call or offer has changed meanwhile; ``reason`` says how
 ├── Invalid             an input is wrong (Faults: everything that is wrong)
 │    └── Refused        at sign-in or sign-up; ``reason`` says why
 │         └── TooOften  … and ``again`` says when to try again
 └── Unavailable         something outside failed; ``permanent``: for good
      └── Unreadable     a newer version of this service wrote the document
"""

from collections.abc import Iterable
from datetime import datetime


class HotlineError(Exception):
    """A refusal with a stable ``code``; its text is for us, never for a caller."""

    code = "hotline-error"


class NotFound(HotlineError):
    """Something that was asked for does not exist (any more)."""

    code = "not-found"


class Conflict(HotlineError):
    """Somebody was first, or the present state does not allow it."""

    code = "conflict"


class Stale(Conflict):
    """Somebody at the desk acted on something that has changed; nothing was done.

    ``reason`` is a word that the desk has a sentence for: call-over, offer-over, taken,
    not-now, not-yours, busy, other-language, team-away, carrier, newer, no-number.
    """

    code = "stale"

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing was changed: {reason}")
        self.reason = reason


class Invalid(HotlineError):
    """An input is wrong; the text names the place and the remedy."""

    code = "invalid"


class Refused(Invalid):
    """An input at sign-in or sign-up will not do; nothing was changed.

    ``reason`` is a word that the desk has a sentence for. It tells no more than the
    person who types may know.
    """

    code = "refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused: {reason}")
        self.reason = reason


class TooOften(Refused):
    """Too many attempts under one name; right or wrong, none counts until ``again``.

    The reason is ``too-often``, or ``codes-often`` where the password was right.
    """

    code = "too-often"

    def __init__(self, again: datetime, reason: str = "too-often") -> None:
        super().__init__(reason)
        self.again = again


class Faults(Invalid):
    """Everything that is wrong with a set of files or settings, reported at once."""

    code = "faults"

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Unavailable(HotlineError):
    """Something outside did not do its part.

    ``permanent`` is true when asking again cannot help. ``ambiguous`` is true
    when the outside may have done it all the same (a timeout, a 5xx): a call
    that was perhaps created must not be created a second time.
    """

    code = "unavailable"

    def __init__(
        self, message: str, *, permanent: bool = False, ambiguous: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous


class Unreadable(Unavailable):
    """A stored document that this version cannot read; ``rev`` is its version there.

    Only code that can restore the value from elsewhere may write over it.
    """

    code = "unreadable"

    def __init__(self, what: str, rev: int = 0) -> None:
        super().__init__(
            f"{what} cannot be read by this version: run the newer version again,"
            " or wait until it ends",
            permanent=True,
        )
        self.rev = rev
