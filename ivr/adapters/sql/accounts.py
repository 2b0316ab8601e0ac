"""Accounts of the desk and their sessions in SQL: nothing there opens a door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import Moment, metadata, operators
from ivr.core.model.account import (
    CODES,
    KNOCKS,
    WHOLE,
    WITHIN,
    Account,
    Credentials,
    Limit,
    Role,
    Session,
    attempts_within,
    next_attempt_at,
)
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import OperatorId

accounts = Table(
    "accounts",
    metadata,
    Column("operator", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("password", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("pending", Text, nullable=False),
    Column("link", Text, nullable=False, index=True),
    Column("link_until", Moment),
    Column("rev", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("key", Text, primary_key=True),
    Column("operator", Text, nullable=False, index=True),
    Column("opened", Moment, nullable=False),
    Column("seen", Moment, nullable=False, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("made", JSON, nullable=False),
    Column("last", Moment, nullable=False, index=True),
)
"""Attempts to sign in under a keyed name, whether or not somebody has it."""

LONG = "long:"
"""Before the names of attempts that count for longer than a minute."""

_OF_ACCOUNT = ("operator", "login", "disabled")
_OF_CREDENTIALS = ("password", "seed", "step", "pending", "link", "link_until", "rev")


def insert_account(connection: Connection, credentials: Credentials) -> None:
    """Write a new account in somebody's transaction."""
    connection.execute(insert(accounts).values(_credentials_row(credentials)))


class SqlAccounts:
    """Accounts in SQL; implements ``ivr.ports.Accounts``."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def of(self, operator: OperatorId) -> Credentials | None:
        """The account of an operator, or None."""
        return self._find_one(_select_accounts().where(accounts.c.operator == operator))

    def named(self, login: str) -> Credentials | None:
        """The account that signs in under this name, or None."""
        return self._find_one(_select_accounts().where(accounts.c.login == login))

    def invited(self, link: str) -> Credentials | None:
        """The account whose sign-up link has this digest, or None."""
        if not link:
            return None
        return self._find_one(_select_accounts().where(accounts.c.link == link))

    def supervisors(self) -> frozenset[OperatorId]:
        """The operators whose role is more than operator: others may ask them."""
        above = accounts.c.role != Role.OPERATOR.value
        query = select(accounts.c.operator).where(above)
        with begin_reading(self._db) as connection:
            return frozenset(map(OperatorId, connection.execute(query).scalars()))

    def add(self, credentials: Credentials) -> None:
        """Keep a new account. Conflict: the operator or the name has one."""
        try:
            with begin_writing(self._db) as connection:
                insert_account(connection, credentials)
        except IntegrityError:
            # Not chained: the driver's text repeats what was to be written.
            raise Conflict(
                f"{credentials.account.login} is signed in with by somebody already"
            ) from None

    def save(self, credentials: Credentials) -> bool:
        """Keep an account if nobody has changed it since; whether it was kept."""
        row = _credentials_row(credentials) | {"rev": credentials.rev + 1}
        change = (
            update(accounts)
            .where(accounts.c.operator == credentials.account.operator)
            .where(accounts.c.rev == credentials.rev)
        )
        with begin_writing(self._db) as connection:
            return bool(connection.execute(change.values(row)).rowcount)

    def next_attempt_at(
        self, name: str, now: datetime, limit: Limit
    ) -> datetime | None:
        """When the next attempt may be made; None when it may be made at ``now``."""
        query = select(attempts.c.made).where(
            attempts.c.name == _attempts_name(name, limit)
        )
        with begin_reading(self._db) as connection:
            made = connection.execute(query).scalar_one_or_none()
        return next_attempt_at(_moments_of(made), now, limit)

    def count_attempt(
        self, name: str, now: datetime, limit: Limit = KNOCKS
    ) -> datetime | None:
        """Count an attempt to sign in; None, or when the next may be made.

        The core decides while the name's row is locked: many attempts at once let no
        more through than one after the other.
        """
        key = _attempts_name(name, limit)
        with begin_writing(self._db) as connection:
            connection.execute(delete(attempts).where(_is_past(now)))
        with begin_writing(self._db) as connection:
            past = _locked_attempts(connection, key, now)
            again = next_attempt_at(past, now, limit)
            if again is None:
                _put_attempts(
                    connection, key, [*attempts_within(past, now, limit), now]
                )
        return again

    def forgive(self, name: str) -> None:
        """Forget the attempts under a keyed name: one of them was right."""
        keys = [name, _attempts_name(name, CODES)]
        with begin_writing(self._db) as connection:
            connection.execute(delete(attempts).where(attempts.c.name.in_(keys)))

    def _find_one(self, query: Select[Any]) -> Credentials | None:
        with begin_reading(self._db) as connection:
            row = connection.execute(query).one_or_none()
        return _read_credentials(row) if row else None


class SqlSessions:
    """Sessions in SQL; implements ``ivr.ports.Sessions``."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def open(self, session: Session) -> None:
        """Keep a new session; forget those that are long over.

        A session that is over may last until the end of a talk.
        """
        over = sessions.c.opened <= session.opened - 2 * WHOLE
        row = {name: getattr(session, name) for name in sessions.columns.keys()}  # noqa: SIM118 - not a dict
        with begin_writing(self._db) as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(insert(sessions).values(row))

    def find(self, key: str) -> tuple[Session, Account] | None:
        """The session of that digest and whose it is, or None."""
        query = select(
            sessions.c.key, sessions.c.opened, sessions.c.seen, *_account_columns()
        ).join_from(sessions, accounts, sessions.c.operator == accounts.c.operator)
        whose = query.join(operators, operators.c.id == accounts.c.operator)
        with begin_reading(self._db) as connection:
            row = connection.execute(whose.where(sessions.c.key == key)).one_or_none()
        return (_read_session(row), _read_account(row)) if row else None

    def mark_active(self, key: str, now: datetime) -> None:
        """Note when a session was last seen."""
        change = update(sessions).where(sessions.c.key == key)
        with begin_writing(self._db) as connection:
            connection.execute(change.values(seen=now))

    def end(self, key: str) -> None:
        """Forget a session."""
        with begin_writing(self._db) as connection:
            connection.execute(delete(sessions).where(sessions.c.key == key))

    def end_all(self, operator: OperatorId, but: str = "") -> None:
        """Forget every session of an operator, except the one named."""
        ended = delete(sessions).where(sessions.c.operator == operator)
        with begin_writing(self._db) as connection:
            connection.execute(ended.where(sessions.c.key != but))


