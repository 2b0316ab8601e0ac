"""A service of a few lines, and an exchange that calls it, for these tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from exchange.kernel.config import Config, Number
from exchange.kernel.http_types import Form, RestAnswer
from exchange.state.queues import CallQueue
from exchange.testing.inline import InlineExchange

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "not-a-secret"  # noqa: S105 - the exchange's own
HOTLINE = "+12025550101"
OFFICE = "+12025550102"
CALLER = "+447700900123"
OPERATOR = "+447700900201"
SECOND = "+447700900202"
BASE = "https://hotline.example"
XML = (("Content-Type", "text/xml; charset=utf-8"),)

Reply = str | tuple[int, tuple[tuple[str, str], ...], bytes]
Handler = Callable[[dict[str, str]], Reply]


@dataclass(frozen=True, slots=True)
class Received:
    """One request as the service got it."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    url: str


@dataclass(slots=True)
class Service:
    """Answers each path with a document, and remembers what it was asked."""

    pages: dict[str, Reply | Handler] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """Take a webhook, as the exchange's transport."""
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        pairs += parse_qsl(body.decode(), keep_blank_values=True)
        form = dict(pairs)
        request = Received(method, parts.path, form, dict(headers), url)
        self.received.append(request)
        return self._reply(parts.path, form)

    def _reply(
        self, path: str, form: dict[str, str]
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        page = self.pages.get(path)
        reply = page(form) if callable(page) else page
        if reply is None:
            return 204, (), b""
        if isinstance(reply, str):
            return 200, XML, f"<Response>{reply}</Response>".encode()
        return reply

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the forms that were sent to a path."""
        return [each.form for each in self.received if each.path == path]

    def paths(self) -> list[str]:
        """Return the paths in the order they were asked."""
        return [each.path for each in self.received]


class Box:
    """A service and an exchange joined together."""

    def __init__(self, *, seed: int = 1, **settings: object) -> None:
        self.service = Service()
        numbers = tuple(
            Number(
                number=number,
                voice_url=f"{BASE}/start",
                status_callback=f"{BASE}/status",
                **({"voice_fallback_url": f"{BASE}/fallback"} if fallback else {}),
            )
            for number, fallback in ((HOTLINE, False), (OFFICE, True))
        )
        values: dict[str, object] = {
            "account": ACCOUNT,
            "token": TOKEN,
            "numbers": numbers,
        }
        config = Config(**(values | settings))  # type: ignore[arg-type]
        self.exchange = InlineExchange(config, self.service, seed=seed)

    def page(self, path: str, reply: Reply | Handler) -> None:
        """Let the service answer a path so."""
        self.service.pages[path] = reply

    def call(self, method: str, tail: str, **params: object) -> RestAnswer:
        """Make a REST request below the account; a list repeats its name."""
        form: list[tuple[str, str]] = []
        for name, value in params.items():
            many = value if isinstance(value, list) else [value]
            form += [(name, str(each)) for each in many]
        return self.rest(method, tail, tuple(form))

    def rest(self, method: str, tail: str, form: Form = ()) -> RestAnswer:
        """Make a REST request below the account, logged in."""
        path = f"/2010-04-01/Accounts/{ACCOUNT}/{tail}.json"
        return self.exchange.rest(method, path, form, (ACCOUNT, TOKEN))

    def board_queue(self) -> CallQueue:
        """Return the only queue there is."""
        [queue] = self.exchange.state.queues.values()
        return queue
