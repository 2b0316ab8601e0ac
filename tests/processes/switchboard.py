"""The REST side of the stand-in carrier, as the `twilio` library asks for it."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.processes.carrier import Carrier
from tests.processes.legs import Leg, Room

Form = dict[str, list[str]]
Reply = tuple[int, dict[str, Any]]
WHEN = "Mon, 23 Nov 2026 10:00:00 +0000"


class Switchboard:
    """Answers REST requests from what the carrier knows."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.asked: list[str] = []

    def answer(self, verb: str, path: str, form: Form) -> Reply:
        """The status and the body for one request."""
        self.asked.append(f"{verb} {path}")
        base = f"/2010-04-01/Accounts/{self.carrier.account.sid}/"
        tail = path.removeprefix(base)
        for pattern, act in (
            (r"GET Calls\.json", self._list),
            (r"POST Calls\.json", self._create),
            (r"GET Calls/(\w+)\.json", self._fetch),
            (r"POST Calls/(\w+)\.json", self._update),
            (r"GET Conferences\.json", self._rooms),
            (r"GET Conferences/([^/]+)\.json", self._room),
            (r"POST Conferences/([^/]+)\.json", self._close),
            (r"GET Conferences/([^/]+)/Participants\.json", self._people),
            (r"GET Recordings\.json", self._recordings),
        ):
            match = re.fullmatch(pattern, f"{verb} {tail}")
            if match:
                return act(form, *match.groups())
        self.carrier.odd.append(f"REST {verb} {path}")
        return _error(404, 20404)

    def _list(self, form: Form) -> Reply:
        lag = self.carrier.habits.list_lag
        asked = form.get("Status")
        seen = [(leg, leg.status_before(lag)) for leg in _all(self.carrier)]
        found = [
            self._call(leg, status)
            for leg, status in seen
            if status is not None and (asked is None or status in asked)
        ]
        return 200, _page("calls", found)

    def _create(self, form: Form) -> Reply:
        if self.carrier.habits.refuses_creates:
            return _error(429, 20429)
        return 201, self._call(self.carrier.create(form))

    def _fetch(self, _: Form, sid: str) -> Reply:
        leg = self.carrier.legs.get(sid)
        return _error(404, 20404) if leg is None else (200, self._call(leg))

    def _update(self, form: Form, sid: str) -> Reply:
        leg = self.carrier.legs.get(sid)
        if leg is None:
            return _error(404, 20404)
        if not leg.live:
            return _error(400, 21220)
        status = form.get("Status", [""])[0]
        if status:
            self.carrier.hang_up(leg, status)
        else:
            self.carrier.redirect(leg, form["Url"][0])
        return 200, self._call(leg)

    def _rooms(self, form: Form) -> Reply:
        rooms = list(self.carrier.rooms)
        for key, name in (("FriendlyName", "name"), ("Status", "status")):
            if key in form:
                rooms = [r for r in rooms if getattr(r, name) in form[key]]
        return 200, _page("conferences", [self._conference(r) for r in rooms])

    def _room(self, _: Form, key: str) -> Reply:
        room = self._find(key)
        return _error(404, 20404) if room is None else (200, self._conference(room))

    def _close(self, _: Form, key: str) -> Reply:
        room = self._find(key)
        if room is None:
            return _error(404, 20404)
        self.carrier.close(room)
        return 200, self._conference(room)

    def _people(self, _: Form, key: str) -> Reply:
        room = self._find(key)
        if room is None or room.status == "completed":
            return _error(404, 20404)
        people = [
            {"call_sid": leg.sid, "conference_sid": room.sid, "status": "connected"}
            for leg in list(room.inside)
        ]
        return 200, _page("participants", people)

    def _recordings(self, _: Form) -> Reply:
        return 200, _page("recordings", [])

    def _find(self, key: str) -> Room | None:
        rooms = list(self.carrier.rooms)
        return next((r for r in rooms if key in (r.sid, r.name)), None)

    def _call(self, leg: Leg, status: str | None = None) -> dict[str, Any]:
        return {
            "sid": leg.sid,
            "account_sid": self.carrier.account.sid,
            "status": status or leg.status,
            "from": leg.number_from,
            "to": leg.number_to,
            "direction": leg.direction,
            "date_created": WHEN,
            "date_updated": WHEN,
            "start_time": WHEN,
            "duration": None if leg.live else "1",
            "queue_time": "0",
            "api_version": "2010-04-01",
        }

    def _conference(self, room: Room) -> dict[str, Any]:
        ours = {"sid": room.sid, "friendly_name": room.name, "status": room.status}
        return {**ours, "account_sid": self.carrier.account.sid, "date_created": WHEN}


def _all(carrier: Carrier) -> list[Leg]:
    return list(reversed(carrier.legs.values()))  # the newest first


def _error(status: int, code: int) -> Reply:
    return status, {"code": code, "message": f"error {code}", "status": status}


def _page(key: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    place = {"page": 0, "page_size": 1000, "start": 0, "end": len(items)}
    uris = {"first_page_uri": "", "next_page_uri": None, "previous_page_uri": None}
    return {key: items, **place, **uris, "uri": ""}


def _handler(board: Switchboard) -> type[BaseHTTPRequestHandler]:
    account = board.carrier.account
    pair = base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            form = parse_qs(parts.query + "&" + raw.decode(), keep_blank_values=True)
            if self.headers.get("Authorization") != f"Basic {pair}":
                status, answer = _error(401, 20003)
            else:
                status, answer = board.answer(self.command, parts.path, form)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None: ...

    return Handler


@contextmanager
def served(carrier: Carrier, port: int) -> Iterator[Switchboard]:
    """The REST interface, on a port of loopback."""
    board = Switchboard(carrier)
    with ThreadingHTTPServer(("127.0.0.1", port), _handler(board)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield board
        server.shutdown()
        thread.join()
