"""The verbs and attributes of TwiML, read off the carrier's own library.

There is no public schema; the library's builder methods are generated from the
carrier's description, so their signatures are the next best thing: a method of a
builder is an allowed child, its parameters are attributes, except those that the
child's constructor names itself (they are its content).
"""

import inspect
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from twilio.twiml import GenericNode, voice_response

_RENAMED = {
    "from_": "from",
    "for_": "for",
    "xml_lang": "xml:lang",
    "interpret_as": "interpret-as",
}
_ELEMENT = re.compile(r"returns: <([\w-]+)> element")
_NO_VERBS = {"add_child", "append", "nest", "to_xml", "xml"}

# Verbs that the exchange acts out; it refuses the library's other verbs by name.
ACTED = frozenset(
    {
        *("Say", "Play", "Pause", "Gather", "Record", "Redirect", "Hangup"),
        *("Reject", "Enqueue", "Leave", "Dial"),
    }
)
NOUNS = frozenset({"Number", "Conference", "Queue", "Client", "Sip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element's allowed attributes, and the builder that knows its children."""

    attributes: frozenset[str] = frozenset()
    builder: Any = GenericNode

    @property
    def children(self) -> dict[str, "Element"]:
        """Return the allowed children by name."""
        return _children_of(self.builder)


@cache
def response_grammar() -> Element:
    """Return the grammar below `<Response>`."""
    return Element(builder=voice_response.VoiceResponse)


@cache
def _children_of(builder: Any) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for name, method in inspect.getmembers(builder, inspect.isfunction):
        element = _ELEMENT.search(method.__doc__ or "")
        if name.startswith("_") or name in _NO_VERBS or not element:
            continue
        child = _class_of(element[1])
        known = Element(attributes=_attributes_of(method, child), builder=child)
        found[_tag_name(element[1], child)] = known
    return found


def _tag_name(documented: str, child: Any) -> str:
    # The library documents `<Break>` but writes `<break>`, as SSML has it.
    is_ssml = child.__name__.startswith("Ssml")
    return documented.lower() if is_ssml else documented


def _class_of(element: str) -> Any:
    for name, member in inspect.getmembers(voice_response, inspect.isclass):
        if name.removeprefix("Ssml").lower() == element.replace("-", "").lower():
            return member
    return GenericNode


def _attributes_of(method: Any, child: Any) -> frozenset[str]:
    own = inspect.signature(method).parameters
    content = inspect.signature(child.__init__).parameters
    return frozenset(
        _camel_case(name)
        for name, parameter in own.items()
        if name != "self" and name not in content and parameter.kind.name[:3] != "VAR"
    )


def _camel_case(name: str) -> str:
    if name in _RENAMED:
        return _RENAMED[name]
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
