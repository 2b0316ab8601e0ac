"""Which numbers are numbers: whoever withholds one is as welcome as any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.privacy import PSEUDO_NUMBERS, caller_number

KEYPAD = {
    letter: digit
    for digit, letters in {
        "2": "ABC",
        "3": "DEF",
        "4": "GHI",
        "5": "JKL",
        "6": "MNO",
        "7": "PQRS",
        "8": "TUV",
        "9": "WXYZ",
    }.items()
    for letter in letters
}


@pytest.mark.parametrize("number", ["+447700900123", "+12025550101"])
def test_a_number_is_a_number_and_does_not_show_itself(number: str) -> None:
    found = caller_number(number)

    assert found is not None
    assert found.reveal() == number
    assert number not in f"{found} {found!r}"


@pytest.mark.parametrize(
    "word", ["ANONYMOUS", "RESTRICTED", "BLOCKED", "UNKNOWN", "UNAVAILABLE"]
)
def test_digits_that_spell_a_withheld_number_are_none(word: str) -> None:
    spelled = "+" + "".join(KEYPAD[letter] for letter in word)

    assert spelled in PSEUDO_NUMBERS
    assert caller_number(spelled) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        "anonymous",
        "Restricted",
        "+",
        "447700900123",
        "+0447700900123",
        "+44 7700 900123",
        "+447700900123\n",
        "+4477009001230000",
        "+12345",
        "sip:somebody@example.com",
        "client:anna",
    ],
)
def test_whatever_is_no_number_is_none(given: str) -> None:
    assert caller_number(given) is None


@given(st.text(max_size=20))
def test_nothing_that_a_carrier_sends_makes_it_fail(given: str) -> None:
    found = caller_number(given)

    assert found is None or found.reveal() == given


@given(st.from_regex(r"\+[1-9]\d{6,14}", fullmatch=True))
def test_only_plain_digits_make_a_number(given: str) -> None:
    assert (caller_number(given) is not None) == (
        given.isascii() and given not in PSEUDO_NUMBERS
    )
