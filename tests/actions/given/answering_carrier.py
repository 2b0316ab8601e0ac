"""A carrier that answers every request in one way."""

from collections.abc import Callable
from typing import Any


class Carrier:
    """A carrier that does everything, or fails at everything."""

    def __init__(self, answer: object = None) -> None:
        """Fail with the answer if it is an error."""
        self.answer = answer

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def answer(*_args: object) -> object:
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return answer
