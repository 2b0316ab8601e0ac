"""A line built by hand, and a caller who walks through it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ivr.core.dialogue.flow import Answer, Pressed, Silence, Step, advance, start_call
from ivr.core.dialogue.instructions import Gather, Say
from ivr.core.dialogue.spoken import present_stage
from ivr.core.line.menu import (
    Choice,
    Fallback,
    Goodbye,
    Language,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Parts,
    Queue,
    Topic,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
CHOICES = (
    Choice(key="1", prompt="topic.myself", topic="myself", to="place"),
    Choice(key="2", prompt="topic.relative", topic="relative", to="place"),
    Choice(key="3", prompt="topic.how", topic="how", to="how"),
    Choice(key="4", prompt="topic.bye", to="bye"),
)
NODES = (
    LanguageMenu(key="first", greeting="greeting", prompt="choose", to="topic"),
    Menu(key="topic", prompt="topic.ask", choices=CHOICES),
    Parts(key="how", parts=("how.1", "how.2"), controls="how.keys", to="place"),
    LocationStep(key="place", to="waiting"),
    Goodbye(key="bye", prompt="bye"),
    Queue(key="waiting"),
)
LINE = Line(
    key=LineKey("harbour"),
    title="Harbour",
    numbers=("+12025550123",),
    zone="UTC",
    languages={
        code: Language(code=code, key=key, locale=f"{code}-XX", voice=code)
        for code, key in (("uk", "1"), ("ru", "2"), ("en", "3"))
    },
    topics={
        "myself": Topic(key="myself", urgency="urgent"),
        "relative": Topic(key="relative", urgency="family"),
        "how": Topic(key="how", urgency="information"),
    },
    start="first",
    nodes={node.key: node for node in NODES},
    fallback=Fallback(topic="myself", language="uk"),
    queue="waiting",
)
LINKED = replace(
    LINE, phones=replace(LINE.phones, links_from="+12025550123"), location_page=True
)
FRESH = Contact(
    id=ContactId("call-1"),
    line=LINE.key,
    caller=Caller("+12025550123", is_reachable=True),
    started=NOW,
)

QUIET = ""
"""No key at all, in the lists of keys below."""

TOPIC, PLACE, TYPING = ["3"], ["3", "1"], ["3", "1", "2"]
PARTS, READ_BACK = ["3", "3"], ["3", "1", "2", "057"]
QUEUED = ["3", "1", "3"]


def who(*, reachable: bool) -> Contact:
    """A call whose caller may be called back, or not."""
    return replace(FRESH, caller=replace(FRESH.caller, is_reachable=reachable))


def begun(line: Line = LINE, call: Contact = FRESH) -> Contact:
    return start_call(line, call, is_open=True).call


def after(
    keys: Sequence[str], line: Line = LINE, call: Contact | None = None
) -> Contact:
    """The call after these answers."""
    return steps(keys, line, call)[-1].call if keys else call or begun(line)


def steps(
    keys: Sequence[str], line: Line = LINE, call: Contact | None = None
) -> list[Step]:
    """Where each answer led."""
    found = [Step(call=call or begun(line))]
    for key in keys:
        found.append(advance(line, found[-1].call, answer(key), NOW))
    return found[1:]


def answer(key: str) -> Answer:
    return Pressed(key) if key else Silence()


def facts(keys: Sequence[str], line: Line = LINE) -> list[Fact]:
    return [fact for step in steps(keys, line) for fact in step.facts]


def says(call: Contact, line: Line = LINE) -> list[Say]:
    found: list[Say] = []
    for instruction in present_stage(line, call):
        match instruction:
            case Say():
                found.append(instruction)
            case Gather(prompts=prompts):
                found.extend(prompts)
    return found


def prompts(call: Contact, line: Line = LINE) -> list[str]:
    return [say.prompt for say in says(call, line)]


def gather(call: Contact, line: Line = LINE) -> Gather:
    (asked,) = present_stage(line, call)
    assert isinstance(asked, Gather)
    return asked


_QUEUED = after(QUEUED)
TALKED = replace(
    _QUEUED,
    stage=Stage.AFTER,
    talk=replace(_QUEUED.talk, answered=True),
    menu=_QUEUED.menu.reset_tries(),
)
"""The operator has left, and the caller is still there."""

GONE = after([QUIET, QUIET], call=TALKED)
"""The same caller, who was asked twice and hears the goodbye."""
