"""A process may die between any two steps: before or after each effect on others."""

from collections.abc import Callable
from typing import Any

Effect = Callable[[str], None]

EFFECTS = frozenset(
    {
        "commit",
        "wake",
        "ack_routing",
        "drop",
        "ring",
        "send_to_room",
        "send_back",
        "move_to_explanation",
        "end",
    }
)
"""What changes something outside the process."""


class Breaking:
    """Something outside, with a word before and after each effect on it.

    ``before`` or ``after`` may raise, or end the process: then it died there.
    """

    def __init__(self, inner: Any, before: Effect, after: Effect) -> None:
        self._inner, self._before, self._after = inner, before, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in EFFECTS:
            return found

        def effect(*args: Any) -> Any:
            self._before(name)
            result = found(*args)
            self._after(name)
            return result

        return effect
