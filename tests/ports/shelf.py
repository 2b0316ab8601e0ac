"""A carrier that holds one recording, over real connections."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass(slots=True)
class Shelf:
    """A carrier that has one recording, and keeps what it was asked."""

    status: int = 200
    body: bytes = b""
    announced: int | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    port: int = 0


@contextmanager
def shelved(body: bytes) -> Iterator[Shelf]:
    """A shelf on the loopback, which gives this to whoever asks."""
    kept = Shelf(body=body)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            login = self.headers.get("Authorization", "")
            kept.asked.append((self.command, self.path, login))
            length = len(kept.body) if kept.announced is None else kept.announced
            self.send_response(kept.status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(kept.body)

        do_DELETE = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        kept.port = server.server_port
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield kept
        server.shutdown()
        serving.join()
