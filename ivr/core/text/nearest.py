"""The nearest right word for a wrong one, so that a fault brings its remedy."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 100
"""The most characters of a word that we compare: longer ones take too much time."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean "…"?`` with the nearest known word; all of them if none is."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1) if len(word) <= LONGEST else []
    if near:
        return f'did you mean "{near[0]}"?'
    return f"there is: {', '.join(choices)}" if choices else "there is none"
