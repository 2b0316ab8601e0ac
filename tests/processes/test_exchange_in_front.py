"""The service with its own exchange in front: ringing it from a terminal."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.processes.hotline import Hotline, eventually, free_port

# Somebody urgent: in the evening the last free operator is kept for them, and the
# evening of a house that is up is the real one.
CALL = (
    Path(__file__).parents[1]
    / "calls"
    / "a-caller-in-english-who-needs-help-is-answered.yaml"
)
OPERATOR = "+447700900201"


class Rung(Hotline):
    """A house that is rung through the exchange of its own."""

    def __init__(self, data: Path) -> None:
        super().__init__(data, {"PUBLIC_URL": "", "HOTLINE_CLOCK_SPEED": "5"})
        self.exchange = free_port()

    def command(self, *words: str) -> list[str]:
        if words[0] == "up":
            words = (*words, "--with-exchange", "--exchange-port", str(self.exchange))
        return super().command(*words)

    @property
    def telephone(self) -> str:
        """Where the exchange is."""
        return f"http://127.0.0.1:{self.exchange}"

    def has_telephone(self) -> bool:
        """Whether the exchange answers."""
        with suppress(requests.RequestException):
            return requests.get(f"{self.telephone}/exchange", timeout=30).ok
        return False

    def calls(self) -> list[dict[str, object]]:
        """The call log."""
        rows: list[dict[str, object]] = json.loads(self.run("calls", "--json").stdout)
        return rows


def outcomes(house: Rung) -> list[object]:
    """How the calls in the log ended, but for those of other tests."""
    return [row["outcome"] for row in house.calls() if row["class"] == "urgent"]


@pytest.fixture(scope="module")
def rung(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rung]:
    house = Rung(tmp_path_factory.mktemp("rung") / "data")
    try:
        house.up()
        assert eventually(house.has_telephone)
        house.run("operators", "add", "anna", "--phone", OPERATOR, "--languages", "en")
        house.run("operators", "status", "anna", "available")
        yield house
    finally:
        house.end()


def test_call_file_played_from_command_line(rung: Rung) -> None:
    played = rung.run("call", "--exchange", rung.telephone, "--play", str(CALL))

    assert played.returncode == 0, played.stderr
    assert "[en-GB] You do not have to give your name." in played.stdout
    assert "(connected: you are talking)" in played.stdout
    assert "(the call is over)" in played.stdout
    assert eventually(lambda: outcomes(rung) == ["answered"])


def test_keys_typed_and_h_hangs_up(rung: Rung) -> None:
    command = rung.command("call", "--exchange", rung.telephone)
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        env=rung.settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as caller:
        assert caller.stdin is not None
        assert caller.stdout is not None
        heard = iter(caller.stdout)
        assert any("(keys?)" in line for line in heard)
        caller.stdin.write("3\n")
        caller.stdin.flush()
        assert any("What are you calling about" in line for line in heard)
        caller.stdin.write("h\n")
        caller.stdin.flush()
        assert any("(the call is over)" in line for line in heard)

    assert caller.returncode == 0


def test_folders_house_rung_from_new_numbers(rung: Rung) -> None:
    told = [rung.run("call", "+447700900999").stderr for _ in range(2)]
    assert all("refuses" in each and "+447700900999" in each for each in told)

    (first, second) = (_rings(rung) for _ in range(2))

    assert first != second
    assert all(each.startswith("+120255501") for each in (first, second))


def _rings(rung: Rung) -> str:
    """The number that a call comes from whose caller hangs up at once."""
    done = subprocess.run(  # noqa: S603 - our own words
        rung.command("call"),
        env=rung.settings,
        cwd=rung.data.parent,
        input="h\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (line,) = [each for each in done.stdout.splitlines() if " rings " in each]
    assert line.endswith(" rings +12025550101)")
    return line.split()[0].strip("(")


def test_command_rings_no_other_house(rung: Rung, tmp_path: Path) -> None:
    other = Rung(tmp_path / "data")

    refused = other.run("call")
    assert (
        "has no exchange; start it with: hotline up --with-exchange" in refused.stderr
    )

    note = rung.data / "exchange-url"
    other.data.mkdir()
    (other.data / "exchange-url").write_text(note.read_text())
    refused = other.run("call")
    assert "is another service's" in refused.stderr
    assert f"--exchange {rung.telephone}" in refused.stderr


def test_missing_exchange_told_with_remedy(rung: Rung) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"

    refused = rung.run("call", "--exchange", nowhere)

    assert refused.returncode != 0
    assert "hotline up --with-exchange" in refused.stderr
    assert "Traceback" not in refused.stderr