def _account_columns() -> list[Column[Any]]:
    return [*accounts.c, operators.c.line, operators.c.name]


def _select_accounts() -> Select[Any]:
    return select(*_account_columns()).join_from(
        accounts, operators, operators.c.id == accounts.c.operator
    )


def _attempts_name(name: str, limit: Limit) -> str:
    """The name under which attempts are kept: those of a day are kept longer."""
    return name if limit.within <= WITHIN else LONG + name


def _is_past(now: datetime) -> ColumnElement[bool]:
    brief = attempts.c.last <= now - WITHIN
    is_long = attempts.c.name.startswith(LONG, autoescape=True)
    return and_(brief, or_(not_(is_long), attempts.c.last <= now - CODES.within))


def _moments_of(made: Sequence[str] | None) -> list[datetime]:
    return [datetime.fromisoformat(at) for at in made or ()]


def _locked_attempts(
    connection: Connection, name: str, now: datetime
) -> list[datetime]:
    fresh = postgresql.insert if connection.dialect.name != "sqlite" else sqlite.insert
    row = {"name": name, "made": [], "last": now}
    connection.execute(fresh(attempts).values(row).on_conflict_do_nothing())
    query = select(attempts.c.made).where(attempts.c.name == name).with_for_update()
    return _moments_of(connection.execute(query).scalar_one_or_none())


def _put_attempts(connection: Connection, name: str, made: list[datetime]) -> None:
    told = [at.isoformat() for at in made]
    change = update(attempts).where(attempts.c.name == name)
    connection.execute(change.values(made=told, last=made[-1]))


def _credentials_row(credentials: Credentials) -> dict[str, Any]:
    account = credentials.account
    return {
        **{name: getattr(account, name) for name in _OF_ACCOUNT},
        **{name: getattr(credentials, name) for name in _OF_CREDENTIALS},
        "role": account.role.value,
        "language": account.language,
    }


def _read_credentials(row: Row[Any]) -> Credentials:
    own = {name: getattr(row, name) for name in _OF_CREDENTIALS}
    return Credentials(account=_read_account(row), **own)


def _read_account(row: Row[Any]) -> Account:
    return Account(
        operator=row.operator,
        line=row.line,
        name=row.name,
        login=row.login,
        role=Role(row.role),
        language=row.language,
        disabled=row.disabled,
    )


def _read_session(row: Row[Any]) -> Session:
    return Session(key=row.key, operator=row.operator, opened=row.opened, seen=row.seen)
