"""People at the desk: accounts, sessions, and proof of who they are."""

from datetime import datetime
from typing import Protocol

from ivr.core.model.account import KNOCKS, Account, Credentials, Limit, Session
from ivr.core.model.identifiers import OperatorId


class Accounts(Protocol):
    """Accounts; everything but the names is sealed or hashed."""

    def of(self, operator: OperatorId) -> Credentials | None:
        """The account of an operator, or None."""
        ...

    def named(self, login: str) -> Credentials | None:
        """The account that signs in under this name, or None."""
        ...

    def invited(self, link: str) -> Credentials | None:
        """The account whose sign-up link has this digest, or None."""
        ...

    def supervisors(self) -> frozenset[OperatorId]:
        """The operators whose role is more than operator: others may ask them."""
        ...

    def add(self, credentials: Credentials) -> None:
        """Keep a new account. Conflict: the operator or the name has one."""
        ...

    def save(self, credentials: Credentials) -> bool:
        """Keep an account if nobody has changed it since.

        Return whether it was kept.
        """
        ...

    def next_attempt_at(
        self, name: str, now: datetime, limit: Limit
    ) -> datetime | None:
        """When the next attempt may be made; None when it may be made at ``now``."""
        ...

    def count_attempt(
        self, name: str, now: datetime, limit: Limit = KNOCKS
    ) -> datetime | None:
        """Count an attempt to sign in; None, or when the next may be made.

        ``name`` is a keyed name. We count attempts for names that nobody has too, so
        that the answers do not reveal who exists.
        """
        ...

    def forgive(self, name: str) -> None:
        """Forget the attempts under a keyed name: one of them was right."""
        ...


class Sessions(Protocol):
    """Who is signed in, and since when they were last seen."""

    def open(self, session: Session) -> None:
        """Keep a new session; forget those that are long over."""
        ...

    def find(self, key: str) -> tuple[Session, Account] | None:
        """The session of that digest and its account, or None."""
        ...

    def mark_active(self, key: str, now: datetime) -> None:
        """Note when a session was last seen."""
        ...

    def end(self, key: str) -> None:
        """Forget a session."""
        ...

    def end_all(self, operator: OperatorId, but: str = "") -> None:
        """Forget every session of an operator, except the one named."""
        ...


class Keys(Protocol):
    """Passwords and one-time codes."""

    def hash_password(self, password: str) -> str:
        """The hash of a password, to be kept."""
        ...

    def check_password(self, kept: str, password: str) -> bool:
        """Whether this is the password; it takes as long when "" is kept."""
        ...

    def is_dated(self, kept: str) -> bool:
        """Whether to hash a password again: it was hashed more weakly."""
        ...

    def make_seed(self) -> str:
        """A fresh secret for one-time codes, to be typed into a device."""
        ...

    def find_step(self, seed: str, code: str, now: datetime) -> int | None:
        """The time step that a code belongs to, near ``now``.

        None if the code is wrong.

        Steps grow; one step of drift is allowed on either side.
        """
        ...

    def device_address(self, seed: str, name: str) -> str:
        """The secret as an address that devices read from a QR code."""
        ...
