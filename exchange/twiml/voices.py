"""The voices, and the languages that each speaks.

Facts sheet, section 6 (generated from the carrier's own TwiML description): only the
hotline's three languages are known exactly; for others the language named in the voice
has to agree with the language asked for.
"""

import re

_CHIRP = (
    "Achernar Achird Algenib Algieba Alnilam Aoede Autonoe Callirrhoe Charon Despina"
    " Enceladus Erinome Fenrir Gacrux Iapetus Kore Laomedeia Leda Orus Puck"
    " Pulcherrima Rasalgethi Sadachbia Sadaltager Schedar Sulafat Umbriel"
    " Vindemiatrix Zephyr Zubenelgenubi"
)


def _google_voices(language: str, kinds: dict[str, str]) -> set[str]:
    return {
        f"Google.{language}-{kind}-{name}"
        for kind, names in kinds.items()
        for name in names.split()
    }


KNOWN: dict[str, set[str]] = {
    "uk-UA": _google_voices("uk-UA", {"Standard": "A", "Wavenet": "A"}),
    "ru-RU": {"Polly.Maxim", "Polly.Tatyana"}
    | _google_voices(
        "ru-RU",
        {"Standard": "A B C D E", "Wavenet": "A B C D E", "Chirp3-HD": _CHIRP},
    ),
    "en-GB": {
        *("man", "woman", "alice", "Polly.Amy", "Polly.Brian", "Polly.Emma"),
        *("Polly.Amy-Neural", "Polly.Brian-Neural", "Polly.Emma-Neural"),
        *("Polly.Arthur-Neural", "Polly.Amy-Generative"),
    }
    | _google_voices(
        "en-GB",
        {
            "Standard": "A B C D F N O",
            "Wavenet": "A B C D F N O",
            "Neural2": "A B C D F N O",
            "Chirp3-HD": _CHIRP,
        },
    ),
}
_NAMED = re.compile(r"Google\.([a-z]{2,3}-[A-Z]{2})-")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}")


def fault_of(voice: str, language: str) -> str:
    """Return what is wrong with the pair, or an empty string.

    Either may be empty: then the account's own setting decides, which is not known.
    """
    if language and not _LANGUAGE.fullmatch(language):
        return f"language {language!r} is not of the form xx-YY"
    named = _NAMED.match(voice)
    spoken = language or (named[1] if named else "")
    if not voice or not spoken:
        return ""
    return _fault_of_pair(voice, spoken, named[1] if named else spoken)


def _fault_of_pair(voice: str, spoken: str, named: str) -> str:
    if named != spoken:
        return f"voice {voice!r} does not speak {spoken}"
    if spoken in KNOWN and voice not in KNOWN[spoken]:
        return f"voice {voice!r} is not known for {spoken}"
    return ""
