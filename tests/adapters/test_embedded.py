"""The bundled store, with real servers and real processes."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from ivr.adapters.embedded import BundledValkey, bundled_valkey, program
from ivr.adapters.embedded.health import (
    Health,
    ask_health,
    is_port_free,
    server_process,
    store_client,
)
from ivr.core.model.errors import Faults, Unavailable

USER = """
import sys
from pathlib import Path
from ivr.adapters.embedded import bundled_valkey
with bundled_valkey(Path(sys.argv[1])) as store:
    print(store.url, flush=True)
    sys.stdin.readline()
"""


def until(condition: Callable[[], object]) -> None:
    for _ in range(1_000):
        if condition():
            return
        threading.Event().wait(0.02)
    pytest.fail("what was waited for did not happen")


@contextmanager
def another_user(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the store until its input ends."""
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", USER, str(data)],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        yield user


def told(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def answers(url: str) -> bool:
    with Redis.from_url(url) as ours:
        return bool(ours.ping())


def is_running(data: Path) -> bool:
    return server_process(data / "valkey") is not None


def kill(data: Path, port: int) -> None:
    pid = server_process(data / "valkey")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_port_free(port))


def test_store_runs_only_while_used(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store:
        assert answers(store.url)
        assert is_running(tmp_path)

    assert not is_running(tmp_path)


def test_store_keeps_content_between_uses(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        ours.set("word", "kept")

    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        assert ours.get("word") == b"kept"


def test_store_is_where_it_was(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store:
        first = store.url

    with bundled_valkey(tmp_path) as store:
        assert store.url == first


def test_store_wants_password(tmp_path: Path) -> None:
    with (
        bundled_valkey(tmp_path) as store,
        store_client(store.port, "guessed") as nobody,
        pytest.raises(AuthenticationError),
    ):
        nobody.ping()


def test_store_listens_on_loopback_alone(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        bound = ours.config_get("bind")
        # Whoever listens everywhere answers at this address of loopback too.
        with socket.socket() as trial:
            refusal = trial.connect_ex(("127.0.0.2", store.port))

    assert bound == {"bind": "127.0.0.1"}
    assert refusal != 0


def test_store_writes_all_and_drops_nothing(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        kept = ours.config_get(
            "appendonly", "appendfsync", "save", "maxmemory-policy", "protected-mode"
        )

    assert kept == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "protected-mode": "yes",
    }


def test_files_private_and_password_unlisted(
    tmp_path: Path,
) -> None:
    with bundled_valkey(tmp_path / "var") as store:
        folder = tmp_path / "var" / "valkey"
        word = program.store_password(folder)
        files = [file for file in folder.rglob("*") if file.is_file()]
        modes = {stat.S_IMODE(file.stat().st_mode) & 0o077 for file in files}
        pid = server_process(folder)
        line = Path(f"/proc/{pid}/cmdline").read_bytes()

    assert word in store.url
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes == {0}
    assert word.encode() not in line


def test_second_use_in_one_process_shares_store(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as one:
        with bundled_valkey(tmp_path) as other:
            assert other.url == one.url
        assert answers(one.url)

    assert not is_running(tmp_path)


def test_last_process_out_stops_store(tmp_path: Path) -> None:
    with another_user(tmp_path) as user:
        url = told(user)
        with bundled_valkey(tmp_path) as store:
            assert store.url == url
        assert answers(url)

    assert not is_running(tmp_path)


def test_whoever_started_store_may_leave_first(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store, another_user(tmp_path) as user:
        store.__exit__(None, None, None)
        url = told(user)
        store.__enter__()
        assert answers(url)

    assert not is_running(tmp_path)


def test_processes_starting_together_share_store(tmp_path: Path) -> None:
    with (
        another_user(tmp_path) as one,
        another_user(tmp_path) as two,
        another_user(tmp_path) as three,
    ):
        urls = {told(one), told(two), told(three)}
        assert len(urls) == 1
        assert answers(urls.pop())

    assert not is_running(tmp_path)


def test_killed_processs_store_taken_over(
    tmp_path: Path,
) -> None:
    with another_user(tmp_path) as user:
        url = told(user)
        user.kill()
    assert is_running(tmp_path)

    with bundled_valkey(tmp_path) as store:
        assert store.url == url

    assert not is_running(tmp_path)


def test_killed_store_restarted_in_same_place(
    tmp_path: Path,
) -> None:
    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        ours.set("word", "kept")
        url = store.url
        kill(tmp_path, store.port)

        mended = store.ensure_running()

        assert mended
        assert store.url == url
        assert ours.get("word") == b"kept"


def test_store_that_runs_is_left_alone(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store:
        before = server_process(tmp_path / "valkey")

        assert not store.ensure_running()
        assert server_process(tmp_path / "valkey") == before


def test_newcomer_revives_killed_store_for_all(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store:
        kill(tmp_path, store.port)

        with bundled_valkey(tmp_path) as newcomer:
            assert newcomer.url == store.url

        assert answers(store.url)
        assert not store.ensure_running()


def test_newcomer_opens_no_second_store(
    tmp_path: Path,
) -> None:
    with bundled_valkey(tmp_path) as store:
        kill(tmp_path, store.port)
        with squatter(store.port), pytest.raises(Faults, match="no free port"):
            bundled_valkey(tmp_path).__enter__()
        assert not is_running(tmp_path)

        assert store.ensure_running()


@contextmanager
def squatter(port: int) -> Iterator[None]:
    """Something else that took a port: it takes calls and says nothing sensible."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        thread = threading.Thread(target=_babble, args=(listener,))
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _babble(listener: socket.socket) -> None:
    while True:
        try:
            guest, _ = listener.accept()
        except OSError:
            return
        with guest:
            guest.sendall(b"220 something else\r\n")


def test_port_taken_by_others_given_up(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path) as store, Redis.from_url(store.url) as ours:
        ours.set("word", "kept")
        lost = store.port

    with squatter(lost), bundled_valkey(tmp_path) as store:
        assert store.port != lost
        with Redis.from_url(store.url) as ours:
            assert ours.get("word") == b"kept"


def test_copied_folder_has_own_store(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path / "a") as one:
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        with bundled_valkey(tmp_path / "b") as other:
            assert other.port != one.port
        assert answers(one.url)


def hasty(data: Path) -> BundledValkey:
    """A user who asks just as often and does not wait between."""
    return BundledValkey(data, wait=lambda _: None)


def test_hung_store_ended_with_last_user(
    tmp_path: Path,
) -> None:
    starter = bundled_valkey(tmp_path).__enter__()
    with hasty(tmp_path) as store:
        starter.__exit__(None, None, None)
        pid = server_process(tmp_path / "valkey")
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)

        assert not store.ensure_running()
        assert server_process(tmp_path / "valkey") == pid

    until(lambda: not is_running(tmp_path))


def test_store_behind_another_password_not_doubled(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path):
        path = tmp_path / "valkey" / "password"
        word = path.read_text()
        path.write_text("another")

        with pytest.raises(Unavailable, match="end process"):
            hasty(tmp_path).__enter__()

        path.write_text(word)


def test_odd_endpoint_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir(mode=0o700)
    (tmp_path / "valkey" / "endpoint").write_text("nowhere")

    with bundled_valkey(tmp_path) as store:
        assert answers(store.url)


def test_name_with_spaces_and_quotes_is_fine(tmp_path: Path) -> None:
    with bundled_valkey(tmp_path / 'a "b" c\\d') as store:
        assert answers(store.url)


def test_failed_store_tells_where_to_look(tmp_path: Path) -> None:
    folder = tmp_path / "valkey"
    (folder / "appendonlydir").mkdir(parents=True)
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("not a manifest\n")

    with pytest.raises(Faults, match=r"REDIS_URL.*valkey\.log"):
        hasty(tmp_path).__enter__()


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Faults, match="HOTLINE_DATA"):
        bundled_valkey(tmp_path / "file").__enter__()


def test_without_any_program_remedy_told() -> None:
    with pytest.raises(Faults, match="install"):
        program.find_binary([lambda: None])


def test_first_program_found_taken() -> None:
    assert program.find_binary([lambda: None, lambda: "one", lambda: "two"]) == "one"


def test_nothing_behind_port_is_absent(tmp_path: Path) -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]

    assert ask_health(tmp_path, port, "word") is Health.ABSENT
