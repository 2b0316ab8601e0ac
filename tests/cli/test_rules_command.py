"""``hotline rules check`` and ``publish``: what is refused, and what stays."""

import codecs
from pathlib import Path

import pytest
from click.testing import CliRunner

import ivr
from ivr.cli.commands.rules import rules_group
from ivr.core.model.errors import Faults

SHIPPED = Path(ivr.__file__).parent / "lines" / "example" / "rules.toml"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data that is not there: nothing may be opened to refuse."""
    folder = tmp_path / "data"
    monkeypatch.setenv("HOTLINE_DATA", str(folder))
    monkeypatch.delenv("HOTLINE_LINES", raising=False)
    return folder


def faults_of(*words: str) -> tuple[str, ...]:
    error = CliRunner().invoke(rules_group, words).exception
    assert isinstance(error, Faults), error
    return error.faults


@pytest.mark.parametrize(
    "named", [(), (str(SHIPPED),), (str(SHIPPED), "--line", "example")]
)
def test_shipped_rules_are_sound(named: tuple[str, ...]) -> None:
    done = CliRunner().invoke(rules_group, ["check", *named])

    assert (done.output, done.exit_code) == ("The rule set is sound.\n", 0)


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_every_rules_fault_told_with_line(
    verb: str, tmp_path: Path, data: Path
) -> None:
    text = SHIPPED.read_text("utf-8")
    for old, new in (
        ("[class.family]", "[class.spare]\nweight = 1.0\n[class.family]"),
        ('from = "18:00"', 'from = "03:30"'),
        ("second_language_after = 60", "second_language_after = 60\nlanguages.xx = 5"),
    ):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "draft.toml"
    file.write_text(text, "utf-8")

    told = faults_of(verb, str(file))

    keys = ["class.spare", "relax.languages.xx", "hours[1].from"]
    assert [fault.split(": ")[1] for fault in told] == keys
    for fault, name in zip(told, ("spare", "xx", "03:30"), strict=True):
        origin, line, *_ = fault.split(":")
        assert origin == "draft.toml"
        assert name in text.splitlines()[int(line) - 1]
    assert not data.exists()


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_bytes(codecs.BOM_UTF8 + SHIPPED.read_bytes())

    done = CliRunner().invoke(rules_group, ["check", str(file)])

    assert (done.output, done.exit_code) == ("The rule set is sound.\n", 0)


def test_draft_in_another_encoding_told_so(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_bytes(SHIPPED.read_text("utf-8").encode("utf-16"))

    (fault,) = faults_of("check", str(file))

    assert fault.startswith("draft.toml: not UTF-8: it is UTF-16; save it as")


def test_zone_of_draft_unlike_lines_noticed(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    text = SHIPPED.read_text("utf-8").replace("Europe/Kyiv", "Europe/London")
    file.write_text(text, "utf-8")

    done = CliRunner().invoke(rules_group, ["check", str(file)])

    assert done.exit_code == 0
    assert "warning: draft.toml:" in done.stderr
    assert 'write zone = "Europe/Kyiv" unless that is meant' in done.stderr
