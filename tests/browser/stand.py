"""An exchange, and a page of nothing but its stand-in for the carrier's library."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, request, send_file
from playwright.sync_api import Page
from twilio.rest import Client
from werkzeug.serving import BaseWSGIServer, make_server

from exchange.hosts.server import ExchangeServer, Quiet, ServerConfig
from exchange.hosts.switch import Switch
from exchange.kernel.config import Config, Number
from exchange.state.leg import Leg
from ivr.web.desk.render.vendor import FOLDER
from tests.exchange.box import ACCOUNT, HOTLINE, TOKEN
from tests.exchange.pages import ANNA, KEY, SECRET, token
from tests.exchange.tiny import client_of

PATIENCE = 60  # seconds; what is waited for comes, or the test fails
GATHER = (
    '<Gather timeout="60" numDigits="1" action="/pressed"><Say>Hello</Say></Gather>'
)
LIBRARY = "twilio.min.js"

# What a page writes down of all that it is told; the desk's own would show it.
SCRIPT = """
window.told = [];
const PHASES = ["registering", "registered", "unregistered", "destroyed"];
const ENDS = ["accept", "cancel", "disconnect", "reject", "mute"];
const noteAll = (one, names, prefix = "") =>
  names.forEach((name) => one.on(name, () => told.push(prefix + name)));

window.begin = async (token, options) => {
  window.device = new Twilio.Device(token, options);
  noteAll(device, [...PHASES, "tokenWillExpire"]);
  device.on("error", (fault) => told.push(`error ${fault.code}`));
  device.on("incoming", (call) => {
    window.call = call;
    told.push("incoming");
    noteAll(call, [...ENDS, "reconnecting", "reconnected"], "call ");
    call.on("error", (fault) => told.push(`call error ${fault.code}`));
  });
  await device.register();
};
"""


class Stand:
    """Serves the page and the documents of calls, and runs the exchange beside it."""

    def __init__(self, **settings: object) -> None:
        self._settings = settings
        app = Flask(__name__)
        app.add_url_rule("/", view_func=self._page)
        app.add_url_rule("/page.js", view_func=_script)
        app.add_url_rule(f"/{LIBRARY}", view_func=_library)
        app.add_url_rule("/<path:name>", view_func=self._document, methods=["POST"])
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, app, threaded=True, request_handler=Quiet
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.pressed: list[str] = []
        self.exchange = self._exchange(0)

    def __enter__(self) -> Self:
        self._thread.start()
        self.exchange.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.exchange.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def restart(self) -> None:
        """Let another exchange take the place of the one that has stopped."""
        self.exchange = self._exchange(int(self.exchange.url.rpartition(":")[2]))
        self.exchange.start()

    @property
    def rest(self) -> Client:
        """Return the carrier's own library, sent to the exchange."""
        return client_of(self.exchange.url)

    def ring(self, *, after: str = "") -> Leg:
        """Let the service call Anna, and wait until it rings at her devices."""
        made = self.rest.calls.create(
            to=f"client:{ANNA}{after}", from_=HOTLINE, url=f"{self.address}/url"
        )
        self.until(lambda it: any(made.sid in d.calls for d in it.state.devices))
        return self.exchange.switch.leg(str(made.sid))

    def until(self, holds: Callable[[Switch], object]) -> None:
        """Wait until something holds at the exchange."""
        assert self.exchange.engine.wait_for(lambda it: bool(holds(it)), PATIENCE)

    def _exchange(self, port: int) -> ExchangeServer:
        values: dict[str, Any] = {
            "account": ACCOUNT,
            "token": TOKEN,
            "numbers": (Number(number=HOTLINE),),
            "api_key": KEY,
            "api_secret": SECRET,
            "calls_per_second": 50.0,
            "ring_delay": 0.0,
        }
        config = Config(**(values | self._settings))
        return ExchangeServer(ServerConfig(exchange=config, port=port))

    def _page(self) -> Response:
        there = self.exchange.url
        policy = (
            f"default-src 'none'; script-src 'self' {there}; connect-src {there};"
            " img-src data:"
        )
        library = request.args.get("library", f"{there}/exchange/sdk.js")
        body = (
            '<!doctype html><html lang="en"><title>Stand</title>'
            '<link rel="icon" href="data:,">'
            f'<script src="{library}"></script><script src="/page.js"></script></html>'
        )
        return Response(body, headers={"Content-Security-Policy": policy})

    def _document(self, name: str) -> Response:
        if name == "pressed":
            self.pressed.append(request.form["Digits"])
        inner = GATHER if name in {"url", "pressed"} else ""
        return Response(f"<Response>{inner}</Response>", content_type="text/xml")


def _script() -> Response:
    return Response(SCRIPT, content_type="text/javascript")


def _library() -> Response:
    return send_file(FOLDER / LIBRARY)


def begin(page: Page, bearer: str | None = None, **options: object) -> None:
    """Let a page register its device."""
    given = [token() if bearer is None else bearer, options]
    page.evaluate("([token, options]) => begin(token, options)", given)


def told(page: Page, *wanted: str) -> None:
    """Wait until a page was told all this, and see that it was told nothing else."""
    page.wait_for_function("count => told.length >= count", arg=len(wanted))
    assert page.evaluate("told.splice(0)") == list(wanted)
