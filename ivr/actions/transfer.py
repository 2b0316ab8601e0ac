"""An operator hands a caller over without staying: back to the queue, for others.

The caller keeps the place that the first arrival gave, and the operator's time to
breathe begins. Asked for in vain, nothing has changed: they talk on.
"""

from ivr.actions.inviting import hosted
from ivr.actions.talk import send_on
from ivr.core.call import LineKey, OperatorId
from ivr.core.claim import Going, Way
from ivr.core.errors import Invalid, Stale
from ivr.ports import Ports


def to_queue(
    ports: Ports,
    line: LineKey,
    operator: OperatorId,
    *,
    topic: str | None = None,
    language: str | None = None,
) -> None:
    """Hand the caller to whoever is next, perhaps with another topic or language."""
    hotline = ports.content.lines()[line]
    if topic is not None and topic not in hotline.topics:
        raise Invalid(f"topic: {line} has no topic {topic!r}")
    if language is not None and language not in hotline.languages:
        raise Invalid(f"language: {line} does not speak {language!r}")
    going = Going(way=Way.QUEUE, topic=topic, language=language)
    send_on(ports, hosted(ports, line, operator), going)


def to_operator(
    ports: Ports, line: LineKey, operator: OperatorId, *, to: OperatorId
) -> None:
    """Hand the caller to one operator, if free now or in a moment; else to anybody."""
    claim = hosted(ports, line, operator)
    if to == operator or ports.store.operator(line, to) is None:
        raise Stale("not-now")
    send_on(ports, claim, Going(way=Way.OPERATOR, to=to))


def to_team(ports: Ports, line: LineKey, operator: OperatorId, *, team: str) -> None:
    """Hand the caller to a team, and after a while to anybody."""
    claim = hosted(ports, line, operator)
    if not any(each.team == team for each in ports.store.operators(line) if team):
        raise Stale("not-now")
    send_on(ports, claim, Going(way=Way.TEAM, to=team))
