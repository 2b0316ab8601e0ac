"""``hotline why CALL``: why this caller was next, each time an operator was found."""

import json
from collections.abc import Mapping

import click

from ivr.cli.opening import call_named, house
from ivr.cli.shown import as_json
from ivr.core.model.call import OperatorId
from ivr.core.model.facts import Fact, OfferEnded, OfferMade, OfferTaken
from ivr.core.queue.explanation import explained


@click.command()
@click.argument("call")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
def why(call: str, *, json_: bool) -> None:
    """Tell of every offer of a call why it was made, and how it ended."""
    with house() as here:
        facts = here.log.facts_of(call_named(here, call))
        names = {one.id: one.name for one in here.roster.all()}
    offers = [fact for fact in facts if isinstance(fact, OfferMade)]
    if json_:
        as_json([_row(offer, facts, names) for offer in offers])
        return
    if not offers:
        click.echo("No operator was found for this call: nothing was decided yet.")
    for offer in offers:
        _tell(offer, facts, names)


def _tell(offer: OfferMade, facts: list[Fact], names: Mapping[OperatorId, str]) -> None:
    name = names.get(offer.operator, offer.operator)
    end = _end(offer, facts)
    click.echo(f"{offer.at:%Y-%m-%d %H:%M:%S} UTC  offered to {name}: {end}")
    for line in explained(offer.why):
        click.echo(f"  {line}")


def _row(
    offer: OfferMade, facts: list[Fact], names: Mapping[OperatorId, str]
) -> dict[str, object]:
    return {
        "at": offer.at.isoformat(),
        "operator": names.get(offer.operator, offer.operator),
        "end": _end(offer, facts),
        "why": json.loads(offer.why),
    }


def _end(offer: OfferMade, facts: list[Fact]) -> str:
    for fact in facts:
        if isinstance(fact, OfferTaken) and fact.claim == offer.claim:
            return "taken"
        if isinstance(fact, OfferEnded) and fact.claim == offer.claim:
            return fact.reason
    return "open"
