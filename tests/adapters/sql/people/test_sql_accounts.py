"""The contract of accounts and sessions, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from ivr.adapters.sql.accounts import SqlAccounts, SqlSessions, attempts, sessions
from ivr.adapters.sql.database import begin_reading
from ivr.adapters.sql.roster import SqlRoster
from ivr.core.model.account import (
    ATTEMPTS,
    CODES,
    WHOLE,
    WITHIN,
    Account,
    Credentials,
    Role,
    Session,
)
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.values import replace
from tests.adapters.sql import story
from tests.adapters.sql.enrolled import ANNA as OPERATOR
from tests.adapters.sql.mirror import MirrorVault

NOW = story.NOON
SECOND = timedelta(seconds=1)
ANNA = Account(
    operator=OPERATOR.id,
    line=story.LINE,
    name="Anna",
    login="anna",
    role=Role.SUPERVISOR,
    language="uk",
)
OLHA = replace(ANNA, operator=OperatorId("operator-2"), name="Olha", login="olha")
KEPT = Credentials(
    account=ANNA,
    password="hash",  # noqa: S106 - of a test
    seed="sealed",
    step=58_000_000,
    pending="new",
    link="digest",
    link_until=NOW,
)


@pytest.fixture
def accounts(db: Engine, vault: MirrorVault) -> SqlAccounts:
    roster = SqlRoster(db, vault)
    roster.add(OPERATOR, None)
    roster.add(
        replace(
            OPERATOR, id=OLHA.operator, profile=replace(OPERATOR.profile, name="Olha")
        ),
        None,
    )
    return SqlAccounts(db)


@pytest.fixture
def desk(accounts: SqlAccounts, db: Engine) -> SqlSessions:
    """Two people who may be signed in."""
    accounts.add(KEPT)
    accounts.add(Credentials(account=OLHA))
    return SqlSessions(db)


def session(key: str, operator: OperatorId = ANNA.operator) -> Session:
    return Session(key=key, operator=operator, opened=NOW, seen=NOW)


def test_account_found_by_operator_name_and_link(
    accounts: SqlAccounts,
) -> None:
    accounts.add(KEPT)

    assert accounts.of(ANNA.operator) == KEPT
    assert accounts.named("anna") == KEPT
    assert accounts.invited("digest") == KEPT


def test_supervisors_told_from_operators(accounts: SqlAccounts) -> None:
    accounts.add(KEPT)
    accounts.add(Credentials(account=replace(OLHA, role=Role.OPERATOR)))

    assert accounts.supervisors() == {ANNA.operator}


def test_stranger_has_no_account(accounts: SqlAccounts) -> None:
    accounts.add(replace(KEPT, link=""))

    assert accounts.of(OperatorId("nobody")) is None
    assert accounts.named("nobody") is None
    assert accounts.invited("nothing") is None
    assert accounts.invited("") is None


def test_second_account_of_operator_or_name_refused(
    accounts: SqlAccounts,
) -> None:
    accounts.add(KEPT)

    for other in (ANNA, replace(OLHA, login="anna")):
        with pytest.raises(Conflict) as refusal:
            accounts.add(replace(KEPT, account=other, password="hush"))  # noqa: S106 - of a test
        assert "hush" not in str(refusal.value)


def test_change_kept_once_for_each_version_seen(accounts: SqlAccounts) -> None:
    accounts.add(KEPT)
    changed = replace(
        KEPT,
        step=58_000_001,
        link="",
        link_until=None,
        account=replace(ANNA, disabled=True, role=Role.OPS, language="ru"),
    )

    assert accounts.save(changed)
    assert not accounts.save(changed)
    assert accounts.of(ANNA.operator) == replace(changed, rev=1)


def test_one_of_many_same_codes_let_in(accounts: SqlAccounts) -> None:
    accounts.add(KEPT)

    with ThreadPoolExecutor(8) as many:
        kept = list(many.map(lambda _: accounts.save(replace(KEPT, step=9)), range(8)))

    assert kept.count(True) == 1


def test_change_of_nobody_not_kept(accounts: SqlAccounts) -> None:
    assert not accounts.save(KEPT)


# --- attempts -----------------------------------------------------------------


def test_attempts_let_through_until_too_many(
    accounts: SqlAccounts,
) -> None:
    given = [
        accounts.count_attempt("name", NOW + SECOND * n) for n in range(ATTEMPTS + 1)
    ]

    assert given == [None] * ATTEMPTS + [NOW + WITHIN]
    assert accounts.count_attempt("other", NOW) is None
    assert accounts.count_attempt("name", NOW + WITHIN) is None


def test_attempts_at_once_count_in_turn(
    accounts: SqlAccounts,
) -> None:
    with ThreadPoolExecutor(8) as many:
        given = list(many.map(lambda _: accounts.count_attempt("name", NOW), range(12)))

    assert given.count(None) == ATTEMPTS


def test_forgiven_attempts_count_no_more(accounts: SqlAccounts) -> None:
    for _ in range(ATTEMPTS):
        accounts.count_attempt("name", NOW)

    accounts.forgive("name")

    assert accounts.count_attempt("name", NOW) is None


def test_daily_attempts_outlast_those_of_a_minute(accounts: SqlAccounts) -> None:
    late = NOW + CODES.within - SECOND
    for number in range(CODES.most):
        assert accounts.count_attempt("name", NOW + SECOND * number, CODES) is None

    accounts.count_attempt("other", late)

    assert accounts.next_attempt_at("name", late, CODES) == NOW + CODES.within
    assert accounts.count_attempt("name", late) is None, "another kind of attempt"
    assert accounts.next_attempt_at("name", NOW + CODES.within, CODES) is None


def test_old_attempts_kept_of_nobody(accounts: SqlAccounts, db: Engine) -> None:
    for number in range(20):
        accounts.count_attempt(f"name-{number}", NOW)

    accounts.count_attempt("name", NOW + WITHIN)

    with begin_reading(db) as connection:
        count = select(func.count()).select_from(attempts)
        assert connection.execute(count).scalar() == 1


# --- sessions -----------------------------------------------------------------


def test_session_found_with_whose_it_is(desk: SqlSessions) -> None:
    desk.open(session("one"))

    assert desk.find("one") == (session("one"), ANNA)
    assert desk.find("other") is None


def test_session_of_disabled_account_says_so(
    desk: SqlSessions, accounts: SqlAccounts
) -> None:
    desk.open(session("one"))
    accounts.save(replace(KEPT, account=replace(ANNA, disabled=True)))

    found = desk.find("one")

    assert found is not None
    assert found[1].disabled


def test_session_remembers_when_it_was_seen(desk: SqlSessions) -> None:
    desk.open(session("one"))

    desk.mark_active("one", NOW + SECOND)

    assert desk.find("one") == (replace(session("one"), seen=NOW + SECOND), ANNA)


def test_ended_session_not_found(desk: SqlSessions) -> None:
    desk.open(session("one"))
    desk.open(session("two"))

    desk.end("one")

    assert desk.find("one") is None
    assert desk.find("two") is not None


def test_all_other_sessions_of_operator_ended(desk: SqlSessions) -> None:
    for key in ("one", "two", "three"):
        desk.open(session(key))
    desk.open(session("olha's", OLHA.operator))

    desk.end_all(ANNA.operator, but="two")

    found = {key for key in ("one", "two", "three", "olha's") if desk.find(key)}
    assert found == {"two", "olha's"}
    desk.end_all(ANNA.operator)
    assert desk.find("two") is None


def test_next_session_forgets_long_ended_ones(desk: SqlSessions, db: Engine) -> None:
    desk.open(session("old"))
    desk.open(replace(session("late"), opened=NOW + WHOLE, seen=NOW + WHOLE))
    assert desk.find("old") is not None  # a talk may last as long

    later = NOW + 2 * WHOLE
    desk.open(replace(session("new"), opened=later, seen=later))

    with begin_reading(db) as connection:
        assert list(connection.execute(select(sessions.c.key)).scalars()) == [
            "late",
            "new",
        ]


def test_name_on_two_lines_belongs_to_first(
    accounts: SqlAccounts, db: Engine, vault: MirrorVault
) -> None:
    other = replace(OPERATOR, id=OperatorId("operator-3"), line=LineKey("other"))
    SqlRoster(db, vault).add(other, None)
    accounts.add(KEPT)
    longer = replace(ANNA, operator=other.id, line=LineKey("other"), login="anna@other")
    accounts.add(replace(KEPT, account=longer, link=""))

    assert accounts.named("anna") == KEPT
    found = accounts.named("anna@other")
    assert found is not None
    assert (found.account.line, found.account.name) == ("other", "Anna")
