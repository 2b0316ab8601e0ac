"""Who may do what at the desk, which passwords will do, and how long things last."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ivr.core.model.account import (
    ATTEMPTS,
    IDLE,
    LEAST,
    LINK_VALID,
    LONGEST_CODE,
    LONGEST_NAME,
    MOST,
    NOTED,
    WHOLE,
    WITHIN,
    Account,
    Credentials,
    Role,
    Session,
    attempts_within,
    digest_of,
    digits_of,
    is_noted,
    is_open,
    is_over,
    login_of,
    next_attempt_at,
    normalize_password,
    replace_link,
    sign_up,
    why_unfit,
)
from ivr.core.model.errors import Refused
from ivr.core.model.identifiers import LineKey, OperatorId
from tests.ports.fakes import EVENING

ANNA = Account(
    operator=OperatorId("o1"), line=LineKey("example"), name="Anna", login="anna"
)
SECOND = timedelta(seconds=1)


def session(idle: timedelta = timedelta(), old: timedelta = timedelta()) -> Session:
    return Session(
        key="k", operator=ANNA.operator, opened=EVENING - old, seen=EVENING - idle
    )


def test_each_role_includes_those_before() -> None:
    allowed = {(has, needs) for has in Role for needs in Role if has.may(needs)}

    assert allowed == {
        (Role.OPERATOR, Role.OPERATOR),
        (Role.SUPERVISOR, Role.OPERATOR),
        (Role.SUPERVISOR, Role.SUPERVISOR),
        (Role.OPS, Role.OPERATOR),
        (Role.OPS, Role.SUPERVISOR),
        (Role.OPS, Role.OPS),
    }


@pytest.mark.parametrize("written", ["Anna  B", " anna b", "ANNA\tB", "Anna\u00a0B"])
def test_name_known_however_it_is_typed(written: str) -> None:
    assert login_of(written) == "anna b"


def test_password_letter_same_on_every_keyboard() -> None:
    # Cyrillic short i and yi: one character on some keyboards, two on others.
    assert normalize_password("\u0438\u0306 \u0456\u0308") == normalize_password(
        "\u0439 \u0457"
    )


def test_code_may_be_typed_in_groups() -> None:
    assert digits_of(" 123 456 ") == "123456"


def test_secret_is_not_in_digest() -> None:
    assert len(digest_of("secret")) == 64
    assert "secret" not in digest_of("secret")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x" * (LEAST - 1), "password-short"),
        ("x" * LEAST, None),
        ("слово про море", None),
        ("x" * MOST, None),
        ("x" * (MOST + 1), "password-long"),
        ("Oleksandra B.", "password-name"),
        ("OLEKSANDRA  b.", "password-name"),
        ("oleksandra b.@example", "password-name"),
    ],
)
def test_password_is_long_and_not_name(password: str, why: str | None) -> None:
    somebody = Account(
        operator=OperatorId("o2"),
        line=LineKey("example"),
        name="Oleksandra B.",
        login="oleksandra b.@example",
    )

    assert why_unfit(password, somebody) == why


# --- attempts -----------------------------------------------------------------


def test_attempts_free_until_too_many() -> None:
    past = [EVENING - SECOND * n for n in range(ATTEMPTS - 1)]

    assert next_attempt_at(past, EVENING) is None


def test_attempt_free_once_first_is_old() -> None:
    past = [EVENING - SECOND * (10 + n) for n in range(ATTEMPTS)]

    again = next_attempt_at(past, EVENING)

    assert again == past[-1] + WITHIN
    assert next_attempt_at(past, again - SECOND) == again
    assert next_attempt_at(past, again) is None


def test_excess_attempts_wait_for_latest() -> None:
    past = [EVENING - SECOND * n for n in range(ATTEMPTS + 3)]

    again = next_attempt_at(past, EVENING)

    assert again == EVENING - SECOND * (ATTEMPTS - 1) + WITHIN


def test_old_attempts_forgotten() -> None:
    assert attempts_within([EVENING - WITHIN, EVENING], EVENING) == [EVENING]


# --- links ----------------------------------------------------------------------


def test_link_open_two_days_and_once() -> None:
    known = replace_link(Credentials(account=ANNA), "digest", "sealed", EVENING)

    assert is_open(known, EVENING)
    assert is_open(known, EVENING + LINK_VALID - SECOND)
    assert not is_open(known, EVENING + LINK_VALID)
    assert not is_open(sign_up(known, "hash", 7, "uk"), EVENING)


def test_signed_up_has_what_form_said() -> None:
    known = replace_link(Credentials(account=ANNA), "digest", "sealed", EVENING)

    after = sign_up(known, "hash", 7, "uk")

    assert (known.password, known.seed) == ("", "")
    assert (after.password, after.seed, after.step) == ("hash", "sealed", 7)
    assert (after.pending, after.link, after.account.language) == ("", "", "uk")


# --- sessions -------------------------------------------------------------------


def test_idle_session_is_over() -> None:
    assert not is_over(session(idle=IDLE - SECOND), EVENING)
    assert is_over(session(idle=IDLE), EVENING)


def test_old_session_is_over_however_busy() -> None:
    assert not is_over(session(old=WHOLE - SECOND), EVENING)
    assert is_over(session(old=WHOLE), EVENING)


def test_session_noted_once_per_minute() -> None:
    assert is_noted(session(idle=NOTED - SECOND), EVENING)
    assert not is_noted(session(idle=NOTED), EVENING)


@pytest.mark.parametrize(
    ("composed", "most"),
    [(login_of, LONGEST_NAME), (normalize_password, MOST), (digits_of, LONGEST_CODE)],
)
def test_overlong_text_never_composed(
    composed: Callable[[str], str], most: int
) -> None:
    marks = "\u0315\u0300" * most

    assert composed(marks[:most])
    with pytest.raises(Refused):
        composed(marks[: most + 1])


def test_longest_password_compared_with_no_name() -> None:
    assert why_unfit("a" * MOST, ANNA) is None
