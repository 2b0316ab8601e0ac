"""The vault: pseudonyms, sealed texts and signed tokens, each with its own key."""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Invalid
from ivr.settings import Secrets

MOST = 1024
"""The longest token, in characters: it travels in an address."""

_PSEUDONYM = 32
_SIGNATURE = 16


class KeyVault:
    """Keys for what must not be read; shows nothing of itself."""

    __slots__ = ("_fernet", "_pseudonym_key", "_token_key")

    def __init__(
        self,
        *,
        pseudonym_key: SecretStr,
        vault_keys: Sequence[SecretStr],
        token_key: SecretStr,
    ) -> None:
        self._pseudonym_key = pseudonym_key.get_secret_value().encode()
        self._token_key = token_key.get_secret_value().encode()
        self._fernet = MultiFernet(
            [Fernet(key.get_secret_value()) for key in vault_keys]
        )

    @classmethod
    def from_secrets(cls, secrets: Secrets) -> "KeyVault":
        """The vault of a service."""
        return cls(
            pseudonym_key=secrets.pseudonym_key,
            vault_keys=secrets.vault_keys,
            token_key=secrets.token_key,
        )

    @classmethod
    def with_fresh_keys(cls) -> "KeyVault":
        """A vault with fresh keys that are kept nowhere."""
        return cls(
            pseudonym_key=SecretStr(secrets.token_hex()),
            vault_keys=(SecretStr(Fernet.generate_key().decode()),),
            token_key=SecretStr(secrets.token_hex()),
        )

    def pseudonym(self, number: PhoneNumber) -> str:
        """A keyed, one-way name for a number, however the number is written.

        A caller without a number (a browser, a SIP address) is named by the text.
        """
        text = number.reveal()
        digits = "".join(filter(str.isdecimal, text))
        name = hmac.digest(self._pseudonym_key, (digits or text).encode(), "sha256")
        return name.hex()[:_PSEUDONYM]

    def fingerprint(self, text: str) -> str:
        """A keyed, one-way name for a secret text, apart from those of numbers."""
        secret = f"secret|{text}".encode()
        return hmac.digest(self._pseudonym_key, secret, "sha256").hex()

    def seal(self, text: str) -> str:
        """The text as ciphertext; the empty text stays empty."""
        return self._fernet.encrypt(text.encode()).decode("ascii") if text else ""

    def unseal(self, sealed: str) -> str:
        """The text that was sealed; Invalid when it was not sealed by us."""
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except (InvalidToken, UnicodeError):
            raise Invalid(
                "a sealed text opens with none of the vault's keys;"
                " put the key back that it was sealed with"
            ) from None

    def seal_number(self, number: PhoneNumber) -> str:
        """A number as ciphertext."""
        return self.seal(number.reveal())

    def unseal_number(self, sealed: str) -> PhoneNumber:
        """The number that was sealed; Invalid when it was not sealed by us."""
        return PhoneNumber(self.unseal(sealed))

    def sign(self, values: Mapping[str, str]) -> str:
        """The values as a signed token for an address; nothing secret in it."""
        text = json.dumps(dict(values), sort_keys=True, separators=(",", ":"))
        body = _to_base64(text.encode())
        token = f"{body}.{self._sign_body(body)}"
        if len(token) > MOST:
            raise Invalid(f"a token of more than {MOST} characters; sign less")
        return token

    def verify(self, token: str) -> dict[str, str] | None:
        """The values of a token that we signed, else None."""
        if len(token) > MOST or not token.isascii():
            return None
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature, self._sign_body(body)):
            return None
        values: dict[str, str] = json.loads(_from_base64(body))
        return values

    def _sign_body(self, body: str) -> str:
        whole = hmac.digest(self._token_key, body.encode("ascii"), "sha256")
        return _to_base64(whole[:_SIGNATURE])


def _to_base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def _from_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
