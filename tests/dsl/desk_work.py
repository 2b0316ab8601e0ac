"""Operators at their desks in the hard cases."""

import shutil
from pathlib import Path

from exchange.state.leg import Leg
from exchange.state.people import Stay, Talk
from ivr.actions.desk.call_records import complete_record, save_record
from ivr.core.history.record import Draft, Record, Reveal, Revealed
from ivr.core.model.account import Account, Role
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId, OperatorId
from tests.dsl.doing import call_in, until_stage
from tests.made_once import LINES
from tests.world import CALLER, LINE, World


def account(name: str = "anna", role: Role = Role.OPERATOR) -> Account:
    """Somebody at the desk."""
    return Account(operator=OperatorId(name), line=LINE, name=name, role=role)


def draft(leg: Leg, version: int = 0, **written: object) -> Draft:
    """The form of a call, filled in."""
    return Draft(call=ContactId(leg.sid), version=version, **written)  # type: ignore[arg-type]


def writes(world: World, leg: Leg, version: int = 0, **written: object) -> Record:
    """Anna writes, and the form is saved by itself."""
    return save_record(world.ports, account(), draft(leg, version, **written))


def completes(world: World, leg: Leg, version: int = 0, **written: object) -> Record:
    """Anna is done with the record of a call."""
    done = complete_record(world.ports, account(), draft(leg, version, **written))
    world.work()
    return done


def talking_to(world: World, from_: str = CALLER) -> Leg:
    """A caller who talks to an operator and does not hang up."""
    leg = call_in(world, Stay(), from_=from_)
    until_stage(world, leg, Stage.CONNECTED)
    return leg


def talked(world: World, from_: str = CALLER, seconds: float = 20) -> Leg:
    """A caller who has talked to an operator and has hung up."""
    leg = call_in(world, Talk(seconds=seconds), from_=from_)
    until_stage(world, leg, Stage.ENDED)
    return leg


def lines_with(folder: Path, old: str, new: str) -> Path:
    """A copy of the shipped lines in which one piece of the line's file differs."""
    lines = Path(shutil.copytree(LINES, folder / "lines"))
    file = lines / "example" / "line.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return lines


def reveals(world: World) -> list[tuple[str, str, Revealed, object]]:
    """Who has seen what of which call, and when."""
    found: list[Reveal] = world.ports.records.reveals(LINE)  # type: ignore[attr-defined]
    return [(each.operator, each.call, each.what, each.at) for each in found]
