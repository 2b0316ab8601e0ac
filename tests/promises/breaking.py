"""A process may die between any two steps: before or after each effect on others."""

from collections.abc import Callable
from typing import Any

from ivr.ports import Store

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


def breaking_store(store: Store, before: Effect, after: Effect) -> Store:
    """A store of which each part is outside."""
    parts = {name: getattr(store, name) for name in Store.__struct_fields__}
    broken: dict[str, Any] = {
        name: Breaking(part, before, after) for name, part in parts.items()
    }
    return Store(**broken)
