"""Blind transfer: an operator sends a caller back to the queue, for others.

The caller keeps the place of the first arrival, and the operator's time to breathe
begins. If the request fails, nothing has changed: they talk on.
"""

from ivr.actions.talk_controls.reaching import why_not_reachable
from ivr.actions.talks.running import run_for_desk
from ivr.core.model.claim import ExitKind, PendingExit
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.queue.handover import LANGUAGE, is_there
from ivr.core.talk.events import PassOnAsked
from ivr.core.talk.rooms.at_desk import why_not_hosting
from ivr.ports import Ports


def to_queue(
    ports: Ports,
    line: LineKey,
    operator: OperatorId,
    *,
    topic: str | None = None,
    language: str | None = None,
) -> None:
    """Hand the caller to the next operator, perhaps with another topic or language."""
    hotline = ports.content.lines()[line]
    if topic is not None and topic not in hotline.topics:
        raise Invalid(f"topic: {line} has no topic {topic!r}")
    if language is not None and language not in hotline.languages:
        raise Invalid(f"language: {line} does not speak {language!r}")
    going = PendingExit(way=ExitKind.QUEUE, topic=topic, language=language)
    _pass_on(ports, line, operator, going)


def to_operator(
    ports: Ports, line: LineKey, operator: OperatorId, *, to: OperatorId
) -> None:
    """Hand the caller to one operator, who is free now or in a moment; else Stale.

    If somebody else takes that operator at the same moment, the caller goes to anybody.
    """
    call = _caller_of(ports, line, operator)
    whose = ports.operators.operator(line, to)
    if to == operator or whose is None or call is None:
        raise Stale("not-now")
    if hindered := why_not_reachable(ports, whose, call.need.language):
        raise Stale("other-language" if hindered == LANGUAGE else "busy")
    _pass_on(ports, line, operator, PendingExit(way=ExitKind.OPERATOR, to=to))


def to_team(ports: Ports, line: LineKey, operator: OperatorId, *, team: str) -> None:
    """Hand the caller to a team with somebody on duty, and later to anybody."""
    call = _caller_of(ports, line, operator)
    others = [each for each in ports.operators.operators(line) if each.id != operator]
    if call is None or not any(each.profile.team == team for each in others if team):
        raise Stale("not-now")
    if not any(is_there(each, team, call.need.language) for each in others):
        raise Stale("team-away")
    _pass_on(ports, line, operator, PendingExit(way=ExitKind.TEAM, to=team))


def _caller_of(ports: Ports, line: LineKey, operator: OperatorId) -> Contact | None:
    """The caller of an operator's talk; Stale says why there is none."""
    talk = ports.talks.load_talk(line, operator=operator).talk
    if why := why_not_hosting(talk.claim):
        raise Stale(why)
    return talk.call


def _pass_on(
    ports: Ports, line: LineKey, operator: OperatorId, going: PendingExit
) -> None:
    run_for_desk(ports, line, PassOnAsked(operator=operator, going=going))
