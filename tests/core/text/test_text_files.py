"""Files come from whatever editor somebody has."""

import codecs

import pytest

from ivr.core.model.errors import Faults
from ivr.core.text.text_files import read_text

WORDS = 'title = "Гаряча лінія"\nzone = "Europe/Kyiv"\n'


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_text_read_with_and_without_mark(mark: bytes) -> None:
    assert read_text(mark + WORDS.encode(), "line.toml") == WORDS


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
@pytest.mark.parametrize("words", [WORDS, "Гаряча лінія: Київ"])
def test_other_encoding_named_with_remedy(encoding: str, words: str) -> None:
    with pytest.raises(Faults, match=r"line\.toml: not UTF-8: it is UTF-(16|32)") as no:
        read_text(words.encode(encoding), "line.toml")

    assert 'save it as "UTF-8"' in str(no.value)


def test_byte_of_another_alphabet_found() -> None:
    content = b"# one\n" + codecs.BOM_UTF8 + "Гаряча".encode("cp1251")

    with pytest.raises(Faults, match="line 2 has the byte 0xc3; save it as"):
        read_text(content, "line.toml")
