"""Access tokens: who a client is, as the carrier's library writes it down and signs it.

Rule (carrier's page on access tokens, facts sheet, section 8): a JSON web token,
HS256 with the secret of an API key, of the content type below; issued by the key,
about the account, with an identity and a grant for incoming calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import jwt

from exchange.kernel.config import Config
from exchange.rest.answers import RestError

CONTENT_TYPE = "twilio-fpa;v=1"
LONGEST_LIFE = 24 * 3600.0
# The clock of a token's maker may be ahead by this many seconds.
SKEW = 5.0
_ALGORITHM = "HS256"
# The time is not left to the library: it is handed in, like everywhere here.
_NEEDED = {
    "require": ["exp", "iss", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The content of a good token: who may be called with it, from when until when."""

    identity: str
    begins: float
    expires: float

    def check_time(self, now: float) -> None:
        """Raise RestError unless the token holds now, and for a day at most."""
        if not now < self.expires <= now + LONGEST_LIFE:
            text = "Access Token expired or expiration date invalid"
            raise RestError(401, 20104, text)
        if now + SKEW < self.begins:
            raise RestError(401, 20105, "Access Token not yet valid")


def read_grant(token: str, config: Config) -> Grant:
    """Return what a token grants, whatever its time; raises RestError when forged."""
    claims = _verified_claims(token, config)
    grants = _mapping_of(claims.get("grants"))
    incoming = _mapping_of(_mapping_of(grants.get("voice")).get("incoming"))
    identity = grants.get("identity")
    if not isinstance(identity, str) or not identity:
        raise _invalid_token("it names no identity")
    if incoming.get("allow") is not True:
        raise _invalid_token("it allows no incoming calls")
    return Grant(
        identity=identity,
        begins=_time_of(claims.get("nbf", 0)),
        expires=_time_of(claims["exp"]),
    )


def _verified_claims(token: str, config: Config) -> Mapping[str, object]:
    if not (config.api_key and config.api_secret):
        raise _invalid_token("the exchange has no API key")
    try:
        read = jwt.decode_complete(
            token,
            config.api_secret,
            algorithms=[_ALGORITHM],
            issuer=config.api_key,
            options=_NEEDED,  # type: ignore[arg-type]
        )
    except jwt.PyJWTError as fault:
        raise _invalid_token(str(fault)) from fault
    if read["header"].get("cty") != CONTENT_TYPE:
        raise _invalid_token("it is of another content type")
    claims: Mapping[str, object] = read["payload"]
    if claims["sub"] != config.account:
        raise _invalid_token("it is of another account")
    return claims


def _mapping_of(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _time_of(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid_token("it has no time")
    return float(value)


def _invalid_token(reason: str) -> RestError:
    return RestError(401, 20101, f"Invalid Access Token: {reason}")
