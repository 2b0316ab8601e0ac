"""``hotline rules``: the queue's rule set: show, check, publish, roll back."""

from pathlib import Path

import click

from ivr.actions import rules as rule_sets
from ivr.bootstrap.app import AppContext
from ivr.bootstrap.lines import load_lines
from ivr.bootstrap.machine import SystemClock
from ivr.cli.opening import find_line, open_local_app, pick_line
from ivr.core.line.menu import Line
from ivr.core.model.errors import Conflict, Faults
from ivr.core.model.identifiers import LineKey
from ivr.core.rules import rules_check
from ivr.core.rules.rule_set import RuleSet, parse_rules
from ivr.core.text.text_files import read_text
from ivr.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("rules")
def rules_group() -> None:
    """Show and change who is served first."""


@rules_group.command("show")
@click.option("--line", help="The line; by default the first.")
def show_rules(line: str | None) -> None:
    """Print the rule set in force as TOML."""
    with open_local_app() as context:
        click.echo(
            rule_sets.text_in_force(context.ports, find_line(context, line)), nl=False
        )


@rules_group.command("check")
@click.argument("file", type=FILE, required=False)
@click.option("--line", help="The line to check it for; by default the first.")
def check_rules(file: Path | None, line: str | None) -> None:
    """List everything that is wrong with a rule set; change nothing.

    Without FILE, check the line's own rules.toml.
    """
    content = load_lines(Settings.from_process().lines)
    chosen = pick_line(content, line)
    text = _read_file(file) if file else content.rules_text(chosen.key)
    _refuse_faulty(text, chosen, file.name if file else "rules.toml")
    click.echo("The rule set is sound.")


@rules_group.command("publish")
@click.argument("file", type=FILE)
@click.option("--line", help="The line; by default the first.")
@click.option("--note", default="", help="The reason, for the history.")
def publish_rules(file: Path, line: str | None, note: str) -> None:
    """Put a rule set in force at once, also for callers who wait already."""
    text = _read_file(file)
    chosen = pick_line(load_lines(Settings.from_process().lines), line)
    _refuse_faulty(text, chosen, file.name)
    with open_local_app() as context:
        _put_in_force(context, chosen.key, text, note)


@rules_group.command("rollback")
@click.option("--line", help="The line; by default the first.")
def roll_back(line: str | None) -> None:
    """Put the rule set before the present one in force again."""
    with open_local_app() as context:
        key = find_line(context, line)
        versions = context.ports.rule_sets.history(key)
        if not versions:
            raise Conflict(
                "nothing was published yet: the line's own rules.toml is in force"
            )
        before = context.ports.content.rules_text(key)
        if len(versions) > 1:
            before = versions[1].toml
        _put_in_force(context, key, before, f"rollback of {versions[0].version}")


def _read_file(file: Path) -> str:
    try:
        return read_text(file.read_bytes(), file.name)
    except OSError as error:
        fault = f"{file.name}: cannot be read ({error.strerror}); name another file"
        raise Faults([fault]) from error


def _refuse_faulty(text: str, line: Line, origin: str) -> None:
    faults = rules_check.faults_of_rules(text, line, SystemClock().now().date(), origin)
    if faults:
        raise Faults(faults)
    for notice in rules_check.notices_of_rules(text, line, origin):
        click.echo(f"warning: {notice}", err=True)


def _put_in_force(context: AppContext, line: LineKey, text: str, note: str) -> None:
    put = rule_sets.put_in_force(context.ports, line, text, note)
    waiting = len(context.ports.queues.waiting(line))
    click.echo(
        f"Version {put.version} is in force from {put.published_at:%Y-%m-%d %H:%M:%S}"
        f" UTC on; waiting now: {waiting}."
    )


def read_proposed(file: Path, line: Line) -> RuleSet:
    """The rule set of a file for a line.

    Faults with everything that is wrong with it.
    """
    text = _read_file(file)
    _refuse_faulty(text, line, file.name)
    return parse_rules(text, origin=file.name)
