"""A live state in which somebody else always saves first."""

from ivr.ports import Change


class OthersFirst:
    """Changes of the live state in which somebody else is always first."""

    tries = 0

    def commit(self, _line: str, _change: Change) -> None:
        """Save nothing."""
        self.tries += 1
