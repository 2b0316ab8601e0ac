"""The carrier's voices for each locale.

Source: the carrier's own description of its speaking verb, from which its libraries are
made; facts sheet, section 6. Where the description was not certain we take the shorter
list: a voice that we leave out costs an entry here, a voice that does not exist costs a
caller the words.
"""

from collections.abc import Iterator, Mapping

_CHIRP = "Aoede Charon Fenrir Kore Leda Orus Puck Zephyr"


def _google_voices(locale: str, kinds: Mapping[str, str]) -> Iterator[str]:
    for kind, names in kinds.items():
        yield from (f"Google.{locale}-{kind}-{name}" for name in names.split())


VOICES: Mapping[str, frozenset[str]] = {
    # Ukrainian has no other voices than these two.
    "uk-UA": frozenset(_google_voices("uk-UA", {"Standard": "A", "Wavenet": "A"})),
    "ru-RU": frozenset(
        {
            "Polly.Maxim",
            "Polly.Tatyana",
            *_google_voices(
                "ru-RU",
                {
                    "Standard": "A B C D E",
                    "Wavenet": "A B C D E",
                    "Chirp3-HD": _CHIRP,
                },
            ),
        }
    ),
    "en-GB": frozenset(
        {
            "Polly.Amy",
            "Polly.Amy-Generative",
            "Polly.Amy-Neural",
            "Polly.Arthur-Neural",
            "Polly.Brian",
            "Polly.Brian-Neural",
            "Polly.Emma",
            "Polly.Emma-Neural",
            *_google_voices(
                "en-GB",
                {
                    "Standard": "A B C D F N O",
                    "Wavenet": "A B C D F N O",
                    "Neural2": "A B C D F N O",
                    "Chirp3-HD": _CHIRP,
                },
            ),
        }
    ),
}
"""Locale to voices. To speak another language, add its locale and voices here."""
