"""What is installed elsewhere: the service without the exchange, and the exchange."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

import pytest

from ivr.cli.exchange_program import load_exchange
from ivr.core.model.errors import Faults
from ivr.web.desk.render.vendor import SERVED

ROOT = Path(__file__).parents[2]
WITHOUT = "import sys; sys.modules['exchange'] = None; from ivr.cli import main; main()"
"""The command, where no exchange can be imported."""


@pytest.fixture(scope="module")
def build(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Path], ZipFile]]:
    """Makes the wheel of a copy of a project."""
    with ExitStack() as stack:

        def made(source: Path) -> ZipFile:
            there = tmp_path_factory.mktemp("wheel")
            words = ("-m", "pip", "-q", "wheel", "--no-deps", "--no-build-isolation")
            built = subprocess.run(  # noqa: S603 - our own words
                [sys.executable, *words, ".", "-w", str(there)],
                cwd=source,
                capture_output=True,
                text=True,
                check=False,
            )
            assert built.returncode == 0, built.stderr
            (wheel,) = there.glob("*.whl")
            return stack.enter_context(ZipFile(wheel))

        yield made


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path], ZipFile]
) -> ZipFile:
    source = tmp_path_factory.mktemp("service")
    for folder in ("ivr", "workers", "exchange"):
        shutil.copytree(ROOT / folder, source / folder)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    return build(source)


@pytest.fixture(scope="module")
def exchange(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path], ZipFile]
) -> ZipFile:
    source = tmp_path_factory.mktemp("exchange") / "exchange"
    unwanted = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "exchange", source, ignore=unwanted)
    return build(source)


def about(wheel: ZipFile) -> str:
    (name,) = [each for each in wheel.namelist() if each.endswith("/METADATA")]
    return wheel.read(name).decode()


def files_of(*folders: str) -> set[str]:
    """What stands in folders of the source, but for what is compiled or hidden."""
    paths = [path for each in folders for path in (ROOT / each).rglob("[!.]*.*")]
    return {str(path.relative_to(ROOT)) for path in paths if path.suffix != ".pyc"}


def test_service_carries_what_pages_need(service: ZipFile) -> None:
    shown = ("web/vendor", "web/templates", "web/static", "web/words", "lines")
    wanted = files_of(*(f"ivr/{name}" for name in shown))

    assert {f"ivr/web/vendor/{name}" for name in SERVED} <= wanted
    assert wanted <= set(service.namelist())


def test_service_carries_types_and_licence(service: ZipFile) -> None:
    inside = service.namelist()
    (licence,) = [name for name in inside if name.endswith("/LICENSE")]

    assert {"ivr/py.typed", "workers/py.typed"} <= set(inside)
    assert "License-Expression: Apache-2.0" in about(service)
    assert "SPDX-License-Identifier: Apache-2.0" in service.read(licence).decode()


def test_service_has_no_exchange_but_as_extra(service: ZipFile) -> None:
    tops = {name.partition("/")[0] for name in service.namelist()}
    packages = {top for top in tops if not top.endswith(".dist-info")}
    extras = [each for each in about(service).splitlines() if "exchange" in each]

    assert packages == {"ivr", "workers"}
    assert "Provides-Extra: exchange" in extras
    assert 'Requires-Dist: hotline-exchange==0.1.0; extra == "exchange"' in extras


def test_exchange_carries_all_rooms(exchange: ZipFile) -> None:
    wanted = {
        name
        for name in files_of("exchange")
        if name.endswith((".py", ".js", ".typed")) and "/build/" not in name
    }

    assert {"exchange/__main__.py", "exchange/static/sdk/device.js"} <= wanted
    assert wanted <= set(exchange.namelist())
    assert "License-Expression: Apache-2.0" in about(exchange)


def test_both_have_one_version() -> None:
    files = (ROOT / "pyproject.toml", ROOT / "exchange" / "pyproject.toml")
    service, exchange = (
        tomllib.loads(file.read_text(encoding="utf-8"))["project"] for file in files
    )

    assert service["version"] == exchange["version"]
    assert service["optional-dependencies"]["exchange"] == [
        f"{exchange['name']} == {exchange['version']}"
    ]


def without_exchange(tmp_path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", WITHOUT, *words],
        env={"PATH": os.defpath, "HOTLINE_DATA": str(tmp_path / "var")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", [("up", "--with-exchange"), ("demo",)])
def test_whoever_asks_for_it_is_told_remedy(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    asked = without_exchange(tmp_path, *words)

    assert asked.returncode == 1
    assert "the exchange is not installed" in asked.stderr
    assert "make setup, or: pip install ./exchange" in asked.stderr


def test_commands_need_no_exchange(tmp_path: Path) -> None:
    checked = without_exchange(tmp_path, "check")

    assert checked.returncode == 0, checked.stderr


def test_module_of_name_is_not_enough() -> None:
    with pytest.raises(Faults, match=r"pip install \./exchange"):
        load_exchange("json.hosts.server")
