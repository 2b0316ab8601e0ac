"""The proxy that is shipped, with a whole house behind it."""

import datetime as dt
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from twilio.request_validator import RequestValidator

from tests.processes.carrier import Account, Carrier
from tests.processes.hotline import (
    PUBLIC,
    ROOT,
    SID,
    TOKEN,
    Hotline,
    eventually,
    free_port,
)
from tests.processes.legs import Habits
from tests.processes.people import lines
from tests.web.desk_people import PASSWORD, hidden_of

SHIPPED = ROOT / "deploy" / "nginx.conf"
FORM = {"CallSid": f"CA{8:032x}", "AccountSid": SID, "CallStatus": "completed"}


def nginx() -> str:
    """The program; Debian keeps it where only root's PATH looks."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert found, "there is no nginx; as root: apt-get install nginx"
    return found


def certificate(folder: Path) -> None:
    """A certificate of our own for loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    hidden = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(hidden)


def written(folder: Path, port: int, ports: dict[str, int]) -> Path:
    """The shipped file with our ports, certificate and folders."""
    certificate(folder)
    text = SHIPPED.read_text()
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    text = text.replace("/etc/ssl/hotline", str(folder))
    text = text.replace("worker_processes auto;", "worker_processes 1; daemon off;")
    for shipped, ours in ports.items():
        text, count = re.subn(rf"127\.0\.0\.1:{shipped};", f"127.0.0.1:{ours};", text)
        assert count == 1, shipped
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    text = f"pid {folder}/pid;\n" + text.replace("http {", f"http {{\n{temp}", 1)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


class Front:
    """A house and the proxy before it."""

    def __init__(self, folder: Path) -> None:
        rest, desk, self.port = free_port(), free_port(), free_port()
        settings = {
            "TWILIO_API_URL": f"http://127.0.0.1:{rest}",
            "HOTLINE_LINES": lines(folder),
        }
        self.house = Hotline(folder / "data", settings)
        self.url = f"https://127.0.0.1:{self.port}"
        account = Account(
            sid=SID, token=TOKEN, public_url=PUBLIC, service_url=self.house.url
        )
        self.carrier = Carrier(account, Habits())
        self.desk = desk
        live = self.house.port + 1
        ports = {"8000": self.house.port, "8001": live, "8002": desk}
        self.conf = written(folder, self.port, ports)
        words = [nginx(), "-p", str(folder), "-c", str(self.conf)]
        subprocess.run([*words, "-t"], check=True, capture_output=True)  # noqa: S603
        live_port = ("--live-port", str(live))
        process = self.house.launch("--desk-port", str(desk), *live_port)
        eventually(lambda: process.poll() is not None or self.house.is_ready())
        self.log = (folder / "nginx.log").open("wb")
        self.proxy = subprocess.Popen(words, stdout=self.log, stderr=self.log)  # noqa: S603
        assert eventually(self.is_up), (folder / "nginx.log").read_text()
        self.session = signed_up(self)

    def is_up(self) -> bool:
        """Whether the proxy and the house answer."""
        try:
            return self.get("/readyz").status_code == 200
        except requests.RequestException:
            return False

    def get(self, path: str, **more: object) -> requests.Response:
        """What a browser is given."""
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: object) -> requests.Response:
        """What a client is answered; redirects are not followed."""
        wanted: dict[str, object] = {"allow_redirects": False, "timeout": 60, **more}
        with warnings.catch_warnings():
            # The certificate is our own, and each request would say so.
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
            return requests.request(  # noqa: S113 - it has one, above
                method,
                self.url + path,
                verify=False,  # noqa: S501 - as above
                **wanted,  # type: ignore[arg-type]
            )

    def end(self) -> None:
        """End both."""
        self.proxy.terminate()
        self.proxy.wait(timeout=30)
        self.log.close()
        self.house.end()
        self.carrier.pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front(tmp_path_factory.mktemp("proxy"))
    try:
        yield made
    finally:
        made.end()


def signed(path: str, form: dict[str, str]) -> dict[str, str]:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
    return {"X-Twilio-Signature": str(signature)}


def test_shipped_ports_are_those_of_procfile() -> None:
    procfile = (ROOT / "Procfile").read_text()

    for name, port in (("PORT", 8000), ("LIVE_PORT", 8001), ("DESK_PORT", 8002)):
        assert f"${{{name}:-{port}}}" in procfile
        assert f"server 127.0.0.1:{port};" in SHIPPED.read_text()


