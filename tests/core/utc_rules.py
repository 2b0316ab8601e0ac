"""Rules with three kinds of need, by UTC."""

from ivr.core.rules.rule_set import RuleSet, parse_rules


def rules_of(extra: str = "") -> RuleSet:
    """The rules of three kinds of need, with more lines."""
    return parse_rules(
        'zone = "UTC"\n[class.urgent]\nweight = 2\n[class.family]\nweight = 1.5\n'
        f"[class.information]\nweight = 1\n{extra}"
    )
