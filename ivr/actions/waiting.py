"""On hold: the place, the expected wait, and a hand for whoever is late or dead."""

from datetime import datetime, timedelta

from ivr.actions import rules as rule_sets
from ivr.actions.calls import known
from ivr.actions.estimates import announced
from ivr.actions.saving import save
from ivr.actions.upkeep import help_out
from ivr.core.call import Call, CallId, LineKey, Stage
from ivr.core.errors import NotFound
from ivr.core.instructions import HangUp, Instruction, Tone
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
    return [*announced(ports, call, rules), tone]


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
