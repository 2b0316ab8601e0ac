"""Signatures: what the library's validator accepts, and nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.adapters.twilio_voice.signature import is_genuine

TOKEN = "a token of tests"  # noqa: S105 - guards nothing
ADDRESS = "https://hotline.example/voice/step?n=1"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FORMS = st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3), max_size=6)


class Fields(dict[str, list[str]]):
    """A form in the shape that the validator wants."""

    def getlist(self, key: str) -> list[str]:
        return self[key]


def signed(address: str, form: dict[str, list[str]]) -> str:
    made: str = RequestValidator(TOKEN).compute_signature(address, Fields(form))
    return made


def genuine(address: str, form: dict[str, list[str]], signature: str) -> bool:
    return is_genuine(TOKEN.encode(), address, form, signature)


@given(form=FORMS)
def test_every_form_that_carrier_signed_is_genuine(
    form: dict[str, list[str]],
) -> None:
    assert genuine(ADDRESS, form, signed(ADDRESS, form))


@given(form=FORMS, other=FORMS)
def test_signature_of_another_form_is_worth_nothing(
    form: dict[str, list[str]], other: dict[str, list[str]]
) -> None:
    signature = signed(ADDRESS, other)
    assume(signature != signed(ADDRESS, form))

    assert not genuine(ADDRESS, form, signature)


@pytest.mark.parametrize(
    ("called", "signed_for"),
    [
        ("https://hotline.example/voice", "https://hotline.example:443/voice"),
        ("https://hotline.example:443/voice", "https://hotline.example/voice"),
        ("http://hotline.example/voice", "http://hotline.example:80/voice"),
        ("https://hotline.example:8443/voice", "https://hotline.example/voice"),
    ],
)
def test_port_omissible_on_either_side(called: str, signed_for: str) -> None:
    form = {"CallSid": ["CA1"]}

    assert genuine(called, form, signed(signed_for, form))


def test_nonstandard_port_is_another_address() -> None:
    form = {"CallSid": ["CA1"]}
    signature = signed("https://hotline.example:8443/voice", form)

    assert not genuine("https://hotline.example/voice", form, signature)


@pytest.mark.parametrize("signature", ["", "x", "ї", "=" * 28])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    assert not genuine(ADDRESS, {}, signature)
