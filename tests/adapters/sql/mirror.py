"""A vault for tests: what it seals can be read in a mirror."""

from collections.abc import Mapping

from ivr.core.model.address import PhoneNumber


class MirrorVault:
    """A vault whose ciphertext is the text backwards."""

    def pseudonym(self, number: PhoneNumber) -> str:
        return f"somebody-{number.reveal()[-2:]}"

    def fingerprint(self, text: str) -> str:
        return f"print-of-{text[::-1]}"

    def seal(self, text: str) -> str:
        return text[::-1]

    def unseal(self, sealed: str) -> str:
        return sealed[::-1]

    def seal_number(self, number: PhoneNumber) -> str:
        return self.seal(number.reveal())

    def unseal_number(self, sealed: str) -> PhoneNumber:
        return PhoneNumber(self.unseal(sealed))

    def sign(self, values: Mapping[str, str]) -> str:
        raise NotImplementedError

    def verify(self, token: str) -> dict[str, str] | None:
        raise NotImplementedError
