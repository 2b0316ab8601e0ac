"""Settings become ports: the only place that chooses adapters."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine

from ivr.adapters.argon2_keys import Argon2Keys
from ivr.adapters.content import load_lines
from ivr.adapters.embedded import bundled_valkey
from ivr.adapters.job_queue import RqJobs
from ivr.adapters.logs import configure_logs
from ivr.adapters.logs.structlog_logger import StructlogLogger
from ivr.adapters.redis_store.change_feed import RedisChangeFeed
from ivr.adapters.sql.accounts import SqlAccounts, SqlSessions
from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.adapters.sql.database import make_engine
from ivr.adapters.sql.promises import SqlPromises
from ivr.adapters.sql.records import SqlRecords
from ivr.adapters.sql.roster import SqlRoster
from ivr.adapters.sql.rule_sets import SqlRuleSets
from ivr.adapters.sql.session_cache import CachedSessions
from ivr.adapters.sql.shifts import SqlShifts
from ivr.adapters.system import SystemClock, SystemIds, pause
from ivr.adapters.tone import tone_wav
from ivr.adapters.twilio_voice import TwilioSettings, TwilioWebhookCodec
from ivr.adapters.twilio_voice.rest.media import TWILIO
from ivr.adapters.twilio_voice.softphone import TwilioSoftphone
from ivr.adapters.twilio_voice.twiml import TONE_SECONDS
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.carrier import make_carrier
from ivr.bootstrap.live_state import make_store
from ivr.ports import (
    BrowserPhone,
    Carrier,
    ChangeFeed,
    Clock,
    Content,
    Ids,
    Jobs,
    Keys,
    Log,
    Ports,
    Store,
    Vault,
    WebhookCodec,
)
from ivr.settings import Secrets, Settings, is_carrier_address

PATIENCE = timedelta(seconds=0.3)
"""How long one Redis command may take. A webhook has three seconds in all, and
the library by itself would wait for a minute, and repeat what it had sent."""

HERE = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppContext:
    """A service whose adapters are open."""

    settings: Settings
    secrets: Secrets
    ports: Ports
    redis_url: str

    @property
    def public_url(self) -> str:
        """Our address as the carrier knows it."""
        return public_url(self.settings)

    @property
    def telegram_secret(self) -> str:
        """The secret in Telegram's requests; "" when it is not configured."""
        secret = self.settings.telegram_webhook_secret
        return secret.get_secret_value() if secret else ""

    @property
    def metrics_token(self) -> str:
        """The token that opens the figures; "" when none is set."""
        secret = self.settings.metrics_token
        return secret.get_secret_value() if secret else ""

    @property
    def desk_origins(self) -> Mapping[str, Sequence[str]]:
        """The other origins that the desk's pages reach: live events, the telephone."""
        origins = {key: [*each] for key, each in self.ports.softphone.origins.items()}
        if self.settings.live_url is not None:
            origins.setdefault("connect-src", []).append(self.settings.live_url)
        return origins

    @contextmanager
    def open_changes(self, stop: threading.Event) -> Iterator[ChangeFeed]:
        """Open a feed of changes, over a connection of its own."""
        with Redis.from_url(self.redis_url, health_check_interval=5) as redis:
            yield RedisChangeFeed(redis, lambda seconds: pause(stop, seconds))

    def waiting_tone(self) -> bytes:
        """The waiting tone as a WAV file."""
        return tone_wav(TONE_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The parts of this process: its time, identifiers, keys, jobs and log."""

    clock: Clock
    ids: Ids
    vault: Vault
    keys: Keys
    jobs: Jobs
    log: Log


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierParts:
    """One carrier: what it is asked, how it asks, and where it reaches us."""

    carrier: Carrier
    voice: WebhookCodec
    softphone: BrowserPhone
    calls_per_second: float
    public_url: str


def make_ports(
    machine: Machine,
    store: Store,
    db: Engine,
    content: Content,
    telephony: CarrierParts,
) -> Ports:
    """All ports of a service: the one place that knows what fills each of them."""
    clock, vault = machine.clock, machine.vault
    return Ports(
        clock=clock,
        ids=machine.ids,
        vault=vault,
        content=content,
        store=store,
        call_log=SqlCallLog(db),
        call_search=SqlCallSearch(db),
        promises=SqlPromises(db),
        records=SqlRecords(db, vault),
        roster=SqlRoster(db, vault),
        rule_sets=SqlRuleSets(db),
        accounts=SqlAccounts(db),
        sessions=CachedSessions(SqlSessions(db), clock),
        keys=machine.keys,
        shifts=SqlShifts(db),
        carrier=telephony.carrier,
        voice=telephony.voice,
        softphone=telephony.softphone,
        jobs=machine.jobs,
        log=machine.log,
        calls_per_second=telephony.calls_per_second,
        public_url=telephony.public_url,
    )


@contextmanager
def open_app(
    settings: Settings, patience: timedelta = PATIENCE
) -> Iterator[AppContext]:
    """The service of these settings; what was opened is closed in the end."""
    configure_logs(settings.log_level)
    with ExitStack() as stack:
        secrets = Secrets.load_secrets(settings)
        url = (
            settings.redis_url or stack.enter_context(bundled_valkey(settings.data)).url
        )
        redis = stack.enter_context(_redis_client(url, patience))
        db = make_engine(sql_url(settings))
        stack.callback(db.dispose)
        content, machine = (
            load_lines(settings.lines),
            _machine(settings, secrets, redis),
        )
        store = make_store(redis, machine.vault, machine.clock)
        telephony = _telephony(settings, secrets, content)
        ports = make_ports(machine, store, db, content, telephony)
        yield AppContext(settings=settings, secrets=secrets, ports=ports, redis_url=url)


def _machine(settings: Settings, secrets: Secrets, redis: Redis) -> Machine:
    return Machine(
        clock=SystemClock(settings.clock_speed, settings.clock_origin),
        ids=SystemIds(),
        vault=KeyVault.from_secrets(secrets),
        keys=Argon2Keys(),
        jobs=RqJobs(redis),
        log=StructlogLogger(),
    )


def _telephony(settings: Settings, secrets: Secrets, content: Content) -> CarrierParts:
    token, here = secrets.auth_token.get_secret_value(), public_url(settings)
    return CarrierParts(
        carrier=make_carrier(_twilio_settings(settings, secrets)),
        voice=TwilioWebhookCodec(token, here, content),
        softphone=_make_softphone(settings, secrets),
        calls_per_second=settings.calls_per_second,
        public_url=here,
    )


def public_url(settings: Settings) -> str:
    """Our address as the carrier knows it, else that of the last `hotline up`."""
    if settings.public_url is not None:
        return settings.public_url
    try:
        return _public_url_file(settings).read_text(encoding="utf-8").strip() or HERE
    except OSError:
        return HERE


def note_public_url(settings: Settings) -> None:
    """Let commands know where the service is, though nobody tells them."""
    _public_url_file(settings).write_text(f"{public_url(settings)}\n", encoding="utf-8")


def note_exchange(settings: Settings, url: str | None) -> None:
    """Let commands know where the service's exchange is; None when it has none."""
    note = settings.data / "exchange-url"
    if url is None:
        note.unlink(missing_ok=True)
    else:
        note.write_text(f"{url}\n", encoding="utf-8")


def known_exchange(settings: Settings) -> str | None:
    """The exchange that the service last ran with, if it had one."""
    try:
        note = (settings.data / "exchange-url").read_text(encoding="utf-8")
    except OSError:
        return None
    return note.strip() or None


def carrier_url(settings: Settings) -> str:
    """Where the carrier's REST interface is: the service's exchange if it has one.

    Never for who has named a carrier's address, or has an account there.
    """
    is_named = settings.twilio_api_url != TWILIO or settings.twilio_account_sid
    exchange = None if is_named else known_exchange(settings)
    return exchange or settings.twilio_api_url


def _public_url_file(settings: Settings) -> Path:
    return settings.data / "public-url"


def sql_url(settings: Settings) -> str:
    """The database of the call log; SQLite in the data folder by default."""
    return settings.database_url or f"sqlite:///{settings.data / 'hotline.db'}"


def _redis_client(url: str, patience: timedelta) -> Redis:
    seconds = patience.total_seconds()
    return Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


def _twilio_settings(settings: Settings, secrets: Secrets) -> TwilioSettings:
    return TwilioSettings(
        account_sid=secrets.account_sid,
        auth_token=secrets.auth_token.get_secret_value(),
        api_url=carrier_url(settings),
        public_url=public_url(settings),
    )


def _make_softphone(settings: Settings, secrets: Secrets) -> TwilioSoftphone:
    # A key that was made here opens nothing at Twilio itself.
    stands_in = not is_carrier_address(carrier_url(settings))
    ours = stands_in or settings.twilio_api_key_sid is not None
    return TwilioSoftphone(
        account_sid=secrets.account_sid,
        key=secrets.api_key,
        secret=secrets.api_secret.get_secret_value() if ours else "",
        api_url=carrier_url(settings),
        region=settings.twilio_region,
        edge=settings.twilio_edge,
    )
