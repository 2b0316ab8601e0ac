"""``hotline why CALL``: why this caller was next, each time an operator was found."""

import json
from collections.abc import Mapping

import click

from ivr.cli.opening import find_call, open_local_app
from ivr.cli.printing import print_json
from ivr.core.model.facts import Fact, OfferEnded, OfferMade, OfferTaken
from ivr.core.model.identifiers import OperatorId
from ivr.core.queue.explanation import explain_match


@click.command("why")
@click.argument("call")
@click.option("--json", "json_", is_flag=True, help="Print one JSON array.")
def explain_offers(call: str, *, json_: bool) -> None:
    """Explain every offer of a call: why it was made, and how it ended."""
    with open_local_app() as context:
        facts = context.ports.call_search.facts_of(find_call(context, call))
        names = {one.id: one.profile.name for one in context.ports.roster.all()}
    offers = [fact for fact in facts if isinstance(fact, OfferMade)]
    if json_:
        print_json([_row_of(offer, facts, names) for offer in offers])
        return
    if not offers:
        click.echo("No operator was found for this call: nothing was decided yet.")
    for offer in offers:
        _print_offer(offer, facts, names)


def _print_offer(
    offer: OfferMade, facts: list[Fact], names: Mapping[OperatorId, str]
) -> None:
    name = names.get(offer.operator, offer.operator)
    end = _end_of(offer, facts)
    click.echo(f"{offer.at:%Y-%m-%d %H:%M:%S} UTC  offered to {name}: {end}")
    for line in explain_match(offer.why):
        click.echo(f"  {line}")


def _row_of(
    offer: OfferMade, facts: list[Fact], names: Mapping[OperatorId, str]
) -> dict[str, object]:
    return {
        "at": offer.at.isoformat(),
        "operator": names.get(offer.operator, offer.operator),
        "end": _end_of(offer, facts),
        "why": json.loads(offer.why),
    }


def _end_of(offer: OfferMade, facts: list[Fact]) -> str:
    for fact in facts:
        if isinstance(fact, OfferTaken) and fact.claim == offer.claim:
            return "taken"
        if isinstance(fact, OfferEnded) and fact.claim == offer.claim:
            return fact.reason
    return "open"
