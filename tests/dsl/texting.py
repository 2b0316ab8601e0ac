"""Text messages to operators: a line that sends them, and what was sent."""

from ivr.core.model.values import replace
from tests.world import LINE, World

PHONE = "+447700900201"


def messages(world: World) -> list[tuple[object, object]]:
    """The text messages sent: to whom, and what."""
    return [
        (sent["to"], sent["body"]) for sent in world.exchange.state.messages.values()
    ]


def with_reminders(world: World) -> None:
    """Let the line write to its operators from its number."""
    lines = world.ports.content.lines()
    line = lines[LINE]
    phones = replace(line.phones, reminders_from=line.numbers[0])
    lines[LINE] = replace(line, phones=phones)  # type: ignore[index]
