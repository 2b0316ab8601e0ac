"""What ``make mutants`` is told, and how it reads what the tool answers."""

from io import StringIO
from pathlib import Path

import pytest

from ivr.core.model.values import replace
from tests.mutants.measuring import (
    ROOT,
    Change,
    Equivalent,
    find_modules,
    follow,
    format_scores,
    is_enough,
    leave_out_equivalents,
    rate,
    read_change,
    read_equivalents,
    read_settings,
)

PATTERNS = read_settings("mutmut")["only_mutate"]
SOURCE = '''
"""A module."""

LIMIT = 2


class Desk:
    """A class."""

    def is_free(self, seconds: int) -> bool:
        """Whether it is free."""
        return seconds < LIMIT


def is_late(seconds: int) -> bool:
    return seconds > LIMIT
'''
SHOWN_IN_CLASS = """\
# ivr.core.desk.xǁDeskǁis_free__mutmut_1: survived
--- ivr/core/desk.py
+++ ivr/core/desk.py
@@ -1,3 +1,3 @@
 def is_free(self, seconds: int) -> bool:
     \"\"\"Whether it is free.\"\"\"
-    return seconds < LIMIT
+    return seconds <= LIMIT
"""
SHOWN = """\
# ivr.core.desk.x_is_late__mutmut_1: survived
--- ivr/core/desk.py
+++ ivr/core/desk.py
@@ -1,2 +1,2 @@
 def is_late(seconds: int) -> bool:
-    return seconds > LIMIT
+    return seconds >= LIMIT
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one module."""
    path = tmp_path / "ivr" / "core" / "desk.py"
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_mutated_module_exists(pattern: str) -> None:
    assert find_modules(pattern)


@pytest.mark.parametrize("same", read_equivalents(), ids=lambda each: each.was)
def test_equivalent_stands_in_code(same: Equivalent) -> None:
    lines = (ROOT / same.path).read_text(encoding="utf-8").splitlines()

    assert same.was in (line.strip() for line in lines)
    assert same.because


def test_change_names_file_and_line(root: Path) -> None:
    change = read_change("ivr.core.desk.x_is_late__mutmut_1", SHOWN, root)

    assert change == Change(
        "ivr/core/desk.py", 16, "return seconds > LIMIT", "return seconds >= LIMIT"
    )


def test_change_in_class_names_line(root: Path) -> None:
    name = "ivr.core.desk.xǁDeskǁis_free__mutmut_1"

    assert read_change(name, SHOWN_IN_CLASS, root).line == 12


def test_other_name_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="in another way now"):
        read_change("ivr.core.desk.is_late_1", SHOWN, root)


def test_equivalent_names_change_alone() -> None:
    same = Equivalent("ivr/a.py", "x < 1", "x <= 1", because="x is never 1")

    assert same.names(Change("ivr/a.py", 7, "x < 1", "x <= 1"))
    assert not same.names(Change("ivr/a.py", 7, "x < 1", "x < 2"))
    assert not same.names(Change("ivr/b.py", 7, "x < 1", "x <= 1"))


def test_unseen_change_is_no_survivor() -> None:
    same = read_equivalents()[0]
    unseen = Change(same.path, 7, same.was, same.becomes)
    lived = {"x_f__mutmut_1": unseen, "x_f__mutmut_2": replace(unseen, becomes="pass")}

    assert leave_out_equivalents(lived) == {"x_f__mutmut_2": lived["x_f__mutmut_2"]}


def test_score_told_for_each_room() -> None:
    names = [f"ivr.core.talk.ends.x_f__mutmut_{each}" for each in range(4)]
    names.append("ivr.core.talk.table.x_g__mutmut_1")

    scores = [line.split() for line in format_scores(names, names[:1])]

    assert scores == [
        ["ivr.core.talk.ends", "3", "of", "4", "75.0", "%"],
        ["ivr.core.talk.table", "1", "of", "1", "100.0", "%"],
        ["ivr.core.talk", "4", "of", "5", "80.0", "%"],
        ["all", "4", "of", "5", "80.0", "%"],
    ]


def test_progress_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    log = StringIO()
    output = [f"{tried}/200 tried\n" for tried in range(21)]

    follow(["collecting\n", *output], log)

    assert capsys.readouterr().out.splitlines() == [
        "0 of 200 tried",
        "10 of 200 tried",
        "20 of 200 tried",
    ]
    assert log.getvalue().startswith("collecting\n0/200 tried\n")


def test_each_room_needs_enough() -> None:
    talk = [f"ivr.core.talk.ends.x_f__mutmut_{each}" for each in range(100)]
    queue = [f"ivr.core.queue.routing.x_f__mutmut_{each}" for each in range(100)]

    assert is_enough([*talk, *queue], talk[:5])
    assert not is_enough([*talk, *queue], queue[:6])


def test_nothing_tried_is_not_enough() -> None:
    assert not is_enough([], [])


def test_files_left_out_exist() -> None:
    options = read_settings("mutmut")["pytest_add_cli_args"]
    paths = [each.partition("=")[2] for each in options if each.startswith("--ignore=")]

    assert paths
    assert [each for each in paths if not (ROOT / each).is_file()] == []


def test_no_mutant_is_no_success() -> None:
    assert rate(0, 0) == 0
