"""A whole hotline in one process and in virtual time.

The service is the real one: its web application, TwiML, signatures, actions, a
real Valkey, SQL. The telephone network is the exchange. Time moves from event
to event; jobs run as soon as a request is answered, and the ticker each second.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from exchange.kernel.config import Config, Number
from exchange.state.people import Callee, Deed, accepting_operator
from exchange.testing.client import ExchangeHttpClient
from exchange.testing.inline import InlineExchange
from ivr.actions import records, routing
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.actions.talks.accepting import take_by_desk
from ivr.actions.talks.running import run
from ivr.actions.upkeep import due_work
from ivr.adapters.argon2_keys import Argon2Keys
from ivr.adapters.sql.database import make_engine
from ivr.adapters.twilio_voice import TwilioSettings, TwilioWebhookCodec
from ivr.adapters.twilio_voice.softphone import TwilioSoftphone
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.app import CarrierParts, Machine, make_ports
from ivr.bootstrap.carrier import make_carrier
from ivr.bootstrap.live_state import make_store
from ivr.core.history.call_log import CallRecord
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import Stale, Unavailable
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, identity_of
from ivr.core.talk.events import OfferDue
from ivr.ports import Ports
from ivr.web.context import WebContext
from ivr.web.desk.security.hashing_slots import HashingSlots
from ivr.web.desk.security.knocking import EXTENSION as TURNS
from tests.made_once import LINES, application, content_of, database
from tests.ports.fakes import EVENING, CountedIds, LaterJobs, Notes, StillClock
from tests.ports.stores import counted_trips

LINE = LineKey("example")
BASE = "https://hotline.example"
HOTLINE = "+12025550101"
CALLER = "+447700900123"
ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "a-token-of-tests"  # noqa: S105 - not a secret
API_KEY = "SK" + "0" * 31 + "1"
API_SECRET = "a-secret-of-tests-that-is-long-enough"  # noqa: S105 - not a secret
RECONCILE = 15


@dataclass(slots=True)
class World:
    """What a test holds in its hands."""

    ports: Ports
    app: Flask
    client: FlaskClient
    exchange: InlineExchange
    clock: StillClock
    jobs: LaterJobs
    notes: Notes
    redis: Redis
    rest: ExchangeHttpClient
    asked: list[tuple[str, str]]
    trips: list[tuple[str, int]] = field(default_factory=list)
    """Of each webhook its path and its round trips, where the client counts them."""
    clicking: set[OperatorId] = field(default_factory=set)
    ticks: bool = True
    reconciles: bool = True

    # --- people -----------------------------------------------------------

    def operator(
        self,
        name: str = "anna",
        *callee: Callee,
        languages: tuple[str, ...] = ("uk", "ru", "en"),
        phone: str = "+447700900201",
        reach: Reach = Reach.PHONE,
        team: str = "",
        clicks: bool = False,
    ) -> OperatorId:
        """Enrol an operator who is available; without more, one who takes calls.

        One who ``clicks`` accepts every offer at the desk as soon as it is made.
        """
        key = OperatorId(name)
        self.clicking |= {key} if clicks else set()
        now = self.clock.now()
        enrolled = Operator(
            id=key,
            line=LINE,
            profile=Profile(name=name, languages=languages, reach=reach, team=team),
            since=now,
            idle_since=now,
        )
        self.ports.roster.add(enrolled, PhoneNumber(phone))
        load_roster(self.ports, LINE)
        choose_state(self.ports, LINE, key, State.AVAILABLE, "test")
        is_browser = reach is Reach.BROWSER
        at = f"client:{identity_of(key)}" if is_browser else phone
        self.exchange.put_person(at, *(callee or (accepting_operator(),)))
        self.work()
        return key

    def dial(self, *deeds: Deed, from_: str = CALLER, to: str = HOTLINE) -> Any:
        """Somebody rings."""
        return self.exchange.dial(from_, to, *deeds)

    # --- time -------------------------------------------------------------

    def moved(self, now: datetime) -> None:
        """The exchange's time has moved: ours moves along."""
        before, self_now = self.clock.now(), now
        self.clock.move(self_now)
        if self.ticks and int(before.timestamp()) != int(now.timestamp()):
            due_work.do_due_work(self.ports, LINE)
            self.work()
            if self.reconciles and int(now.timestamp()) % RECONCILE == 0:
                self.reconcile()

    def reconcile(self) -> None:
        """Hold our state against the carrier's, as the ticker does."""
        try:
            due_work.reconcile_line(self.ports, LINE)
        except Unavailable as error:
            self.notes.warning("not reconciled", error=str(error))
        self.work()

    def work(self) -> None:
        """Let the workers do what jobs ask for, and operators click on offers."""
        self.jobs.run(self._do)
        for key in self.clicking:
            self._click(key)

    def _click(self, key: OperatorId) -> None:
        operator = self.ports.operators.operator(LINE, key)
        if operator and operator.state is State.RINGING and operator.claim:
            with suppress(Stale):
                take_by_desk(self.ports, LINE, key, operator.claim)

    def _do(self, name: str, args: tuple[str, ...]) -> None:
        match name:
            case "route":
                routing.route_callers(self.ports, LineKey(args[0]))
            case "place_offer":
                run(self.ports, LineKey(args[0]), OfferDue(claim=ClaimId(args[1])))
            case _:
                records.write_facts(self.ports, LineKey(args[0]))

    # --- what is seen -----------------------------------------------------

    def operator_now(self, name: str = "anna") -> Operator:
        """An operator as the house sees them now."""
        found = self.ports.operators.operator(LINE, OperatorId(name))
        assert found is not None
        return found

    def record(self, leg: Any) -> CallRecord:
        """The call log's record of a call."""
        records.write_facts(self.ports, LINE)
        found = {record.call: record for record in self.log()}
        return found[leg.sid]

    def log(self) -> list[CallRecord]:
        """The whole call log."""
        records.write_facts(self.ports, LINE)
        return self.ports.call_search.calls()

    def transport(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Carry a webhook of the exchange to the service."""
        self.asked.append((method, url))
        path, before = url.removeprefix(BASE), counted_trips()
        answer = self.client.open(
            path,
            method=method,
            headers=dict(headers),
            data=body,
            base_url=BASE,
        )
        self.trips.append((path.partition("?")[0], counted_trips() - before))
        self.work()
        return answer.status_code, dict(answer.headers), answer.data


@contextmanager
def build_world(
    redis: Redis, folder: Path, lines: Path = LINES, pace: float = 10.0
) -> Iterator[World]:
    """A hotline with nobody in it yet."""
    db = make_engine(database(folder / "hotline.db"))
    content = content_of(lines)
    clock, notes, jobs = StillClock(), Notes(), LaterJobs()
    vault = KeyVault.with_fresh_keys()
    held: list[World] = []
    exchange = InlineExchange(
        Config(
            account=ACCOUNT,
            token=TOKEN,
            numbers=tuple(_numbers(content.lines()[LINE].numbers)),
            calls_per_second=pace,
        ),
        lambda *request: held[0].transport(*request),  # noqa: PLW0108 - not yet held
        start=EVENING,
        on_time=lambda now: held[0].moved(now),  # noqa: PLW0108 - not yet held
    )
    rest = ExchangeHttpClient(exchange.switch)
    settings = TwilioSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        api_url="https://api.twilio.com",
        public_url=BASE,
    )
    machine = Machine(
        clock=clock,
        ids=CountedIds(),
        vault=vault,
        keys=Argon2Keys.with_little_work(),
        jobs=jobs,
        log=notes,
    )
    softphone = TwilioSoftphone(
        account_sid=ACCOUNT,
        key=API_KEY,
        secret=API_SECRET,
        api_url="http://127.0.0.1:8010",
    )
    telephony = CarrierParts(
        carrier=make_carrier(settings, rest, rest.fetch),
        voice=TwilioWebhookCodec(TOKEN, BASE, content),
        softphone=softphone,
        calls_per_second=pace,
        public_url=BASE,
    )
    live = make_store(redis, vault, clock)
    ports = make_ports(machine, live, db, content, telephony)
    app = application(
        WebContext(
            ports=ports,
            public_url=BASE,
            tone=b"",
            recording=content.audio_file,
            form_key="a-key-of-tests",
        )
    )
    # Nobody rests here: that would be a second of the test's own.
    app.extensions[TURNS] = HashingSlots(rest=0)
    world = World(
        ports=ports,
        app=app,
        client=app.test_client(),
        exchange=exchange,
        clock=clock,
        jobs=jobs,
        notes=notes,
        redis=redis,
        rest=rest,
        asked=[],
    )
    held.append(world)
    yield world
    db.dispose()


def _numbers(numbers: tuple[str, ...]) -> Iterator[Number]:
    for number in numbers:
        yield Number(
            number=number,
            voice_url=f"{BASE}/voice/incoming",
            voice_fallback_url=f"{BASE}/voice/fallback",
            status_callback=f"{BASE}/voice/status",
        )


def later(seconds: float) -> timedelta:
    """So many seconds."""
    return timedelta(seconds=seconds)
