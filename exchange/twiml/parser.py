"""Reads a TwiML answer: what is fatal, what is merely wrong, and the verbs in it.

Fatal faults and their numbers are the carrier's (facts sheet, section 3): 11200
retrieval, 11750 too large, 12100 not parsable, 12300 content type. What the carrier
only warns of (12200) is collected as faults, so that nothing wrong goes unnoticed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.etree.ElementTree import (
    Element as Node,
)
from xml.etree.ElementTree import ParseError, XMLParser

from exchange.kernel.http_types import WebhookAnswer
from exchange.kernel.signals import DocumentFailed
from exchange.twiml import attributes, grammar, voices

LARGEST = 64 * 1024
RETRIEVAL, TIMED_OUT, REDIRECTS, TOO_LARGE = 11200, 11205, 11215, 11750
UNPARSABLE, CONTENT_TYPE, INVALID = 12100, 12300, 12200
BAD_VOICE = 13511
_MARKUP = {"text/xml", "application/xml", "text/html"}
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb or noun with its attributes, its text and what is nested in it."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, or the default when it is absent."""
        return self.attributes.get(name, default)

    def number(self, name: str, default: float) -> float:
        """Return an attribute as a number; nonsense counts as absent."""
        value = self.attributes.get(name, "")
        return float(value) if value.isdigit() else default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a true/false attribute; nonsense counts as absent."""
        return {"true": True, "false": False}.get(self.get(name), default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed document and where it came from; `url` is empty for inline TwiML."""

    url: str
    method: str
    verbs: tuple[Verb, ...]
    faults: tuple[str, ...] = ()
    source: str = ""

    def resolve(self, url: str) -> str:
        """Return an address in this document as an absolute one."""
        return urljoin(self.url, url.strip())


def read_answer(answer: WebhookAnswer, url: str, method: str) -> Document:
    """Return the document in an HTTP answer; raises DocumentFailed when fatal."""
    if answer.status not in _SUCCESS:
        raise DocumentFailed(RETRIEVAL, url, f"answered {answer.status}")
    if len(answer.body) > LARGEST:
        raise DocumentFailed(TOO_LARGE, url, f"{len(answer.body)} bytes")
    kind = answer.header("content-type").split(";")[0].strip().lower()
    if kind.startswith("audio/"):
        played = (Verb(name="Play", text=url), Verb(name="Hangup"))
        return Document(url=url, method=method, verbs=played)
    if kind == "text/plain":
        return _read_text(answer.body, url, method)
    if kind not in _MARKUP:
        raise DocumentFailed(CONTENT_TYPE, url, f"content type {kind!r}")
    return parse_twiml(answer.body, url, method)


def parse_twiml(body: bytes, url: str = "", method: str = "POST") -> Document:
    """Return the document in `body`; raises DocumentFailed when it is no TwiML."""
    root = _parse_root(body, url)
    faults: list[str] = []
    allowed = grammar.response_grammar()
    verbs = tuple(_parse_verb(node, allowed, "Response", faults) for node in root)
    if root.attrib:
        faults.append("Response takes no attributes")
    source = body.decode(errors="replace")
    kept = tuple(verb for verb in verbs if verb.name in grammar.ACTED)
    return Document(
        url=url, method=method, verbs=kept, faults=tuple(faults), source=source
    )


def _read_text(body: bytes, url: str, method: str) -> Document:
    try:
        return parse_twiml(body, url, method)
    except DocumentFailed:
        said = Verb(name="Say", text=body.decode(errors="replace"))
        verbs = (said, Verb(name="Hangup"))
        return Document(url=url, method=method, verbs=verbs)


def _parse_root(body: bytes, url: str) -> Node:
    if not body.startswith(b"<"):
        raise DocumentFailed(UNPARSABLE, url, "something stands before the markup")
    if b"<!DOCTYPE" in body:
        raise DocumentFailed(UNPARSABLE, url, "a document type is declared")
    parser = XMLParser()  # noqa: S314 - at most 64 kB, without entities
    try:
        parser.feed(body)
        root: Node = parser.close()
    except ParseError as fault:
        raise DocumentFailed(UNPARSABLE, url, str(fault)) from fault
    if root.tag != "Response":
        raise DocumentFailed(UNPARSABLE, url, f"the root is <{root.tag}>")
    return root


def _parse_verb(
    node: Node, allowed: grammar.Element, parent: str, faults: list[str]
) -> Verb:
    known = allowed.children.get(node.tag)
    if known is None or _is_unacted(node.tag, parent):
        faults.append(f"<{node.tag}> is not allowed in <{parent}>, or not acted out")
        return Verb(name=node.tag)
    faults.extend(_faults_of(node, known))
    is_text = node.tag == "Say"
    inner = [_parse_verb(child, known, node.tag, faults) for child in node]
    text = "".join(node.itertext()) if is_text else (node.text or "")
    return Verb(
        name=node.tag,
        text=text.strip(),
        attributes=dict(node.attrib),
        children=() if is_text else tuple(inner),
    )


def _is_unacted(tag: str, parent: str) -> bool:
    if parent == "Response":
        return tag not in grammar.ACTED
    return parent == "Dial" and tag not in grammar.NOUNS


def _faults_of(node: Node, known: grammar.Element) -> Iterator[str]:
    for name, value in node.attrib.items():
        if name not in known.attributes:
            yield f"<{node.tag}> has no attribute {name!r}"
        elif not attributes.is_allowed(node.tag, name, value):
            yield f"<{node.tag} {name}> does not take {value!r}"
    yield from filter(None, _further_faults(node))


def _further_faults(node: Node) -> Iterator[str]:
    text = "".join(node.itertext()).strip()
    if node.tag in _WANT_TEXT and not text:
        yield f"<{node.tag}> is empty"
    rule = _RULES.get(node.tag)
    if rule is not None:
        yield rule(node, text)


def _fault_of_say(node: Node, _text: str) -> str:
    fault = voices.fault_of(node.get("voice", ""), node.get("language", ""))
    return f"{BAD_VOICE} {fault}" if fault else ""


def _fault_of_gather(node: Node, _text: str) -> str:
    if node.get("speechModel") and not node.get("speechTimeout", "1").isdigit():
        return "<Gather speechModel> wants a speechTimeout in seconds"
    return ""


def _fault_of_enqueue(_node: Node, text: str) -> str:
    too_long = len(text) > _LONGEST_NAME
    return "the name of a queue is at most 64 characters" if too_long else ""


def _fault_of_play(node: Node, text: str) -> str:
    empty = not text and not node.get("digits")
    return "<Play> has neither an address nor digits" if empty else ""


def _fault_of_dial(node: Node, _text: str) -> str:
    too_many = len(node.findall("Number")) > _MOST_NUMBERS
    return "<Dial> takes at most ten <Number>s" if too_many else ""


_LONGEST_NAME = 64
_MOST_NUMBERS = 10
_WANT_TEXT = {"Say", "Number", "Conference", "Queue", "Client", "Sip"}
_RULES: Mapping[str, Callable[[Node, str], str]] = {
    "Say": _fault_of_say,
    "Gather": _fault_of_gather,
    "Enqueue": _fault_of_enqueue,
    "Play": _fault_of_play,
    "Dial": _fault_of_dial,
}
