"""HTTP messages: webhooks out, their answers, REST requests and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_OK, _NO_CONTENT, _SUCCESSES = 200, 204, 2

Form = tuple[tuple[str, str], ...]


class Purpose(StrEnum):
    """The purpose of a webhook, which decides what happens with its answer."""

    TWIML = "twiml"  # the answer is a document to be followed
    NOTICE = "notice"  # an action whose answer is thrown away
    MEDIA = "media"  # a recording to be played
    CALLBACK = "callback"  # a status callback: needs no document, may be lost


class Trouble(StrEnum):
    """Why a request got no HTTP answer at all."""

    CONNECT = "ct"
    READ = "rt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One request the host has to send: `url` is what was signed, without fragment."""

    key: str
    call: str
    purpose: Purpose
    method: str
    url: str
    form: Form
    headers: Mapping[str, str]
    body: bytes
    connect_seconds: float
    total_seconds: float
    copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """The HTTP answer to a webhook; header names may come in any case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the first header of that name, or an empty string."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), "")

    def suits(self, purpose: Purpose) -> bool:
        """Tell whether this is what the carrier expects, documents not looked at.

        A status callback wants 204, or 200 with TwiML; anything else is warned of.
        """
        if purpose is Purpose.CALLBACK:
            with_twiml = "xml" in self.header("content-type")
            return self.status == _NO_CONTENT or (self.status == _OK and with_twiml)
        return purpose is not Purpose.NOTICE or self.status // 100 == _SUCCESSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No answer came: the connection failed or the time ran out."""

    trouble: Trouble


Outcome = WebhookAnswer | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class RestRequest:
    """A REST request; `params` are query and form together, repeats kept."""

    method: str
    path: str
    params: Form = ()
    auth: tuple[str, str] | None = None

    def get(self, name: str, default: str = "") -> str:
        """Return the last value given for `name`."""
        return dict(self.params).get(name, default)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value given for `name`, in order."""
        return tuple(value for key, value in self.params if key == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestAnswer:
    """A REST answer; `body` is None for 204 and for `media`, a recording's bytes."""

    status: int
    body: Mapping[str, object] | None = None
    media: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
