"""Twilio's telephone in the browser: its name, and the tokens that let it ring.

https://www.twilio.com/docs/voice/sdks/javascript: the SDK is a script; a token names
the identity that is rung as ``client:IDENTITY``. Identities are letters, digits and
underscores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import identity_of
from ivr.settings import is_carrier_address

SDK = "/desk/vendor/twilio.min.js"
STAND_IN = "/exchange/sdk.js"
LASTS = timedelta(hours=1)

# https://www.npmjs.com/package/@twilio/voice-sdk: Content Security Policy.
SOUNDS = ("https://media.twiliocdn.com", "https://sdk.twilio.com")
ROAMING = "roaming"
"""The edge for those who name none: the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSoftphone:
    """``ports.BrowserPhone`` for Twilio, and for an exchange that plays Twilio.

    ``key`` is an API key of the account; without ``secret`` no browser can be rung.
    ``region`` is where the account's calls are processed, and ``edge`` the way there;
    "" both for the carrier's own choice.
    """

    account_sid: str
    key: str
    secret: str = field(repr=False)
    api_url: str
    region: str = ""
    edge: str = ""

    @property
    def script(self) -> str:
        """The address of the SDK; an exchange has one of its own."""
        if not self.secret:
            return ""
        return SDK if is_carrier_address(self.api_url) else self.api_url + STAND_IN

    @property
    def origins(self) -> Mapping[str, Sequence[str]]:
        """The origins of the script, and those that it connects to."""
        if is_carrier_address(self.api_url):
            return {
                "connect-src": (*self._signal_origins(), *SOUNDS),
                "media-src": ("mediastream:", *SOUNDS),
            }
        return {"script-src": (self.api_url,), "connect-src": (self.api_url,)}

    def _signal_origins(self) -> tuple[str, ...]:
        home = (f"https://eventgw.{self.region}.twilio.com",) if self.region else ()
        edge = f"wss://voice-js.{self.edge or ROAMING}.twilio.com"
        return ("https://eventgw.twilio.com", *home, edge)

    def token(self, key: OperatorId) -> str:
        """A token with which the operator's browser can be rung for an hour."""
        token = AccessToken(
            self.account_sid,
            self.key,
            self.secret,
            identity=identity_of(key),
            ttl=int(LASTS.total_seconds()),
            region=self.region or None,
        )
        token.add_grant(VoiceGrant(incoming_allow=True))
        return str(token.to_jwt())
