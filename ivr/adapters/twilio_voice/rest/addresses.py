"""Where the carrier reaches us: the addresses that we hand to it for a leg."""

from dataclasses import dataclass
from urllib.parse import urlencode

from ivr.core.model.identifiers import ClaimId, LineKey


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """Our addresses as the carrier knows them, below our public one."""

    base: str

    @property
    def resume(self) -> str:
        """Where a leg learns where its call stands."""
        return f"{self.base}/voice/resume"

    @property
    def status(self) -> str:
        """Where the carrier tells of a leg that belongs to no claim."""
        return f"{self.base}/voice/status"

    @property
    def fallback(self) -> str:
        """Where a caller is led who was moved to a document that failed."""
        return f"{self.base}/voice/fallback"

    def of_claim(self, path: str, claim: ClaimId) -> str:
        """The address of a path for a claim."""
        return f"{self.base}{path}?{urlencode({'claim': claim})}"

    def of_token(self, path: str, token: str) -> str:
        """The address of a path with a token."""
        return f"{self.base}{path}?{urlencode({'t': token})}"

    def of_hold(self, claim: ClaimId, line: LineKey) -> str:
        """The address of the hold document for a caller.

        It names the line, for this request need not name a number of ours.
        """
        asked = urlencode({"claim": claim, "line": line})
        return f"{self.base}/voice/hold?{asked}"
