"""Which numbers are numbers: whoever withholds one is as welcome as any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.model.address import PhoneNumber
from ivr.core.model.phone_numbers import (
    PSEUDO_NUMBERS,
    country_name,
    is_callable,
    typed_number,
)
from ivr.core.model.privacy import caller_number

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
def test_number_does_not_show_itself(number: str) -> None:
    found = caller_number(number)

    assert found is not None
    assert found.reveal() == number
    assert number not in f"{found} {found!r}"


@pytest.mark.parametrize(
    "word", ["ANONYMOUS", "RESTRICTED", "BLOCKED", "UNKNOWN", "UNAVAILABLE"]
)
def test_digits_that_spell_withheld_number_are_none(word: str) -> None:
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
def test_nothing_that_carrier_sends_makes_it_fail(given: str) -> None:
    found = caller_number(given)

    assert found is None or found.reveal() == given


@given(st.from_regex(r"\+[1-9]\d{6,14}", fullmatch=True))
def test_only_plain_digits_make_number(given: str) -> None:
    assert (caller_number(given) is not None) == (
        given.isascii() and given not in PSEUDO_NUMBERS
    )


@pytest.mark.parametrize(
    "number",
    ["+447700900123", "+380501234567", "+12025550123", "+4930123456", "+37360123456"],
)
def test_ordinary_numbers_may_be_called_back(number: str) -> None:
    assert is_callable(PhoneNumber(number))


@pytest.mark.parametrize(
    "number",
    [
        "+449098790000",  # premium rate
        "+19005550123",
        "+447012345678",  # a personal number, which costs as much
        "+448431234567",  # shared cost
        "+447640123456",  # a pager
        "+1202",
        "+931234567",  # possible inside its country only, or not in use
        "+3800000000",
        "+380800123456",  # free of charge for those inside
        "+18005550199",
        "+380891234567",  # over the internet, at any price
        "+881612345678",  # satellites, and networks of no country
        "+870773111632",
        "+88299912345",
        "+883510000000001",
        "+8881234567890",
        "+87812345678901",
        "+979123456789",
        "+80012345678",
        "+80812345678",
        "+266696687",  # a word on a keypad
        "+999123456789",
        "+38050123456789",
        "447700900123",
        "",
        "+",
    ],
)
def test_costly_or_non_number_not_called(number: str) -> None:
    assert not is_callable(PhoneNumber(number))


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("0931234567", "+380931234567"),
        ("931234567", "+380931234567"),
        ("380931234567", "+380931234567"),
        ("00380931234567", "+380931234567"),
        ("447700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("12025550123", "+12025550123"),
        ("48221234567", "+48221234567"),
    ],
)
def test_typed_number_belongs_to_lines_country(keys: str, number: str) -> None:
    assert typed_number(keys, "UA") == PhoneNumber(number)


@pytest.mark.parametrize(
    "keys",
    ["", "0", "3800000000", "881612345678", "00931234567", "449098790000", "*1", "112"],
)
def test_uncallable_typed_number_is_none(keys: str) -> None:
    assert typed_number(keys, "UA") is None
    assert typed_number("931234567", "") is None


@pytest.mark.parametrize(
    ("number", "language", "name"),
    [
        ("+380931234567", "uk", "Україна"),
        ("+380931234567", "ru", "Украина"),
        ("+447700900123", "en", "United Kingdom"),
        ("+77011234567", "en", "Kazakhstan"),
        ("+380931234567", "no such", ""),
        ("+", "en", ""),
    ],
)
def test_country_of_number_named(number: str, language: str, name: str) -> None:
    assert country_name(PhoneNumber(number), language) == name
