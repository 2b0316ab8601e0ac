"""A host in real time: REST and control on loopback, webhooks over the network."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from exchange.hosts.control import create_app
from exchange.hosts.current import PageAccess
from exchange.hosts.engine import Engine
from exchange.hosts.sending import Sender
from exchange.hosts.switch import Switch
from exchange.kernel import clockwork
from exchange.kernel.config import Config
from exchange.kernel.rng import seeded_chance

# How often the listening thread checks whether it must end.
_POLL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """How the host is run; `bases` maps public addresses to where they are served.

    Without a seed no two runs make the same identifiers, so that a service which
    keeps its call log does not meet a call twice.
    """

    exchange: Config
    port: int = 0
    speed: float = 1.0
    seed: int | None = None
    bases: Mapping[str, str] = field(default_factory=dict)
    start: datetime | None = None


class Quiet(WSGIRequestHandler):
    """Logs nothing: addresses carry telephone numbers."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class ExchangeServer:
    """An exchange that listens on loopback from `start` to `stop`."""

    def __init__(self, config: ServerConfig) -> None:
        clock = clockwork.running_clock(config.speed, config.start)
        self.switch = Switch(config.exchange, seeded_chance(config.seed), clock())
        self._sender = Sender(config.bases)
        self.engine = Engine(
            self.switch,
            clock,
            self._sender.deliver,
            speed=config.speed,
        )
        door = PageAccess.allowing(config.bases, clockwork.wall_time)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1",
            config.port,
            create_app(self.engine, door),
            threaded=True,
            request_handler=Quiet,
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL,), name="exchange-http"
        )

    @property
    def url(self) -> str:
        """Return the address of REST and control, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Begin to listen and let time run."""
        self.engine.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; calls that are under way are forgotten."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._sender.abort()
        self.engine.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
