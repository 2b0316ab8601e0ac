"""The numbers that we may call, and the ways in which somebody may have typed them.

Anybody can type or forge a number. We call it only if it can be dialled from abroad and
costs what a call costs: a fixed line or a mobile telephone of a country.
"""

import re
from collections.abc import Collection

import phonenumbers
from babel import Locale, UnknownLocaleError
from phonenumbers import NumberParseException, PhoneNumberType

from ivr.core.model.address import PhoneNumber

E164 = re.compile(r"\+[1-9][0-9]{6,14}")

# What carriers send in place of a number that is withheld: the digits spell a
# word on a keypad (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE).
PSEUDO_NUMBERS = frozenset(
    {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
)

ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)
"""The other types cost more, are for those inside a country, or reach no telephone."""

NO_COUNTRY = "001"
"""The region of satellites, networks and services that belong to no country."""

# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama:
# they reach nobody, and no country counts them among its numbers.
FICTION = re.compile(r"\+447700900[0-9]{3}")

# Some write the exit code of their country, where E.164 has a plus sign.
EXIT_CODE = "00"


def is_callable(number: PhoneNumber) -> bool:
    """Whether we may call a number."""
    given = number.reveal()
    if FICTION.fullmatch(given):
        return True
    parsed = _parse_number(given)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return False
    if phonenumbers.region_code_for_number(parsed) in {None, NO_COUNTRY}:
        return False
    return phonenumbers.number_type(parsed) in ORDINARY


def why_not_callable(number: PhoneNumber, ours: Collection[str]) -> str | None:
    """Why we may not call a number, with the remedy; None when we may.

    ``ours`` are the service's own numbers: one that calls itself answers itself.
    """
    given = number.reveal()
    if not E164.fullmatch(given):
        return "write the number as +, country code, number: +12025550123"
    if given in PSEUDO_NUMBERS:
        return "carriers show this instead of a withheld number; give the number itself"
    if given in ours:
        return (
            "this number is the hotline's own, which cannot ring itself; give another"
        )
    if not is_callable(number):
        return (
            "this number cannot be rung, or costs more than a call; give an ordinary"
            " one, of a mobile telephone or a fixed line, with its country code"
        )
    return None


def typed_number(keys: str, country: str) -> PhoneNumber | None:
    """The number that somebody has typed, if we may call it; else None.

    Without an exit code we first read it as a number of the ``country`` (ISO 3166),
    because that is how people know their numbers, then as one with its country code.
    """
    if not keys.isdecimal() or not keys.isascii():
        return None
    international = f"+{keys.removeprefix(EXIT_CODE)}"
    tried = [international]
    if country and not keys.startswith(EXIT_CODE):
        tried.insert(0, _to_international(keys, country))
    numbers = (PhoneNumber(each) for each in tried if E164.fullmatch(each))
    return next((number for number in numbers if is_callable(number)), None)


def country_name(number: PhoneNumber, language: str) -> str:
    """The country of a number in a language; "" when nobody knows."""
    parsed = _parse_number(number.reveal())
    if parsed is None:
        return ""
    code = phonenumbers.region_code_for_number(parsed)
    of_code = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    region = code or of_code
    try:
        return str(Locale.parse(language).territories.get(region, ""))
    except (UnknownLocaleError, ValueError):
        return ""


def _to_international(keys: str, country: str) -> str:
    parsed = _parse_number(keys, country)
    form = phonenumbers.PhoneNumberFormat.E164
    return "" if parsed is None else phonenumbers.format_number(parsed, form)


def _parse_number(
    text: str, country: str | None = None
) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except NumberParseException:
        return None