def test_proxy_leaves_connection_before_house_does() -> None:
    procfile = (ROOT / "Procfile").read_text()
    kept = {
        name: int(re.search(r"--keep-alive (\d+)", words)[1])  # type: ignore[index]
        for name, words in re.findall(r"(?m)^(web|desk): (.*)$", procfile)
    }
    text = SHIPPED.read_text()
    for upstream, name in (("carrier", "web"), ("desk", "desk")):
        block = re.search(rf"upstream {upstream} {{(.*?)}}", text, re.DOTALL)
        assert block
        given = re.search(r"keepalive_timeout (\d+)s;", block[1])
        # What nginx takes where nothing is given: 60 s.
        assert int(given[1] if given else 60) < kept[name] - 5, upstream


@pytest.mark.parametrize(
    "path",
    ["/voice/status", "/voice/status?x=%D0%9A%2F%3A&empty=", "/messages/twilio"],
)
def test_signed_webhook_passes_proxy(front: Front, path: str) -> None:
    forged = front.ask("POST", path, data=FORM)
    genuine = front.ask("POST", path, data=FORM, headers=signed(path, FORM))

    assert forged.status_code == 403
    assert genuine.status_code in {200, 204}


def test_pages_files_and_health_come_through(front: Front) -> None:
    assert "<form" in front.get("/").text
    assert front.get("/desk/static/desk.css").status_code == 200
    assert front.get("/operator").headers["Location"] == "/?next=/operator"
    assert front.get("/healthz").json() == {"status": "alive"}


def test_pages_not_answered_by_carriers_processes(front: Front) -> None:
    assert len(front.house.pids("hotline-web")) > 1
    assert front.house.pids("hotline-desk")

    answer = requests.get(f"http://127.0.0.1:{front.desk}/", timeout=60)

    assert answer.status_code == 200


def test_figures_closed_from_outside(front: Front) -> None:
    assert front.get("/metrics").status_code == 404
    behind = {"X-Forwarded-For": "203.0.113.9"}
    for port in (front.house.port, front.desk, front.house.port + 1):
        there = f"http://127.0.0.1:{port}/metrics"
        assert requests.get(there, headers=behind, timeout=60).status_code == 401


def test_event_stream_comes_through_beat_by_beat(front: Front) -> None:
    headers = {
        "Cookie": f"__Host-hotline={front.session}",
        "Accept": "text/event-stream",
    }

    with front.get("/operator/events", headers=headers, stream=True) as given:
        events = given.iter_lines(chunk_size=1)
        told = [next(events) for _ in range(9)]

    assert given.status_code == 200
    assert b"event: changed" in told
    assert b"event: here" in told, "a beat after the first event"
    assert front.get("/operator/events").status_code in {303, 401}


def test_frequent_stranger_told_so(front: Front) -> None:
    knocks = (front.ask("POST", "/", data={"name": "x"}) for _ in range(300))

    assert any(each.status_code == 429 for each in knocks)
    assert front.get("/").status_code == 200, "looking is no knocking"


def test_headers_of_stranger_do_not_reach_house(front: Front) -> None:
    for name in ("SCRIPT_NAME", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"):
        assert front.get("/healthz", headers={name: "/x"}).status_code == 200


@pytest.mark.parametrize(("path", "most"), [("/", 8), ("/voice/status", 64)])
def test_large_body_stops_at_proxy(front: Front, path: str, most: int) -> None:
    large = {"name": "x" * (most * 1024 + 1)}

    assert front.ask("POST", path, data=large).status_code in {413, 429}


def signed_up(front: Front) -> str:
    """The secret of a session of an operator who has just signed up."""
    words = ("olha", "--languages", "en", "--reach", "browser")
    said = front.house.say("operators", "add", *words)
    path = re.search(r"(/join/\S+)", said)
    assert path, said
    page = front.get(path[1])
    seed = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert seed, page.text
    form = hidden_of(page) | {"password": PASSWORD, "again": PASSWORD}  # type: ignore[arg-type]
    visit = page.headers["Set-Cookie"].partition(";")[0]
    answer = front.ask(
        "POST",
        path[1],
        data=form | {"code": pyotp.TOTP(seed[1].replace(" ", "")).now()},
        headers={"Cookie": visit},
    )
    assert answer.status_code == 303, answer.text
    found = re.search(r"__Host-hotline=([^;]+)", answer.headers["Set-Cookie"])
    assert found
    return found[1]
