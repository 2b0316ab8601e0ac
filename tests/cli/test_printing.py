"""Rows for programs, spreadsheets and people."""

import csv
import io
import json

import pytest

from ivr.cli.printing import print_csv, print_json, print_table

ROW = {"name": "=HYPERLINK()", "at": "2026-01-05T17:00:01+00:00", "wait_seconds": 1.5}


def test_json_is_one_array(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([ROW])

    assert json.loads(capsys.readouterr().out) == [ROW]


def test_spreadsheet_given_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    print_csv([ROW], ["name", "at", "missing"])

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows == [{"name": "'=HYPERLINK()", "at": ROW["at"], "missing": ""}]


@pytest.mark.parametrize(
    "name",
    [
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "+1+1",
        "@SUM(1)",
        " =1",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1",
        "+",
        ["-x", "y"],
    ],
)
def test_whatever_spreadsheet_would_compute_is_quoted(
    capsys: pytest.CaptureFixture[str], name: str | list[str]
) -> None:
    print_csv([{"name": name}], ["name"])

    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    assert row["name"].startswith("'")


def test_numbers_stay_numbers_for_spreadsheet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = ["+12025550101", "-5", "-1.5", "+3", "12", "x-1", "CA80"]

    print_csv([{"name": each} for each in plain], ["name"])

    rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert [row["name"] for row in rows] == plain


def test_table_shows_name_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Rows", [{"name": "+anna"}], ["name"])

    assert " +anna" in capsys.readouterr().out


def test_table_shows_short_times(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Rows", [ROW], ["at", "wait_seconds"])

    shown = capsys.readouterr().out
    assert "01-05 17:00" in shown
    assert "seconds" not in shown


def test_table_takes_no_text_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Rows", [{"name": "[/] [red]olha[/red] :fire:"}], ["name"])

    assert "[/] [red]olha[/red] :fire:" in capsys.readouterr().out
