"""Twilio's telephone in the browser: whom it rings, and the tokens that let it ring.

https://www.twilio.com/docs/voice/sdks/javascript: the SDK is a script; a token names
the identity that is rung as ``client:IDENTITY``. Identities are letters, digits and
underscores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from ivr.adapters.twilio_voice.media import TWILIO
from ivr.core.call import OperatorId
from ivr.core.operator import identity_of

SDK = "/desk/vendor/twilio.min.js"
STAND_IN = "/exchange/sdk.js"
LASTS = timedelta(hours=1)

# https://www.npmjs.com/package/@twilio/voice-sdk: Content Security Policy.
TWILIO_ORIGINS = {
    "connect-src": (
        "https://eventgw.twilio.com",
        "wss://voice-js.roaming.twilio.com",
        "https://media.twiliocdn.com",
        "https://sdk.twilio.com",
    ),
    "media-src": (
        "mediastream:",
        "https://media.twiliocdn.com",
        "https://sdk.twilio.com",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSoftphone:
    """``ports.BrowserPhone`` for Twilio, and for an exchange that plays Twilio.

    ``key`` is an API key of the account; without ``secret`` no browser can be rung.
    """

    account_sid: str
    key: str
    secret: str = field(repr=False)
    api_url: str

    @property
    def script(self) -> str:
        """The address of the SDK; an exchange has one of its own."""
        if not self.secret:
            return ""
        return SDK if self.api_url == TWILIO else self.api_url + STAND_IN

    @property
    def origins(self) -> Mapping[str, Sequence[str]]:
        """Where the script comes from, and whom it speaks to."""
        if self.api_url == TWILIO:
            return TWILIO_ORIGINS
        return {"script-src": (self.api_url,), "connect-src": (self.api_url,)}

    def token(self, key: OperatorId) -> str:
        """A token with which the operator's browser can be rung for an hour."""
        token = AccessToken(
            self.account_sid,
            self.key,
            self.secret,
            identity=identity_of(key),
            ttl=int(LASTS.total_seconds()),
        )
        token.add_grant(VoiceGrant(incoming_allow=True))
        return str(token.to_jwt())
