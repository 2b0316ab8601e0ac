"""The vault: names, sealed texts, signed tokens."""

import base64
import json

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ivr.adapters.vault import MOST, KeyVault
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Invalid

CALLER = PhoneNumber("+12025550143")
OLD, NEW = (SecretStr(Fernet.generate_key().decode()) for _ in range(2))
VALUES = {"line": "example", "arrived": "2026-01-01T18:00:00+00:00"}


def vault(
    *keys: SecretStr, pseudonym: str = "p" * 43, token: str = "t" * 43
) -> KeyVault:
    return KeyVault(
        pseudonym_key=SecretStr(pseudonym),
        vault_keys=keys or (OLD,),
        token_key=SecretStr(token),
    )


def test_same_number_has_same_name() -> None:
    assert vault().pseudonym(CALLER) == vault(NEW).pseudonym(CALLER)


def test_number_has_one_name() -> None:
    written = ("+12025550143", "12025550143", "+1 (202) 555-0143")

    assert len({vault().pseudonym(PhoneNumber(text)) for text in written}) == 1


def test_name_tells_nothing_and_hangs_on_key() -> None:
    name = vault().pseudonym(CALLER)

    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")
    assert name != vault(pseudonym="q" * 43).pseudonym(CALLER)


def test_callers_without_number_have_own_names() -> None:
    one, other = PhoneNumber("client:ada"), PhoneNumber("client:bob")

    assert vault().pseudonym(one) != vault().pseudonym(other)


@given(st.text())
def test_what_was_sealed_can_be_unsealed(text: str) -> None:
    assert vault().unseal(vault().seal(text)) == text


def test_sealed_text_shows_nothing() -> None:
    sealed = vault().seal("044")

    assert "044" not in base64.urlsafe_b64decode(sealed).decode("latin-1")
    assert sealed != vault().seal("044")


def test_empty_text_stays_empty() -> None:
    assert vault().seal("") == ""
    assert vault().unseal("") == ""


def test_rotation_opens_old_and_seals_new() -> None:
    before, after = vault(OLD), vault(NEW, OLD)

    assert after.unseal(before.seal("x")) == "x"
    assert vault(NEW).unseal(after.seal("x")) == "x"
    with pytest.raises(Invalid):
        before.unseal(after.seal("x"))


@pytest.mark.parametrize("junk", ["junk", "gAAAAA", "\N{BULLET}", "a" * 50])
def test_foreign_seal_refused(junk: str) -> None:
    with pytest.raises(Invalid):
        vault().unseal(junk)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=6))
def test_what_was_signed_is_verified(values: dict[str, str]) -> None:
    assert vault().verify(vault().sign(values)) == values


def test_token_goes_into_address_as_it_is() -> None:
    token = vault().sign(VALUES)

    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert token == vault().sign(dict(reversed(VALUES.items())))


def test_token_of_another_house_refused() -> None:
    assert vault(token="u" * 43).verify(vault().sign(VALUES)) is None


def test_token_that_was_changed_anywhere_is_refused() -> None:
    token = vault().sign(VALUES)

    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert vault().verify(token[:place] + other + token[place + 1 :]) is None
        assert vault().verify(token[:place] + token[place + 1 :]) is None


def test_other_values_need_another_signature() -> None:
    body, _, signature = vault().sign(VALUES).partition(".")
    values = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = json.dumps({**values, "line": "other"}).encode()

    token = f"{base64.urlsafe_b64encode(forged).decode().rstrip('=')}.{signature}"

    assert vault().verify(token) is None


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda b: b.decode("latin1")))
def test_junk_is_no_token(junk: str) -> None:
    assert vault().verify(junk) is None


@pytest.mark.parametrize("junk", ["", ".", "..", "\ud800", "\xe9.a"])
def test_odd_junk_is_no_token(junk: str) -> None:
    assert vault().verify(junk) is None


def test_endless_junk_is_no_token() -> None:
    assert vault().verify("a" * 10_000_000) is None


def test_oversized_values_not_signed() -> None:
    with pytest.raises(Invalid):
        vault().sign({"a": "b" * MOST})


def test_vault_shows_no_key() -> None:
    shown = f"{vault()!r} {vault()}"

    assert OLD.get_secret_value() not in shown
    assert "p" * 43 not in shown
    assert not hasattr(vault(), "__dict__")


def test_made_vault_is_like_no_other() -> None:
    one, other = KeyVault.with_fresh_keys(), KeyVault.with_fresh_keys()

    assert one.pseudonym(CALLER) != other.pseudonym(CALLER)
    assert other.verify(one.sign(VALUES)) is None
    with pytest.raises(Invalid):
        other.unseal(one.seal("x"))


def test_fingerprint_keyed_and_apart_from_pseudonyms() -> None:
    one, other = vault(), vault(pseudonym="q" * 43)

    assert one.fingerprint("123456") == vault().fingerprint("123456")
    assert one.fingerprint("123456") != one.fingerprint("123457")
    assert one.fingerprint("123456") != other.fingerprint("123456")
    assert "123456" not in one.fingerprint("123456")
    number = one.pseudonym(PhoneNumber("+123456"))
    assert not one.fingerprint("123456").startswith(number)
