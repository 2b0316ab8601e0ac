"""The host in real time: one service in a thread, calls over real connections."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from exchange.hosts.server import ExchangeServer, Quiet, ServerConfig
from exchange.kernel.config import Config, Number
from exchange.state.people import Callee, Pickup
from tests.exchange.box import ACCOUNT, CALLER, HOTLINE, OPERATOR, TOKEN
from tests.exchange.pages import DESK, KEY, SECRET, token
from tests.exchange.tiny import PUBLIC, Person, TinyService, client_of
from tests.processes.hotline import eventually

SPEED = 60.0
ROOT = Path(__file__).parents[3]
COMMAND = [
    *(sys.executable, "-m", "exchange", "--account", ACCOUNT),
    *("--service", "http://127.0.0.1:9"),
]


YAML = {"Content-Type": "application/yaml"}
CALL_FILE = f"""
from: "{CALLER}"
to: "{HOTLINE}"
caller: [{{wait: 1}}, hang up]
called back:
  "{CALLER}": busy
"""


@pytest.fixture
def service() -> Iterator[tuple[TinyService, str]]:
    tiny = TinyService()
    server = make_server("127.0.0.1", 0, tiny.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,))
    thread.start()
    yield tiny, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def exchange(service: tuple[TinyService, str]) -> Iterator[ExchangeServer]:
    tiny, address = service
    number = Number(
        number=HOTLINE,
        voice_url=f"{PUBLIC}/start",
        status_callback=f"{PUBLIC}/status",
    )
    config = ServerConfig(
        exchange=Config(account=ACCOUNT, token=TOKEN, numbers=(number,)),
        speed=SPEED,
        bases={PUBLIC: address},
    )
    with ExchangeServer(config) as server:
        tiny.exchange_url = server.url
        yield server


def test_whole_call_works_over_real_connections(
    service: tuple[TinyService, str], exchange: ExchangeServer
) -> None:
    person = Person(exchange.url)
    person.ask("PUT", f"/people/{OPERATOR}", {"answers": 1, "presses": "1", "talks": 9})

    call = str(person.ask("POST", "/calls", {"from": CALLER, "to": HOTLINE})["call"])
    person.hears(call, "gather")
    person.ask("POST", f"/calls/{call}/keys", {"digits": "1"})
    person.hears(call, "queue")
    created = client_of(exchange.url).calls.create(
        to=OPERATOR, from_=HOTLINE, url=f"{PUBLIC}/ring"
    )
    person.hears(call, "connected")
    person.hears(call, "ended")

    tiny = service[0]
    assert created.status == "queued"
    assert tiny.forged == []
    asked = {"/start", "/menu", "/wait", "/out", "/room", "/taken"}
    assert eventually(lambda: asked <= set(tiny.paths))
    assert person.ask("GET", "/complaints") == {"complaints": [], "failures": {}}


def test_many_scripted_callers_end_by_themselves(
    service: tuple[TinyService, str], exchange: ExchangeServer
) -> None:
    person = Person(exchange.url)
    steps = [{"press": "1"}, {"until": "queued"}, {"wait": 5}, "hang up"]

    calls = [
        person.ask("POST", "/calls", {"from": CALLER, "to": HOTLINE, "script": steps})
        for _ in range(20)
    ]
    for made in calls:
        person.hears(str(made["call"]), "ended")

    shown = person.ask("GET")
    assert (shown["calls"], shown["calls_ended"]) == ({}, 20)
    assert (shown["webhooks_failed"], shown["complaints"]) == (0, 0)
    assert service[0].forged == []


def test_call_file_played_with_all_in_it(exchange: ExchangeServer) -> None:
    url = f"{exchange.url}/exchange"

    played = requests.post(f"{url}/scripts", data=CALL_FILE, headers=YAML, timeout=30)
    sid = played.json()["call"]

    assert played.status_code == 201
    with exchange.engine.using() as switch:
        assert switch.leg(sid).from_ == CALLER
        assert switch.state.people[CALLER] == (Callee(pickup=Pickup.BUSY),)


def test_control_refuses_what_it_does_not_understand(exchange: ExchangeServer) -> None:
    url = f"{exchange.url}/exchange"

    answers = [
        requests.post(f"{url}/calls", json={"from": CALLER, "to": "+1"}, timeout=30),
        requests.post(
            f"{url}/calls",
            json={"from": CALLER, "to": HOTLINE, "script": ["hangup"]},
            timeout=30,
        ),
        requests.put(f"{url}/people/{OPERATOR}", json={"answer": 1}, timeout=30),
        requests.post(f"{url}/faults", json={"kind": "rain"}, timeout=30),
        requests.post(f"{url}/faults", json={"kind": "lost", "foo": 1}, timeout=30),
        requests.put(f"{url}/numbers/{HOTLINE}", json={"voice": "x"}, timeout=30),
        requests.post(f"{url}/scripts", data=CALL_FILE, timeout=30),
        requests.post(f"{url}/scripts", data="from: +1202", headers=YAML, timeout=30),
        requests.get(f"{url}/calls/CA0", timeout=30),
        requests.get(url, headers={"Host": "evil.example"}, timeout=30),
    ]

    assert [answer.status_code for answer in answers] == [
        *(404, 422, 422, 422, 422, 422, 415, 422, 404, 403),
    ]


def test_control_gives_faults_numbers_and_hangup(
    service: tuple[TinyService, str], exchange: ExchangeServer
) -> None:
    person = Person(exchange.url)
    number = {"voice_url": f"{PUBLIC}/start"}
    person.ask("PUT", "/numbers/+12025550109", number)
    person.ask("POST", "/faults", {"kind": "doubled", "path": "/start", "times": 1})

    given = {"from": CALLER, "to": "+12025550109"}
    call = str(person.ask("POST", "/calls", given)["call"])
    person.hears(call, "gather")
    person.ask("DELETE", f"/calls/{call}")
    person.hears(call, "ended")

    assert eventually(lambda: service[0].paths.count("/start") == 2)


def test_message_lifecycle_works_over_connections(
    exchange: ExchangeServer,
) -> None:
    person = Person(exchange.url)
    person.ask("PUT", f"/numbers/{HOTLINE}", {"voice_url": f"{PUBLIC}/tell"})
    call = str(person.ask("POST", "/calls", {"from": CALLER, "to": HOTLINE})["call"])
    person.hears(call, "record")
    person.ask("POST", f"/calls/{call}/speech", {"text": "Ring me, please"})
    person.ask("POST", f"/calls/{call}/keys", {"digits": "#"})
    person.hears(call, "ended")
    client = client_of(exchange.url)

    [kept] = client.recordings.list(call_sid=call)
    exchange.engine.wait_for(lambda it: it.state.recordings[kept.sid].ready, 60)
    address = f"{exchange.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{kept.sid}.wav"
    sound = requests.get(address, auth=(ACCOUNT, TOKEN), timeout=30)
    stranger = requests.get(address, timeout=30)
    client.recordings(kept.sid).delete()

    assert (sound.status_code, sound.headers["Content-Type"]) == (200, "audio/x-wav")
    assert sound.content.startswith(b"RIFF")
    assert stranger.status_code == 401
    assert requests.get(address, auth=(ACCOUNT, TOKEN), timeout=30).status_code == 404


def test_person_at_terminal_called_back_and_presses(
    service: tuple[TinyService, str], exchange: ExchangeServer
) -> None:
    person = Person(exchange.url)
    person.ask("PUT", f"/people/{CALLER}", {"answers": 1, "does": ["stay"]})
    before = person.ask("GET", f"/people/{CALLER}/calls")

    made = client_of(exchange.url).calls.create(
        to=CALLER, from_=HOTLINE, url=f"{PUBLIC}/start"
    )
    rang = person.ask("GET", f"/people/{CALLER}/calls?after=0&wait=10")
    person.hears(str(made.sid), "gather")
    person.ask("POST", f"/calls/{made.sid}/keys", {"digits": "1"})
    person.hears(str(made.sid), "queue")

    assert before == {"calls": [], "next": 0}
    assert rang == {"calls": [made.sid], "next": 1}
    assert "/menu" in service[0].paths


def test_hanging_answer_held_until_client_gives_up(
    exchange: ExchangeServer,
) -> None:
    fault = {"kind": "hang-after", "method": "POST", "times": 1}
    Person(exchange.url).ask("POST", "/faults", fault)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Queues.json"

    with pytest.raises(requests.ReadTimeout):
        requests.post(
            exchange.url + path,
            data={"FriendlyName": "q"},
            auth=(ACCOUNT, TOKEN),
            timeout=0.5,
        )

    assert exchange.engine.wait_for(lambda it: bool(it.state.queues), 60)
    assert [queue.name for queue in exchange.switch.state.queues.values()] == ["q"]


def test_killed_waiting_browser_soon_lost() -> None:
    account = Config(
        account=ACCOUNT,
        token=TOKEN,
        api_key=KEY,
        api_secret=SECRET,
        client_silence=5.0,
    )
    with ExchangeServer(ServerConfig(exchange=account)) as server:
        _wait_for_news_and_die(server.url)

        lost = server.engine.wait_for(lambda it: not it.state.devices.known, 60)

    assert lost
    assert server.switch.state.devices.known == {}


def _wait_for_news_and_die(url: str) -> None:
    login = {"Authorization": f"Bearer {token()}"}
    port = int(url.rpartition(":")[2])
    path = f"/exchange/clients/{DESK}"
    with socket.create_connection(("127.0.0.1", port)) as line:
        requests.post(url + path, headers=login, timeout=30).raise_for_status()
        asked = f"GET {path}/events?wait=20 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        line.sendall(f"{asked}Authorization: Bearer {token()}\r\n\r\n".encode())
        # So long a wait outlives the silence: whoever waits is not silent.
        line.settimeout(6)
        with pytest.raises(TimeoutError):
            line.recv(1)


def test_service_that_refuses_connections_is_failed_webhook(
    exchange: ExchangeServer,
) -> None:
    person = Person(exchange.url)
    nowhere = {"voice_url": "http://127.0.0.1:9/start"}
    person.ask("PUT", "/numbers/+12025550109", nowhere)

    given = {"from": CALLER, "to": "+12025550109"}
    call = str(person.ask("POST", "/calls", given)["call"])
    person.hears(call, "ended")

    assert person.ask("GET")["webhooks_failed"] == 2


def test_silent_service_holds_nothing_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        number = Number(number=HOTLINE, voice_url=f"{address}/start")
        account = Config(account=ACCOUNT, token=TOKEN, numbers=(number,))
        with ExchangeServer(ServerConfig(exchange=account)) as server:
            given = {"from": CALLER, "to": HOTLINE}
            Person(server.url).ask("POST", "/calls", given)
            caught, _ = deaf.accept()
        caught.close()

    names = {thread.name for thread in threading.enumerate()}
    assert not [name for name in names if name.startswith(("webhook", "exchange"))]


def test_server_ends_on_sigterm_with_status_zero(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(TOKEN, encoding="utf-8")
    command = [*COMMAND, "--token-file", str(token_file), "--number", HOTLINE]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    url = ready.split()[-1]

    shown = requests.get(f"{url}/exchange", timeout=30).json()
    os.kill(process.pid, signal.SIGTERM)

    with process:
        assert process.wait(timeout=60) == 0
    assert shown["calls"] == {}


def test_secrets_only_from_environment() -> None:
    secrets = {
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_KEY_SID": KEY,
        "TWILIO_API_KEY_SECRET": SECRET,
    }
    with subprocess.Popen(  # noqa: S603 - our own module
        COMMAND, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=secrets
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        login = {"Authorization": f"Bearer {token()}"}
        address = f"{url}/exchange/clients/{DESK}"
        entered = requests.post(address, headers=login, timeout=30)
        process.terminate()

    assert entered.status_code == 200


def test_key_without_secret_is_fault_of_command() -> None:
    given = {"TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_KEY_SID": KEY}

    done = subprocess.run(  # noqa: S603 - our own module
        COMMAND, capture_output=True, text=True, cwd=ROOT, env=given, check=False
    )

    assert done.returncode == 2
    assert "TWILIO_API_KEY_SECRET" in done.stderr
