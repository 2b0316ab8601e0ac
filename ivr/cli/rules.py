"""``hotline rules``: the queue's rule set: show, check, publish, roll back."""

from pathlib import Path

import click

from ivr.actions import rules as rule_sets
from ivr.bootstrap import Opened
from ivr.cli.opening import house, line_named
from ivr.core.call import LineKey
from ivr.core.errors import Conflict, Faults
from ivr.core.rules import RuleSet, parse

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
@click.option("--line", help="The line whose own file is checked without FILE.")
def check(file: Path | None, line: str | None) -> None:
    """Say everything that is wrong with a rule set; it changes nothing."""
    if file is None:
        with house() as here:
            parse(here.content.rules_text(line_named(here, line)))
    else:
        parse(_text(file), origin=file.name)
    click.echo("The rule set is sound.")


@rules.command()
@click.argument("file", type=FILE)
@click.option("--line", help="The line; by default the first.")
@click.option("--note", default="", help="Why, for the history.")
def publish(file: Path, line: str | None, note: str) -> None:
    """Put a rule set in force at once, also for those who wait already."""
    text = _text(file)
    parse(text, origin=file.name)
    with house() as here:
        version = _publish(here, line_named(here, line), text, note)
    click.echo(f"Version {version} is in force.")


@rules.command()
@click.option("--line", help="The line; by default the first.")
def rollback(line: str | None) -> None:
    """Put the rule set before the present one in force again."""
    with house() as here:
        key = line_named(here, line)
        versions = here.rule_sets.history(key)
        if not versions:
            raise Conflict(
                "nothing was published yet: the line's own rules.toml is in force"
            )
        before = here.content.rules_text(key)
        if len(versions) > 1:
            before = versions[1].toml
        version = _publish(here, key, before, f"rollback of {versions[0].version}")
    click.echo(f"Version {version} is in force.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = f"{file.name}: is no text in UTF-8 ({error}); save it as UTF-8"
        raise Faults([fault]) from error


def _publish(here: Opened, line: LineKey, text: str, note: str) -> int:
    version = here.rule_sets.publish(line, text, here.ports.clock.now(), note)
    rule_sets.put_in_force(here.ports, line, text)
    return version


def proposed(file: Path) -> RuleSet:
    """The rule set of a file; Faults with all that is wrong with it."""
    return parse(_text(file), origin=file.name)
