"""A document of the carrier's verbs, written as text.

The library's own builder makes each verb twice, as an object and as an XML tree:
that took more of an answer's time than the signature, the state and the words.
What is written here is held against the library's grammar by the exchange.
"""

from functools import lru_cache

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ATTRIBUTES = _IN_TEXT | str.maketrans(
    {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#09;"}
)

Value = str | int | bool


class Verb:
    """A verb with what is nested in it; each method adds one and gives it back.

    Attributes are named as the library names them: ``num_digits`` is written as
    ``numDigits``, and they are sorted.
    """

    __slots__ = ("_attributes", "_inside", "_name", "_text")

    def __init__(self, name: str, text: str, attributes: dict[str, Value]) -> None:
        self._name = name
        self._text = text
        self._attributes = attributes
        self._inside: list[Verb | str] = []

    def say(self, text: str, **attributes: Value) -> "Verb":
        """Speak a text."""
        return self._add_nested("Say", text, attributes)

    def play(self, url: str, **attributes: Value) -> "Verb":
        """Play a recording."""
        return self._add_nested("Play", url, attributes)

    def pause(self, **attributes: Value) -> "Verb":
        """Be silent."""
        return self._add_nested("Pause", "", attributes)

    def gather(self, **attributes: Value) -> "Verb":
        """Wait for keys while what is nested is spoken."""
        return self._add_nested("Gather", "", attributes)

    def redirect(self, url: str, **attributes: Value) -> "Verb":
        """Go on with another document."""
        return self._add_nested("Redirect", url, attributes)

    def enqueue(self, name: str, **attributes: Value) -> "Verb":
        """Hold the call in a queue."""
        return self._add_nested("Enqueue", name, attributes)

    def leave(self) -> "Verb":
        """Come out of the queue."""
        return self._add_nested("Leave", "", {})

    def record(self, **attributes: Value) -> "Verb":
        """Take down what is said."""
        return self._add_nested("Record", "", attributes)

    def dial(self, number: str = "", **attributes: Value) -> "Verb":
        """Connect with a number, or with what is nested."""
        return self._add_nested("Dial", number, attributes)

    def conference(self, name: str, **attributes: Value) -> "Verb":
        """Enter a room; inside a Dial."""
        return self._add_nested("Conference", name, attributes)

    def hangup(self) -> "Verb":
        """End the call."""
        return self._add_nested("Hangup", "", {})

    def insert_written(self, xml: str) -> None:
        """Add verbs that have been written already."""
        self._inside.append(xml)

    @property
    def nested(self) -> str:
        """The verbs in it as XML."""
        return "".join(map(str, self._inside))

    def __str__(self) -> str:
        """The verb as XML."""
        words = [
            _write_attribute(name, value)
            for name, value in sorted(self._attributes.items())
        ]
        opening = f"<{self._name}{''.join(words)}"
        if not self._text and not self._inside:
            return f"{opening} />"
        inside = self._text.translate(_IN_TEXT) + self.nested
        return f"{opening}>{inside}</{self._name}>"

    def _add_nested(self, name: str, text: str, attributes: dict[str, Value]) -> "Verb":
        verb = Verb(name, text, attributes)
        self._inside.append(verb)
        return verb


class Document(Verb):
    """A whole answer."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("Response", "", {})

    def __str__(self) -> str:
        """The answer as XML."""
        return DECLARATION + super().__str__()


# Most attributes are the same in each document; those with a token are not, and
# push one another out. Typed, for yes is not 1.
@lru_cache(maxsize=256, typed=True)
def _write_attribute(name: str, value: Value) -> str:
    first, *others = name.split("_")
    written = first + "".join(map(str.capitalize, others))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f' {written}="{text.translate(_IN_ATTRIBUTES)}"'
