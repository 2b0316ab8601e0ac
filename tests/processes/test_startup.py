"""What goes wrong at the start, and how it is told."""

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.hotline import PUBLIC, Hotline, eventually, hotline
from tests.processes.people import BRISK, lines

OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Hotline]:
    one = Hotline(tmp_path / "data", {})
    yield one
    one.end()


def refused(service: Hotline) -> str:
    """What `up` says that must not start."""
    process = service.start()
    assert process.wait(timeout=60) not in (0, None)
    said = service.log.read_text()
    assert "Traceback" not in said
    assert service.pids() == []
    return said


def test_port_in_use_named(service: Hotline) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        service.port = other.getsockname()[1]
        assert str(service.port) in refused(service)


def test_bad_settings_are_all_listed_at_once(service: Hotline) -> None:
    faulty = {
        "PUBLIC_URL": "hotline.example",
        "CALLS_PER_SECOND": "many",
        "RECONCILE_SECONDS": "-1",
        "LOG_LEVEL": "LOUD",
        "TWILIO_API_URL": "ftp://carrier.example",
        "REDIS_URL": "http://127.0.0.1",
    }
    service.settings.update(faulty)
    said = refused(service)
    assert [name for name in faulty if name not in said] == []
    done = service.run("check")
    assert done.returncode != 0
    told = done.stdout + done.stderr
    assert [name for name in faulty if name not in told] == []


def test_redis_that_cannot_be_reached_is_named(service: Hotline) -> None:
    service.settings["REDIS_URL"] = "redis://127.0.0.1:1/0"
    assert "REDIS_URL" in refused(service)


def test_broken_line_and_broken_rules_told_together(
    service: Hotline, tmp_path: Path
) -> None:
    folder = Path(lines(tmp_path, {**BRISK, "weight = 2.0": "weigth = 2.0"}))
    file = folder / "example" / "line.toml"
    text = file.read_text().replace('to = "waiting"', 'to = "wating"')
    file.write_text(
        text.replace('voice = "Polly.Amy-Neural"', 'voice = "Polly.Nobody"')
    )
    service.settings["HOTLINE_LINES"] = str(folder)
    said = refused(service)
    done = service.run("check")
    assert done.returncode != 0
    for told in (said, done.stdout + done.stderr):
        named = ("line.toml", "rules.toml", "wating", "weigth", "Polly.Nobody")
        assert [word for word in named if word not in told] == []


@pytest.mark.parametrize("broken", ["line.toml", "rules.toml"])
def test_file_that_is_no_toml_is_named(
    service: Hotline, tmp_path: Path, broken: str
) -> None:
    folder = Path(lines(tmp_path))
    (folder / "example" / broken).write_text("[what\n\x00")
    service.settings["HOTLINE_LINES"] = str(folder)
    assert broken in refused(service)


def test_lines_folder_that_is_missing_is_named(
    service: Hotline, tmp_path: Path
) -> None:
    service.settings["HOTLINE_LINES"] = str(tmp_path / "nowhere")
    assert "HOTLINE_LINES" in refused(service)


def test_data_folder_that_cannot_be_is_named(service: Hotline, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service.settings["HOTLINE_DATA"] = str(tmp_path / "file" / "data")
    assert "HOTLINE_DATA" in refused(service)


def test_shipped_line_and_plain_environment_pass_check(
    service: Hotline,
) -> None:
    done = service.run("check")
    assert done.returncode == 0, done.stdout + done.stderr


def listeners(pids: list[int]) -> set[str]:
    """The addresses on which these processes listen, as /proc has them."""
    sockets = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                sockets.add(str(descriptor.readlink()))
            except OSError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                found.add(words[1].split(":")[0])
    return found


def test_running_house_keeps_secrets_private(tmp_path: Path) -> None:
    # The folder was there, open to others.
    (tmp_path / "data").mkdir(mode=0o755)
    with hotline(tmp_path) as (service, _, _):
        assert service.data == tmp_path / "data"
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            del service.settings[name]
        assert listeners(service.pids()) == {"0100007F"}
        files = [path for path in service.data.rglob("*") if path.is_file()]
        assert service.data / "hotline.db" in files
        assert [p for p in files if p.stat().st_mode & OPEN_TO_OTHERS] == []
        assert (service.data / "public-url").read_text() == f"{PUBLIC}\n"
        service.enrol("Ann", "+12025550120")
        assert json.loads(service.say("queue", "--json")) == []
        assert service.states() == {"Ann": "offline"}
        assert service.down() == 0
        assert eventually(lambda: service.pids() == [])


def test_second_up_refused_or_outlives_first(
    tmp_path: Path,
) -> None:
    with hotline(tmp_path) as (service, _, _):
        second = Hotline(service.data, service.settings)
        second.log = tmp_path / "second.log"
        process = second.start()
        try:
            eventually(lambda: process.poll() is not None or second.is_ready())
            assert "Traceback" not in second.log.read_text()
            assert service.is_ready()
            if process.poll() is None:
                assert service.down() == 0
                assert eventually(lambda: second.readiness() == "ready")
                assert second.rows("queue") == []
                assert second.down() == 0
            assert process.returncode != 0 or second.pids() == []
        finally:
            second.end()


@pytest.mark.parametrize(
    "words",
    [
        ("operators", "add", "Bob", "--phone", "12", "--languages", "uk"),
        ("operators", "add", "Bob", "--phone", "+12025550121", "--languages", "xx"),
        ("operators", "add", "Bob", "--phone", "+12025550121", "--languages", ""),
        ("operators", "status", "Nobody", "available"),
        ("operators", "status", "Nobody", "asleep"),
    ],
)
def test_faulty_command_refused_plainly(house: Hotline, words: tuple[str, ...]) -> None:
    done = house.ask(*words)
    assert done.code != 0
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert house.rows("operators", "list") == []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    with hotline(tmp_path_factory.mktemp("commands")) as (service, _, _):
        yield service
