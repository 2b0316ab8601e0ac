"""Passwords and one-time codes, with the real hash and the real codes."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY

from ivr.adapters.argon2_keys import Argon2Keys
from tests.ports.fakes import EVENING

PASSWORD = "a sentence that anna knows"  # noqa: S105 - of a test
STEP = timedelta(seconds=30)


@pytest.fixture
def keys() -> Argon2Keys:
    return Argon2Keys.with_little_work()


def test_password_opens_and_no_other_does(keys: Argon2Keys) -> None:
    kept = keys.hash_password(PASSWORD)

    assert keys.check_password(kept, PASSWORD)
    assert not keys.check_password(kept, PASSWORD + " ")
    assert not keys.check_password(kept, "")


def test_nothing_opens_where_no_password(keys: Argon2Keys) -> None:
    assert not keys.check_password("", PASSWORD)
    assert not keys.check_password("", "nobody's")
    assert not keys.check_password("no hash at all", PASSWORD)


def test_same_password_kept_differently_each_time(keys: Argon2Keys) -> None:
    assert keys.hash_password(PASSWORD) != keys.hash_password(PASSWORD)


def test_password_hash_has_rfcs_least_cost() -> None:
    real = Argon2Keys()

    kept = real.hash_password(PASSWORD)

    least = RFC_9106_LOW_MEMORY
    assert kept.startswith("$argon2id$")
    assert f"m={least.memory_cost},t={least.time_cost},p=1" in kept
    assert not real.is_dated(kept)


def test_weakly_hashed_password_is_dated(keys: Argon2Keys) -> None:
    stronger = Argon2Keys(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    assert stronger.is_dated(keys.hash_password(PASSWORD))
    assert stronger.check_password(keys.hash_password(PASSWORD), PASSWORD)


# --- codes ------------------------------------------------------------------------


def test_code_known_with_one_step_drift(keys: Argon2Keys) -> None:
    seed = keys.make_seed()
    present = int(EVENING.timestamp()) // 30
    found = {
        drift: keys.find_step(
            seed, pyotp.TOTP(seed).at(EVENING + STEP * drift), EVENING
        )
        for drift in range(-3, 4)
    }

    assert found == {
        -3: None,
        -2: None,
        -1: present - 1,
        0: present,
        1: present + 1,
        2: None,
        3: None,
    }


@pytest.mark.parametrize("code", ["", "0", "abcdef", "٠١٢٣٤٥", "1" * 99])
def test_nonsense_is_no_code(keys: Argon2Keys, code: str) -> None:
    assert keys.find_step(keys.make_seed(), code, EVENING) is None


def test_no_code_opens_where_no_device(keys: Argon2Keys) -> None:
    assert keys.find_step("", "123456", EVENING) is None


def test_seed_has_160_bits_and_differs(keys: Argon2Keys) -> None:
    assert len(keys.make_seed()) * 5 == 160
    assert keys.make_seed() != keys.make_seed()


def test_label_is_what_devices_read(keys: Argon2Keys) -> None:
    label = urlsplit(keys.device_address("JBSWY3DPEHPK3PXP" * 2, "anna b"))

    assert (label.scheme, label.netloc) == ("otpauth", "totp")
    assert label.path == "/Hotline:anna%20b"
    assert parse_qs(label.query)["secret"] == ["JBSWY3DPEHPK3PXP" * 2]
    assert parse_qs(label.query)["issuer"] == ["Hotline"]
