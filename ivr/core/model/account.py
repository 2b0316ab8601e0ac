"""Accounts: who may sign in at the desk, as which operator, and with what rights."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ivr.core.model.errors import Refused
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.values import replace

LANGUAGES = ("uk", "ru", "en")
"""The languages of the desk, in the order in which it offers them."""

LEAST, MOST = 12, 1024
"""The fewest and the most characters of a password."""

LONGEST_NAME, LONGEST_CODE = 256, 16
"""The most characters of a name, and of a code, that we read at sign-in."""

ATTEMPTS = 5
WITHIN = timedelta(minutes=1)
"""We answer this many attempts to sign in under one name within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most attempts of one kind within a time."""

    most: int
    within: timedelta


KNOCKS = Limit(most=ATTEMPTS, within=WITHIN)
CODES = Limit(most=10, within=timedelta(days=1))
"""Wrong codes after the right password: somebody who has only that must not go on to
guess. Three codes of a million fit, so that this many a day find none in years."""


IDLE = timedelta(hours=2)
WHOLE = timedelta(hours=14)
NOTED = timedelta(minutes=1)
"""The note of when a session was last seen may be this old."""

LINK_VALID = timedelta(hours=48)


class Role(StrEnum):
    """What somebody at the desk may do; each role includes those before it."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    OPS = "ops"

    def may(self, needed: "Role") -> bool:
        """Whether this role includes the ``needed`` one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in: an operator of a line, with a role.

    ``language`` is the one in which the desk speaks to them: uk, ru or en. ``login`` is
    the name that they sign in with: their own, or ``name@line`` where another line was
    first.
    """

    operator: OperatorId
    line: LineKey
    name: str
    login: str = ""
    role: Role = Role.OPERATOR
    language: str = "en"
    disabled: bool = False

    @property
    def signs_in_as(self) -> str:
        """The name to type at sign-in, as its owner would write it."""
        return self.name if login_of(self.name) == self.login else self.login


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The secrets that open an account; never shown.

    ``password`` is a hash, ``seed`` the sealed secret of the one-time codes and
    ``step`` the last step whose code was taken: no code is taken twice. ``pending`` is
    the sealed secret of a device that has not proved itself yet. ``link`` is the digest
    of the sign-up link that is open until ``link_until``.
    """

    account: Account
    password: str = ""
    seed: str = ""
    step: int = 0
    pending: str = ""
    link: str = ""
    link_until: datetime | None = None
    rev: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in at one browser; ``key`` is the digest of its cookie."""

    key: str
    operator: OperatorId
    opened: datetime
    seen: datetime


# --- secrets ----------------------------------------------------------------


def digest_of(secret: str) -> str:
    """The digest of a secret that nobody can guess: enough to recognise it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def login_of(name: str) -> str:
    """A name as it is compared at sign-in, however it was typed.

    A text longer than any name is Refused before its letters are composed: that takes
    time that grows with the square of the marks on one letter.
    """
    _refuse_longer(name, LONGEST_NAME, "sign-in")
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def normalize_password(password: str) -> str:
    """A password as it is hashed: keyboards compose one letter in several ways.

    A text longer than any password is Refused, like a name.
    """
    _refuse_longer(password, MOST, "password-long")
    return unicodedata.normalize("NFKC", password)


def digits_of(code: str) -> str:
    """A one-time code as it is compared: devices show it in two groups."""
    _refuse_longer(code, LONGEST_CODE, "code-wrong")
    return "".join(code.split())


def _refuse_longer(text: str, most: int, reason: str) -> None:
    if len(text) > most:
        raise Refused(reason)


def why_unfit(password: str, account: Account) -> str | None:
    """Why a password will not do, as a word of the desk; None when it will do."""
    if len(password) < LEAST:
        return "password-short"
    if len(password) > MOST:
        return "password-long"
    if _is_name(password, account):
        return "password-name"
    return None


def _is_name(password: str, account: Account) -> bool:
    own = {login_of(account.name), account.login}
    return len(password) <= LONGEST_NAME and login_of(password) in own


# --- the door ---------------------------------------------------------------


def attempts_within(
    past: Sequence[datetime], now: datetime, limit: Limit = KNOCKS
) -> list[datetime]:
    """The past attempts that count at ``now``, oldest first."""
    return sorted(at for at in past if at > now - limit.within)


def next_attempt_at(
    past: Sequence[datetime], now: datetime, limit: Limit = KNOCKS
) -> datetime | None:
    """When the next attempt may be made; None when it may be made at ``now``."""
    still = attempts_within(past, now, limit)
    return still[-limit.most] + limit.within if len(still) >= limit.most else None


def replace_link(
    known: Credentials, link: str, pending: str, now: datetime
) -> Credentials:
    """The account with a new sign-up link, which ends the one before."""
    return replace(known, link=link, link_until=now + LINK_VALID, pending=pending)


def is_open(known: Credentials, now: datetime) -> bool:
    """Whether the account's link still lets somebody sign up."""
    until = known.link_until
    return until is not None and now < until and not known.account.disabled


def sign_up(known: Credentials, password: str, step: int, language: str) -> Credentials:
    """The account of somebody who has signed up: the link is used."""
    spoken = replace(known.account, language=language)
    fresh = replace(known, account=spoken, password=password, link="", link_until=None)
    return with_device(fresh, step)


def with_device(known: Credentials, step: int) -> Credentials:
    """The account once the pending device has proved itself with a code."""
    return replace(known, seed=known.pending, pending="", step=step)


# --- sessions ---------------------------------------------------------------


def is_over(session: Session, now: datetime) -> bool:
    """Whether a session has ended by itself: idle for too long, or too old."""
    return now >= session.seen + IDLE or now >= session.opened + WHOLE


def is_noted(session: Session, now: datetime) -> bool:
    """Whether the note of when the session was last seen is fresh enough."""
    return now < session.seen + NOTED
