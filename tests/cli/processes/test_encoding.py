"""Names are Ukrainian, whatever the locale of the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.cli.encoding import require_text
from ivr.core.model.errors import Invalid
from tests.processes.hotline import ROOT

IN_ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SHOWN_IN_LATIN = {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1:strict"}
NAME = "Олена Їжак"


def said(
    folder: Path, locale: dict[str, str], *words: str | bytes
) -> subprocess.CompletedProcess[bytes]:
    """What a command answers on a machine of this locale."""
    env = {"PATH": os.defpath, "PYTHONPATH": ":".join(sys.path), **locale}
    command = [sys.executable, "-m", "ivr.cli", *words]
    return subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=ROOT,
        env={**env, "HOTLINE_DATA": str(folder / "дані")},
        capture_output=True,
        check=False,
    )


def test_ukrainian_name_passes_through_ascii(tmp_path: Path) -> None:
    add = ("operators", "add", NAME, "--languages", "uk", "--reach", "browser")
    added = said(tmp_path, IN_ASCII, *add)
    assert (added.returncode, b"Traceback" in added.stderr) == (0, False)
    assert NAME in added.stdout.decode()

    listed = said(tmp_path, IN_ASCII, "operators", "list", "--json")
    assert [row["name"] for row in json.loads(listed.stdout)] == [NAME]

    shown = said(tmp_path, SHOWN_IN_LATIN, "operators", "list", "--json")
    assert [row["name"] for row in json.loads(shown.stdout)] == [NAME]
    assert shown.stdout.isascii()

    table = said(tmp_path, SHOWN_IN_LATIN, "operators", "list")
    assert (table.returncode, table.stderr) == (0, b"")


def test_file_of_ukrainian_name_read_in_ascii(tmp_path: Path) -> None:
    file = tmp_path / "Правила.toml"
    file.write_bytes((ROOT / "ivr/lines/example/rules.toml").read_bytes())

    checked = said(tmp_path, IN_ASCII, "rules", "check", str(file))

    assert (checked.returncode, checked.stdout) == (0, b"The rule set is sound.\n")


@pytest.mark.parametrize("locale", [IN_ASCII, SHOWN_IN_LATIN], ids=["input", "output"])
@pytest.mark.parametrize("letter", [b"\xff", "Ж".encode()], ids=["no text", "text"])
def test_refusal_is_sentence_in_every_locale(
    tmp_path: Path, locale: dict[str, str], letter: bytes
) -> None:
    refused = said(tmp_path, locale, "operators", "status", letter, "available")

    assert refused.returncode == 1
    assert refused.stderr.startswith(b"hotline: ")
    assert refused.stderr.count(b"\n") == 1


def test_argument_that_is_no_text_is_refused() -> None:
    assert require_text(["operators", "list", NAME]) == ["operators", "list", NAME]

    with pytest.raises(Invalid, match=r'argument 2 \("an\\xffna"\) is no text in'):
        require_text(["why", os.fsdecode(b"an\xffna")])


@pytest.mark.parametrize("words", [("check",), ("operators", "list"), ("--help",)])
def test_full_disk_told_without_traceback(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    command = Path(sys.executable).with_name("hotline")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 - our own words
            [command, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            env={"PATH": os.defpath, "HOTLINE_DATA": str(tmp_path)},
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"hotline: No space left on device; make room")
