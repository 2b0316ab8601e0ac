"""Rules that are put in force while the service is at work."""

from ivr.actions.rules import put_in_force
from tests.world import LINE, World


def publish(world: World, **changes: str) -> None:
    """Put the shipped rules in force with some lines changed."""
    text = world.ports.content.rules_text(LINE)
    for name, value in changes.items():
        old = next(one for one in text.splitlines() if one.startswith(f"{name} ="))
        text = text.replace(old, f"{name} = {value}")
    put_in_force(world.ports, LINE, text)
    world.work()
