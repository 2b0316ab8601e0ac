"""On hold: the place, the expected wait, and a hand for whoever is late or dead."""

from datetime import datetime, timedelta

from ivr.actions import rules as rule_sets
from ivr.actions.calls import known
from ivr.actions.saving import save
from ivr.actions.upkeep import help_out
from ivr.core.call import Call, CallId, LineKey, Stage
from ivr.core.errors import NotFound
from ivr.core.instructions import HangUp, Instruction, Say, Tone
from ivr.core.operator import ON_DUTY
from ivr.core.queue import expected_wait, is_overdue, marks, wait_prompt
from ivr.core.report import head_of
from ivr.core.rules import RuleSet
from ivr.ports import Change, Ports

POLL_SLACK = timedelta(seconds=30)
"""Speech between two polls, over and above twice the tone."""


def wait(
    ports: Ports, line: LineKey, key: CallId, number: str, token: str
) -> list[Instruction]:
    """What a caller on hold hears next; routing is helped on when it is late."""
    call = ports.store.call(line, key) or _restored(ports, line, key, number, token)
    if not call.is_live:
        return [HangUp()]
    help_out(ports, line)
    rules = rule_sets.in_force(ports, line)
    tone = Tone(length=rules.wait.announce_every)
    ports.store.seen(line, key, ports.clock.now() + 2 * tone.length + POLL_SLACK)
    if call.stage is not Stage.WAITING:
        return [tone]
    return [*_announced(ports, call, rules), tone]


def _restored(
    ports: Ports, line: LineKey, key: CallId, number: str, token: str
) -> Call:
    place = ports.vault.verify(token)
    if place is None or place.get("line") != line:
        raise NotFound("no such call, and no place that we signed")
    call = _placed(ports, line, key, number, place)
    ports.notes.warning("place restored", call=key, line=line)
    if save(ports, line, Change(save=(call,), wake=True)):
        return call
    return known(ports, line, key)


def _placed(
    ports: Ports, line: LineKey, key: CallId, number: str, place: dict[str, str]
) -> Call:
    hotline = ports.content.lines()[line]
    urgency = place["class"]
    topics = [each.key for each in hotline.topics.values() if each.urgency == urgency]
    queued = datetime.fromisoformat(place["queued"])
    return Call(
        id=key,
        line=line,
        number=number,
        started=queued,
        queued=queued,
        stage=Stage.WAITING,
        node=hotline.queue,
        language=place["language"],
        topic=topics[0] if topics else hotline.undecided,
        urgency=urgency,
    )


def _announced(ports: Ports, call: Call, rules: RuleSet) -> list[Instruction]:
    now, language = ports.clock.now(), call.language or ""
    languages = tuple(ports.content.lines()[call.line].languages)
    place = 1 + ahead_of(ports, call, rules, now, languages)
    says: list[Instruction] = [
        Say(prompt="wait.place", language=language, values={"place": place})
    ]
    if is_overdue(rules, call.queued or call.started, now):
        return [*says, Say(prompt="wait.longer", language=language)]
    says.append(Say(prompt=_expected(ports, call, rules, now), language=language))
    return [*says, Say(prompt="wait.stay", language=language)]


def _expected(ports: Ports, call: Call, rules: RuleSet, now: datetime) -> str:
    """The prompt that tells the range of the expected wait."""
    ahead = ahead_of(ports, call, rules, now, (call.language or "",))
    estimate = rules.estimate
    return wait_prompt(
        expected_wait(ahead, _able(ports, call), estimate.talk, estimate.patience)
    )


def _able(ports: Ports, call: Call) -> int:
    """Operators on duty who speak the caller's language."""
    return sum(
        operator.state in ON_DUTY and call.language in operator.languages
        for operator in ports.store.operators(call.line)
    )


def ahead_of(
    ports: Ports,
    call: Call,
    rules: RuleSet,
    now: datetime,
    languages: tuple[str, ...],
) -> int:
    """How many who wait in these languages would be served before this caller."""
    head = head_of(call)
    topics = ports.content.lines()[call.line].topics.values()
    classes = {topic.urgency for topic in topics} | {head.urgency}
    before = marks(rules, head, sorted(classes), now)
    return ports.store.ahead(
        call.line,
        {
            (language, urgency): mark
            for urgency, mark in before.items()
            for language in languages
        },
    )
