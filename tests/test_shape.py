"""The shape of the code gets no worse: bounds that are only ever lowered.

``python -m tests.shape`` prints the figures. Where one has become better, its bound
follows; what it is to become stands beside it.
"""

from collections import Counter

import pytest

from tests import shape

MOST = {
    "functions with a name of one word, %": 16.5,
    "words in the name of a test": 5.4,  # 6
    "modules in one folder": 16,
    "fields of the widest value": 16,  # 16
    "methods of the widest port": 10,  # 12
    "methods of the widest adapter": 12,  # 12
    "modules that ask a whole store or carrier": 0,
    "decisions in closures": 0,
    "looks into instructions": 0,
    "imports from test to test": 0,
    "lines of README": 150,
}
LEAST = {"words in the name of a function": 1.96}

RETIRED_LEFT = Counter(
    apart=1,
    promise=1,
    told=1,
)
"""Names that have a word of which the glossary gives the standard term."""


@pytest.mark.parametrize("what", MOST)
def test_figure_gets_no_worse(what: str) -> None:
    assert shape.MEASURES[what]() <= MOST[what]


@pytest.mark.parametrize("what", LEAST)
def test_names_get_no_shorter(what: str) -> None:
    assert round(shape.MEASURES[what](), 2) >= LEAST[what]


def test_no_new_name_has_retired_word() -> None:
    assert shape.retired_words() - RETIRED_LEFT == Counter()


def test_each_class_name_has_one_meaning() -> None:
    assert shape.class_names_twice() == {}


def test_each_verb_of_scenarios_explained() -> None:
    assert shape.verbs_without_a_word() == []


def test_every_retired_word_told_apart_from_parts() -> None:
    assert shape.words_of("LegSlotTaken") == ["leg", "slot", "taken"]
    assert shape.words_of("of_HTTPServer_2") == ["of", "http", "server", "2"]
    assert "told" not in shape.words_of("untold_story")
