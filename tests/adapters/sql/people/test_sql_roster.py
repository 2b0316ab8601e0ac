"""The roster's contract, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select, update

from ivr.adapters.sql.accounts import SqlAccounts
from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.roster import SqlRoster
from ivr.adapters.sql.tables import operators
from ivr.core.model.account import Account, Credentials
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Reach, State
from ivr.core.model.values import replace
from tests.adapters.sql import story
from tests.adapters.sql.enrolled import ANNA
from tests.adapters.sql.mirror import MirrorVault

PHONE = PhoneNumber("+447700900123")
OLHA = replace(
    ANNA,
    id=OperatorId("operator-2"),
    profile=replace(
        ANNA.profile, name="Olha", reach=Reach.BROWSER, team="Night, and more"
    ),
    telephone=replace(ANNA.telephone, name=None),
)
ELSEWHERE = replace(ANNA, id=OperatorId("operator-3"), line=LineKey("other"))


@contextmanager
def refused_statements(db: Engine) -> Iterator[list[str]]:
    """Every statement is refused meanwhile, and noted."""
    refused: list[str] = []

    def refuse(_connection: object, _cursor: object, text: str, *_: object) -> None:
        refused.append(text)
        raise Unavailable("the database is away")

    event.listen(db, "before_cursor_execute", refuse)
    yield refused
    event.remove(db, "before_cursor_execute", refuse)


@pytest.fixture
def roster(db: Engine, vault: MirrorVault) -> SqlRoster:
    return SqlRoster(db, vault)


def test_enrolled_operator_found_as_given(roster: SqlRoster) -> None:
    roster.add(ANNA, PHONE)

    assert roster.find("Anna") == ANNA
    assert roster.number(ANNA.id) == PHONE


def test_number_kept_sealed_only(roster: SqlRoster, db: Engine) -> None:
    roster.add(ANNA, PHONE)

    with begin_reading(db) as connection:
        row = connection.execute(select(operators)).one()
    assert PHONE.reveal() not in repr(row)
    assert row.phone_name == "somebody-23"


def test_number_read_once(roster: SqlRoster, db: Engine) -> None:
    roster.add(ANNA, PHONE)
    assert roster.number(ANNA.id) == PHONE

    with refused_statements(db) as refused:
        assert roster.number(ANNA.id) == PHONE
        with pytest.raises(Unavailable):
            roster.number(OLHA.id)

    assert len(refused) == 1


def test_number_of_operator_enrolled_later_found(roster: SqlRoster) -> None:
    assert roster.number(ANNA.id) is None
    roster.add(ANNA, PHONE)

    assert roster.number(ANNA.id) == PHONE


def test_operator_without_telephone_has_no_number(roster: SqlRoster) -> None:
    roster.add(OLHA, None)

    assert roster.number(OLHA.id) is None


def test_stranger_has_no_number(roster: SqlRoster) -> None:
    assert roster.number(OperatorId("nobody")) is None


def test_operators_of_line_told_by_name(roster: SqlRoster) -> None:
    roster.add(OLHA, None)
    for operator in (ELSEWHERE, ANNA):
        roster.add(operator, PHONE)

    assert roster.all(story.LINE) == [ANNA, OLHA]
    assert roster.all() == [ANNA, ELSEWHERE, OLHA]


def test_second_operator_of_name_refused_with_remedy(roster: SqlRoster) -> None:
    roster.add(ANNA, PHONE)

    with pytest.raises(Conflict, match="choose another name") as refusal:
        roster.add(replace(OLHA, profile=replace(OLHA.profile, name="Anna")), PHONE)

    assert PHONE.reveal() not in str(refusal.value)
    assert roster.all(story.LINE) == [ANNA]


def test_name_on_two_lines_needs_line(roster: SqlRoster) -> None:
    roster.add(ANNA, PHONE)
    roster.add(ELSEWHERE, PHONE)

    with pytest.raises(Conflict, match=r"example, other"):
        roster.find("Anna")

    assert roster.find("Anna", LineKey("other")) == ELSEWHERE


def test_unknown_name_not_found(roster: SqlRoster) -> None:
    with pytest.raises(NotFound, match="hotline operators list"):
        roster.find("Anna")


def test_wish_remembered(roster: SqlRoster) -> None:
    roster.add(ANNA, PHONE)

    roster.remember_choice(ANNA.id, State.AVAILABLE)

    assert roster.find("Anna").state is State.AVAILABLE


def test_choice_of_unknown_operator_refused(roster: SqlRoster) -> None:
    with pytest.raises(NotFound):
        roster.remember_choice(OperatorId("nobody"), State.AWAY)


# --- operators on a standing line -----------------------------------------

IRYNA = replace(
    ANNA,
    id=OperatorId("operator-4"),
    profile=replace(ANNA.profile, name="Iryna", reach=Reach.STANDING),
)
PIN = "123456"


def test_pin_opens_for_operator_alone(roster: SqlRoster) -> None:
    roster.add(IRYNA, PHONE)
    roster.add(
        replace(
            IRYNA,
            id=OperatorId("operator-5"),
            profile=replace(IRYNA.profile, name="Oksana"),
        ),
        PHONE,
    )
    roster.put_pin(IRYNA.id, PIN)

    assert roster.has_pin(IRYNA.id, PIN)
    assert not roster.has_pin(IRYNA.id, "123457")
    assert not roster.has_pin(OperatorId("operator-5"), PIN)


def test_operator_without_pin_opens_with_none(roster: SqlRoster) -> None:
    roster.add(IRYNA, PHONE)

    assert not roster.has_pin(IRYNA.id, "")
    assert not roster.has_pin(IRYNA.id, PIN)
    assert not roster.has_pin(OperatorId("nobody"), PIN)


def test_new_pin_takes_place_of_old_one(roster: SqlRoster) -> None:
    roster.add(IRYNA, PHONE)
    roster.put_pin(IRYNA.id, PIN)
    roster.put_pin(IRYNA.id, "654321")

    assert not roster.has_pin(IRYNA.id, PIN)
    assert roster.has_pin(IRYNA.id, "654321")


def test_forgotten_pin_opens_nothing(roster: SqlRoster) -> None:
    roster.add(IRYNA, PHONE)
    roster.put_pin(IRYNA.id, PIN)

    roster.forget_pin(IRYNA.id)
    roster.forget_pin(OperatorId("nobody"))

    assert not roster.has_pin(IRYNA.id, PIN)


def test_pin_of_disabled_account_opens_nothing(roster: SqlRoster, db: Engine) -> None:
    roster.add(replace(IRYNA, state=State.AVAILABLE), PHONE)
    roster.put_pin(IRYNA.id, PIN)
    account = Account(
        operator=IRYNA.id, line=IRYNA.line, name="Iryna", login="iryna", disabled=True
    )
    SqlAccounts(db).add(Credentials(account=account))

    (found,) = roster.all(IRYNA.line)
    assert (found.disabled, found.state) == (True, State.OFFLINE)
    assert not roster.has_pin(IRYNA.id, PIN)


def test_pin_not_kept_and_hashed_differently(roster: SqlRoster, db: Engine) -> None:
    for each in (
        IRYNA,
        replace(
            IRYNA,
            id=OperatorId("operator-5"),
            profile=replace(IRYNA.profile, name="Oksana"),
        ),
    ):
        roster.add(each, PHONE)
        roster.put_pin(each.id, PIN)

    with begin_reading(db) as connection:
        first, second = connection.execute(select(operators.c.pin)).scalars()
    assert first != second
    assert PIN not in (first, second)


def test_pin_of_stranger_not_found(roster: SqlRoster) -> None:
    with pytest.raises(NotFound, match="hotline operators list"):
        roster.put_pin(OperatorId("nobody"), PIN)


def test_number_names_everybody_whose_it_is(roster: SqlRoster) -> None:
    roster.add(IRYNA, PHONE)
    roster.add(ANNA, PHONE)

    assert roster.find("Iryna").telephone.name == "somebody-23"
    assert roster.find("Anna").telephone.name == "somebody-23"


def test_what_newer_version_enrolled_hides_nobody(
    roster: SqlRoster, db: Engine
) -> None:
    roster.add(ANNA, PHONE)
    roster.add(OLHA, None)
    with begin_writing(db) as connection:
        anna = update(operators).where(operators.c.id == ANNA.id)
        connection.execute(anna.values(wanted="dreaming"))
        olha = update(operators).where(operators.c.id == OLHA.id)
        connection.execute(olha.values(reach="by-pigeon"))

    (found,) = roster.all(story.LINE)

    assert (found.id, found.state) == (ANNA.id, State.OFFLINE)


def test_operator_and_account_written_together(roster: SqlRoster, db: Engine) -> None:
    roster.add(ANNA, PHONE, signing_in(ANNA, "anna"), "123456")
    assert roster.has_pin(ANNA.id, "123456")

    with pytest.raises(Conflict, match="choose another name"):
        roster.add(OLHA, None, signing_in(OLHA, "anna"), "123456")

    assert roster.all() == [ANNA]
    assert SqlAccounts(db).of(OLHA.id) is None
    roster.add(OLHA, None, signing_in(OLHA, "olha"))
    assert SqlAccounts(db).named("olha") is not None


def signing_in(operator: Operator, login: str) -> Credentials:
    account = Account(
        operator=operator.id,
        line=operator.line,
        name=operator.profile.name,
        login=login,
        language="uk",
    )
    return Credentials(account=account)
