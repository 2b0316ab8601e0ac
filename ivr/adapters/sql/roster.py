"""The roster in SQL: operators for good, their telephone numbers sealed."""

import hmac
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.accounts import accounts, insert_account
from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import operators
from ivr.core.model.account import Credentials
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Conflict, NotFound
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, Telephone
from ivr.ports import Vault

_REACHES = frozenset(Reach)
_STATES = frozenset(State)


class SqlRoster:
    """The roster in SQL; implements ``ivr.ports.Roster``."""

    def __init__(self, db: Engine, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self._sealed: dict[OperatorId, str] = {}

    def add(
        self,
        operator: Operator,
        phone: PhoneNumber | None,
        account: Credentials | None = None,
        pin: str = "",
    ) -> None:
        """Enrol an operator, who wants to be in ``state`` since ``since``.

        With the account and the PIN, if any: all or nothing is written. Conflict when
        the line has an operator of that name, or somebody else signs in by it.
        """
        kept = self._pin_fingerprint(operator.id, pin) if pin else None
        values = _operator_row(operator) | self._seal_phone(phone) | {"pin": kept}
        try:
            with begin_writing(self._db) as connection:
                connection.execute(insert(operators).values(values))
                if account is not None:
                    insert_account(connection, account)
        except IntegrityError:
            # Not chained: the driver's text repeats what was to be written.
            raise Conflict(
                f"{operator.line} already has an operator called"
                f" {operator.profile.name}, or somebody signs in with that name; choose"
                " another name, or see `hotline operators list`"
            ) from None

    def number(self, key: OperatorId) -> PhoneNumber | None:
        """The operator's telephone number, or None.

        It never changes after the enrolment, so it is read once and kept, sealed: a
        caller waits for the ring, and need not wait for the database as well.
        """
        sealed = self._sealed.get(key) or self._read_sealed(key)
        return PhoneNumber(self._vault.unseal(sealed)) if sealed else None

    def _read_sealed(self, key: OperatorId) -> str | None:
        query = select(operators.c.phone).where(operators.c.id == key)
        with begin_reading(self._db) as connection:
            sealed: str | None = connection.execute(query).scalar()
        if sealed:
            self._sealed[key] = sealed
        return sealed

    def find(self, name: str, line: LineKey | None = None) -> Operator:
        """The operator of that name; NotFound, or Conflict when lines differ."""
        found = [one for one in self.all(line) if one.profile.name == name]
        if not found:
            raise NotFound(
                f"no operator is called {name}; see `hotline operators list`"
            )
        if len(found) > 1:
            lines = ", ".join(one.line for one in found)
            raise Conflict(f"{name} is on several lines ({lines}); name the line too")
        return found[0]

    def all(self, line: LineKey | None = None) -> list[Operator]:
        """Every operator, of the line, by name and in the state last chosen.

        A disabled operator is offline, whatever they chose. An operator whose reach
        only a newer version knows is left out.
        """
        query = (
            select(operators, accounts.c.disabled)
            .outerjoin(accounts, accounts.c.operator == operators.c.id)
            .order_by(operators.c.name, operators.c.line)
        )
        if line is not None:
            query = query.where(operators.c.line == line)
        with begin_reading(self._db) as connection:
            rows = connection.execute(query)
            return [_read_operator(row) for row in rows if row.reach in _REACHES]

    def has_pin(self, key: OperatorId, pin: str) -> bool:
        """Whether the operator calls in with this PIN.

        A disabled operator calls in with none.
        """
        shut_out = select(accounts.c.operator).where(accounts.c.disabled)
        query = select(operators.c.pin).where(
            operators.c.id == key, operators.c.id.not_in(shut_out)
        )
        with begin_reading(self._db) as connection:
            kept = connection.execute(query).scalar() or ""
        return hmac.compare_digest(kept, self._pin_fingerprint(key, pin))

    def put_pin(self, key: OperatorId, pin: str) -> None:
        """Let this be the operator's PIN from now on; NotFound for a stranger."""
        change = update(operators).where(operators.c.id == key)
        with begin_writing(self._db) as connection:
            done = connection.execute(
                change.values(pin=self._pin_fingerprint(key, pin))
            )
        if not done.rowcount:
            raise NotFound("there is no such operator; see `hotline operators list`")

    def forget_pin(self, key: OperatorId) -> None:
        """Let no PIN open the operator's place any more; twice is as good as once."""
        change = update(operators).where(operators.c.id == key)
        with begin_writing(self._db) as connection:
            connection.execute(change.values(pin=None))

    def remember_choice(self, key: OperatorId, state: State) -> None:
        """Keep the state that the operator chose; NotFound for a stranger."""
        change = update(operators).where(operators.c.id == key)
        with begin_writing(self._db) as connection:
            done = connection.execute(change.values(wanted=state.value))
        if not done.rowcount:
            raise NotFound("there is no such operator; see `hotline operators list`")

    def _pin_fingerprint(self, key: OperatorId, pin: str) -> str:
        # With the operator in it: the same PIN of two looks different.
        return self._vault.fingerprint(f"{key}:{pin}")

    def _seal_phone(self, phone: PhoneNumber | None) -> dict[str, str | None]:
        if phone is None:
            return {"phone": "", "phone_name": None}
        return {
            "phone": self._vault.seal(phone.reveal()),
            "phone_name": self._vault.pseudonym(phone),
        }


def _operator_row(operator: Operator) -> dict[str, Any]:
    return {
        "id": operator.id,
        "line": operator.line,
        "name": operator.profile.name,
        "languages": list(operator.profile.languages),
        "reach": operator.profile.reach.value,
        "added": operator.since,
        "wanted": operator.state.value,
        "team": operator.profile.team,
    }


def _read_operator(row: Row[Any]) -> Operator:
    return Operator(
        id=row.id,
        line=row.line,
        profile=Profile(
            name=row.name,
            languages=tuple(row.languages),
            reach=Reach(row.reach),
            team=row.team,
        ),
        state=_chosen_state(row),
        since=row.added,
        idle_since=row.added,
        telephone=Telephone(name=row.phone_name),
        disabled=bool(row.disabled),
    )


def _chosen_state(row: Row[Any]) -> State:
    """The state that the operator chose last; offline for one of a newer version."""
    known = row.wanted in _STATES and not row.disabled
    return State(row.wanted) if known else State.OFFLINE
