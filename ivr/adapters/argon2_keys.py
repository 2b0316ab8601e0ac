"""Keys of the desk: passwords by Argon2id, one-time codes by TOTP."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pyotp.utils import strings_equal

ISSUER = "Hotline"

_STEP = 30
_NICE = 15
"""From 0 to 19: a webhook goes first; people can still sign in on a busy machine."""

_DRIFT = 1


class Argon2Keys:
    """Passwords and one-time codes; implements ``ivr.ports.Keys``.

    Hashing takes a whole core and 64 MB on purpose: one process checks one password at
    a time, in a thread that lets everything else go first. The desk's security limits
    how many may wait for that. The memory and the passes are those of RFC 9106, section
    4, for machines with little memory; of its four lanes we take one, for each is a
    thread that keeps a core from the webhooks, and the work is the same.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(parallelism=1)
        self._nobodys = ""
        self._nobodys_seed = pyotp.random_base32()
        self._one = ThreadPoolExecutor(1, "door-keys", initializer=_let_others_first)

    @classmethod
    def with_little_work(cls) -> "Argon2Keys":
        """Keys that are made quickly and hold nobody up: for tests."""
        return cls(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

    def hash_password(self, password: str) -> str:
        """The hash of a password, to be kept."""
        return self._one.submit(self._hasher.hash, password).result()

    def check_password(self, kept: str, password: str) -> bool:
        """Whether this is the password; no less work where "" is kept."""
        return self._one.submit(
            self._verify_password, kept, password
        ).result() and bool(kept)

    def _verify_password(self, kept: str, password: str) -> bool:
        # Made at the first knock of any kind, for it takes as long as a look.
        self._nobodys = self._nobodys or self._hasher.hash("nobody's")
        try:
            return self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_dated(self, kept: str) -> bool:
        """Whether a password was hashed with other parameters than ours."""
        return self._hasher.check_needs_rehash(kept)

    def make_seed(self) -> str:
        """A fresh secret of 160 bits for one-time codes."""
        return pyotp.random_base32()

    def find_step(self, seed: str, code: str, now: datetime) -> int | None:
        """The step of time that a code belongs to, near ``now``; None if it is wrong.

        All near steps are looked at, and for "" as well: no answer is quicker.
        """
        device = pyotp.TOTP(seed or self._nobodys_seed)
        present = int(now.timestamp()) // _STEP
        near = range(present - _DRIFT, present + _DRIFT + 1)
        fitting = [n for n in near if strings_equal(device.generate_otp(n), code)]
        return max(fitting, default=None) if seed else None

    def device_address(self, seed: str, name: str) -> str:
        """The secret as an address that devices read from a picture."""
        return pyotp.TOTP(seed, name=name, issuer=ISSUER).provisioning_uri()


def _let_others_first() -> None:
    """Let this thread, and those that hash for it, run only when nothing else wants to.

    Linux gives each thread a niceness of its own; elsewhere it would be the process's.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
