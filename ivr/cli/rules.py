"""``hotline rules``: the queue's rule set: show, check, publish, roll back."""

from pathlib import Path

import click

from ivr.actions import rules as rule_sets
from ivr.adapters.content import load
from ivr.adapters.system import SystemClock
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named, line_of
from ivr.core.line.menu import Line
from ivr.core.model.call import LineKey
from ivr.core.model.errors import Conflict, Faults
from ivr.core.rules import rules_check
from ivr.core.rules.rule_set import RuleSet, parse
from ivr.core.text.text_files import read_text
from ivr.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """See and change who is served first."""


@rules.command()
@click.option("--line", help="The line; by default the first.")
def show(line: str | None) -> None:
    """Print the rule set in force as TOML."""
    with house() as here:
        click.echo(
            rule_sets.text_in_force(here.ports, line_named(here, line)), nl=False
        )


@rules.command()
@click.argument("file", type=FILE, required=False)
@click.option("--line", help="The line that it is for; by default the first.")
def check(file: Path | None, line: str | None) -> None:
    """Say everything that is wrong with a rule set; it changes nothing.

    Without FILE it is the line's own rules.toml.
    """
    content = load(Settings.from_process().lines)
    chosen = line_of(content, line)
    text = _text(file) if file else content.rules_text(chosen.key)
    _refuse(text, chosen, file.name if file else "rules.toml")
    click.echo("The rule set is sound.")


@rules.command()
@click.argument("file", type=FILE)
@click.option("--line", help="The line; by default the first.")
@click.option("--note", default="", help="Why, for the history.")
def publish(file: Path, line: str | None, note: str) -> None:
    """Put a rule set in force at once, also for those who wait already."""
    text = _text(file)
    chosen = line_of(load(Settings.from_process().lines), line)
    _refuse(text, chosen, file.name)
    with house() as here:
        _publish(here, chosen.key, text, note)


@rules.command()
@click.option("--line", help="The line; by default the first.")
def rollback(line: str | None) -> None:
    """Put the rule set before the present one in force again."""
    with house() as here:
        key = line_named(here, line)
        versions = here.ports.rule_sets.history(key)
        if not versions:
            raise Conflict(
                "nothing was published yet: the line's own rules.toml is in force"
            )
        before = here.content.rules_text(key)
        if len(versions) > 1:
            before = versions[1].toml
        _publish(here, key, before, f"rollback of {versions[0].version}")


def _text(file: Path) -> str:
    try:
        return read_text(file.read_bytes(), file.name)
    except OSError as error:
        fault = f"{file.name}: cannot be read ({error.strerror}); name another file"
        raise Faults([fault]) from error


def _refuse(text: str, line: Line, origin: str) -> None:
    faults = rules_check.faults(text, line, SystemClock().now().date(), origin)
    if faults:
        raise Faults(faults)
    for notice in rules_check.notices(text, line, origin):
        click.echo(f"warning: {notice}", err=True)


def _publish(here: Opened, line: LineKey, text: str, note: str) -> None:
    put = rule_sets.put_in_force(here.ports, line, text, note)
    waiting = len(here.ports.store.waiting(line))
    click.echo(
        f"Version {put.version} is in force from {put.published_at:%Y-%m-%d %H:%M:%S}"
        f" UTC on; waiting now: {waiting}."
    )


def proposed(file: Path, line: Line) -> RuleSet:
    """The rule set of a file for a line; Faults with all that is wrong with it."""
    text = _text(file)
    _refuse(text, line, file.name)
    return parse(text, origin=file.name)
