"""Whoever has waited as long as anybody may is led to the ways out of the queue.

They are, whether they ask or not: at their next request, or by the server's clock.
"""

from datetime import timedelta

from ivr.actions import rules as rule_sets
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talks.ending import fetch_back
from ivr.core.dialogue import exit_menu
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LineKey
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Change, Ports

LATE = timedelta(seconds=5)
"""How much later than the deadline a caller who waits may ask by themselves: a
round of waiting is cut short there, and what is spoken takes its time."""

ANSWERS_WITHIN = timedelta(seconds=60)
"""Within which a caller who was fetched asks for the next document, or is fetched
once more."""


def is_led_out(ports: Ports, call: Contact, rules: RuleSet) -> bool:
    """Whether the longest wait is over: nobody is left to wait on for ever.

    Whoever is just being offered to an operator is left in peace, and so is whoever
    looks at a way out. One for whom an operator was on the way is led out once more.
    """
    if call.stage is not Stage.WAITING or call.exit_menu.is_open:
        return False
    if not exit_menu.is_overlong(call, rules.wait.longest_wait, ports.clock.now()):
        return False
    without = exit_menu.is_without_ways(ports.content.lines()[call.line], call)
    out = (
        exit_menu.end_with_goodbye(call)
        if without
        else exit_menu.max_wait_reached(call)
    )
    return save_and_enqueue(ports, call.line, Change(save=(out,)))


def lead_out_overlong(ports: Ports, line: LineKey) -> None:
    """Fetch whoever has waited too long and has not asked by themselves.

    Those who look at a way out are left to it: they come back to the wait, or go.
    """
    rules, now = rule_sets.in_force(ports, line), ports.clock.now()
    for key in ports.queues.waiting_since(line, now - rules.wait.longest_wait - LATE):
        call = ports.contacts.call(line, key)
        if call is None or call.leg is None or not is_led_out(ports, call, rules):
            continue
        ports.heartbeats.expect_poll(line, key, now + ANSWERS_WITHIN)
        fetch_back(ports, line, call.leg)
