"""Callers whose longest wait is over are led to the ways out of the queue.

It happens at their next request, or by the server's clock if they make none.
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
"""How long after the deadline a caller may still ask by themselves: a
round of waiting is cut short there, and speech takes its time."""

ANSWERS_WITHIN = timedelta(seconds=60)
"""A caller who was fetched asks for the next document within this time, or is fetched
once more."""


def is_led_out(ports: Ports, call: Contact, rules: RuleSet) -> bool:
    """Lead a caller out whose longest wait is over; return whether that was done.

    A caller who is being offered to an operator is left alone, and so is one who looks
    at a way out. A caller whose offer came to nothing is led out once more.
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
    """Fetch callers who have waited too long and have not asked by themselves.

    Callers who look at a way out are left alone: they come back to the wait, or go.
    """
    rules, now = rule_sets.in_force(ports, line), ports.clock.now()
    for key in ports.queues.waiting_since(line, now - rules.wait.longest_wait - LATE):
        call = ports.contacts.call(line, key)
        if call is None or call.leg is None or not is_led_out(ports, call, rules):
            continue
        ports.heartbeats.expect_poll(line, key, now + ANSWERS_WITHIN)
        fetch_back(ports, line, call.leg)
