"""Browser files of others: fetched at set-up, told when missing, put into a wheel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.web.desk.render.vendor import FOLDER, SERVED, missing_files

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cp", "dirname", "mkdir", "tail")
FAKE_NPM = """#!/bin/sh
[ "$1" = --version ] && echo {version} && exit
echo "$0 $*" >> asked; echo npm error code EINTEGRITY; exit {status}
"""
FAKE_PYTHON = """#!/bin/sh
echo "$*" >> asked; [ {status} = 0 ] && cp newer-npm "$(dirname "$0")/npm"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout in little, with a PATH that has no npm."""
    (tmp_path / "path").mkdir()
    (tmp_path / "venv").mkdir()
    (tmp_path / "requirements").mkdir()
    for tool in TOOLS:
        (tmp_path / "path" / tool).symlink_to(str(shutil.which(tool)))
    shutil.copy(ROOT / "requirements" / "npm.sh", tmp_path / "requirements")
    put(tmp_path / "newer-npm", FAKE_NPM.format(version="11.0.0", status=0))
    put(tmp_path / "venv" / "python", FAKE_PYTHON.format(status=0))
    return tmp_path


def put(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def fetch(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own words
        [place / "path" / "sh", "requirements/npm.sh", "venv/python"],
        cwd=place,
        env={"PATH": str(place / "path")},
        capture_output=True,
        text=True,
        check=False,
    )


def asked(place: Path) -> list[str]:
    return (place / "asked").read_text().splitlines()


def test_path_npm_fetches_for_tests_too(place: Path) -> None:
    npm = place / "path" / "npm"
    put(npm, FAKE_NPM.format(version="9.2.0", status=0))

    assert fetch(place).returncode == 0
    assert asked(place) == [f"{npm} ci --include=dev"]


@pytest.mark.parametrize("old", [True, False])
def test_missing_npm_is_set_up(place: Path, *, old: bool) -> None:
    if old:
        put(place / "path" / "npm", FAKE_NPM.format(version="6.14.4", status=9))

    assert fetch(place).returncode == 0
    installed, fetched = asked(place)
    assert installed.endswith("--require-hashes -r requirements/node.txt")
    assert fetched == f"{place}/venv/npm ci --include=dev"


def test_set_up_npm_is_reused(place: Path) -> None:
    shutil.copy(place / "newer-npm", place / "venv" / "npm")

    assert fetch(place).returncode == 0
    assert asked(place) == [f"{place}/venv/npm ci --include=dev"]


def test_failing_npm_told_with_remedy(place: Path) -> None:
    put(place / "path" / "npm", FAKE_NPM.format(version="9.2.0", status=1))

    done = fetch(place)

    assert done.returncode == 1
    for told in (f"npm ci has failed in {place}", "EINTEGRITY", "make setup"):
        assert told in done.stderr


def test_machine_without_npm_told_remedy(
    place: Path,
) -> None:
    put(place / "venv" / "python", FAKE_PYTHON.format(status=1))

    done = fetch(place)

    assert done.returncode == 1
    for told in ("no npm on the PATH", "apt-get install npm", "make setup"):
        assert told in done.stderr


def test_lock_pins_integrity_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")

    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not any("resolved" in each for each in packages.values())
    asked_for = wanted["dependencies"] | wanted["devDependencies"]
    assert all(version[0].isdigit() for version in asked_for.values())


def test_served_files_lie_with_licences() -> None:
    assert missing_files() == []
    for name in SERVED:
        assert list(FOLDER.glob(f"{name.partition('.')[0]}.LICENSE*"))


def test_each_missing_file_named_with_remedy(tmp_path: Path) -> None:
    (tmp_path / "htmx.min.js").touch()

    assert missing_files(tmp_path) == [
        "ivr/web/vendor/twilio.min.js is missing; run: make setup"
    ]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout that was never set up."""
    unwanted = shutil.ignore_patterns("vendor", "__pycache__")
    shutil.copytree(ROOT / "ivr", tmp_path / "ivr", ignore=unwanted)
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "lines", "status"), [("check", "ivr/lines", 0), ("up", "empty", 1)]
)
def test_checkout_without_them_warned_and_goes_on(
    bare: Path, command: str, lines: str, status: int
) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "ivr.cli", command],
        cwd=bare,
        env={
            "PATH": os.defpath,
            "HOTLINE_DATA": str(bare / "var"),
            "HOTLINE_LINES": str(bare / lines),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == status, done.stderr
    assert "warning: ivr/web/vendor/htmx.min.js is missing; run: make" in done.stderr
