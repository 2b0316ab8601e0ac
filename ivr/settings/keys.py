"""The secrets of one service: made once in its data folder, readable by the owner."""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from ivr.core.model.errors import Faults
from ivr.settings.environment import Settings
from ivr.settings.forms import ACCOUNT_SID

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LEAST = 16
"""A shorter key was cut off or typed by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The keys of the service and its account at the carrier.

    The first of ``vault_keys`` seals, all of them unseal: to rotate, put a new
    key on top of the file ``vault-keys``.
    """

    pseudonym_key: SecretStr
    vault_keys: tuple[SecretStr, ...]
    token_key: SecretStr
    flask_secret: SecretStr
    account_sid: str
    auth_token: SecretStr
    api_key: str
    api_secret: SecretStr

    @classmethod
    def load_secrets(cls, settings: Settings) -> "Secrets":
        """The secrets in ``data/secrets``; missing ones are made there first."""
        shelf = _SecretFolder(settings.data / "secrets")
        pseudonym = shelf.read_secret("pseudonym-key", _random_secret)
        vault = shelf.read_secrets("vault-keys", _vault_key)
        token = shelf.read_secret("token-key", _random_secret)
        flask = shelf.read_secret("flask-secret", _random_secret)
        account = settings.twilio_account_sid or shelf.read_secret(
            "account-sid", _random_account
        )
        auth = settings.twilio_auth_token or SecretStr(
            shelf.read_secret("auth-token", _random_hex)
        )
        key = settings.twilio_api_key_sid or shelf.read_secret("api-key", _api_key)
        hidden = settings.twilio_api_key_secret or SecretStr(
            shelf.read_secret("api-key-secret", _random_hex)
        )
        shelf.require_sound(
            "vault-keys", all(map(_is_vault_key, vault)), "is no Fernet key"
        )
        shelf.require_sound("account-sid", _is_account(account), "is no account SID")
        shelf.raise_faults()
        return cls(
            pseudonym_key=SecretStr(pseudonym),
            vault_keys=tuple(map(SecretStr, vault)),
            token_key=SecretStr(token),
            flask_secret=SecretStr(flask),
            account_sid=account,
            auth_token=auth,
            api_key=key,
            api_secret=hidden,
        )


class _SecretFolder:
    """A folder of small files; collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: list[str] = []
        try:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as fault:
            self._add_fault(
                folder, f"cannot be made ({fault.strerror}); change HOTLINE_DATA"
            )
            self.raise_faults()
        if folder.stat().st_mode & _OTHERS:
            self._add_fault(folder, f"is open to others; run: chmod 700 {folder}")

    def read_secret(self, name: str, make: Callable[[], str]) -> str:
        """The secret kept under ``name``; made when there is none."""
        path = self._folder / name
        try:
            if not path.exists():
                _write_new_file(path, make())
            return self._read_file(path)
        except (OSError, UnicodeDecodeError) as fault:
            self._add_fault(path, f"cannot be read or made ({fault})")
            return ""

    def read_secrets(self, name: str, make: Callable[[], str]) -> list[str]:
        """The secrets kept under ``name``, one a line."""
        return self.read_secret(name, make).split()

    def require_sound(self, name: str, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
        """Refuse the file ``name`` when what must hold of it does not."""
        path = self._folder / name
        if not holds and not any(str(path) in fault for fault in self._faults):
            self._add_fault(path, f"{otherwise}; put the right one back from a copy")

    def raise_faults(self) -> None:
        """Raise all faults found so far."""
        if self._faults:
            raise Faults(self._faults)

    def _read_file(self, path: Path) -> str:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read().strip()
        if mode & _OTHERS:
            self._add_fault(path, f"is open to others; run: chmod 600 {path}")
        elif len(text) < _LEAST:
            self._add_fault(path, "is empty or cut off; put it back from a copy")
        return text

    def _add_fault(self, path: Path, why: str) -> None:
        self._faults.append(f"{path}: {why}")


def _write_new_file(path: Path, text: str) -> None:
    """Write a new file; if somebody was first, theirs stays.

    A link appears with its whole content and never over another file, so two
    processes that start at once end up with the same secret.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(handle)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _random_secret() -> str:
    return secrets.token_urlsafe(32)


def _random_hex() -> str:
    return secrets.token_hex(16)


def _random_account() -> str:
    return f"AC{secrets.token_hex(16)}"


def _api_key() -> str:
    return f"SK{secrets.token_hex(16)}"


def _vault_key() -> str:
    return Fernet.generate_key().decode("ascii")


def _is_vault_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _is_account(text: str) -> bool:
    return ACCOUNT_SID.fullmatch(text) is not None
