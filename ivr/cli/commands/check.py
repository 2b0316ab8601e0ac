"""``hotline check``: everything that is wrong, before the first call finds it."""

import click

from ivr.bootstrap.lines import check_lines as faults_of_lines
from ivr.bootstrap.lines import find_notices
from ivr.bootstrap.machine import SystemClock
from ivr.core.model.errors import Faults
from ivr.settings import Settings
from ivr.web.desk.render import vendor


@click.command("check")
def check_all() -> None:
    """Check settings, lines, prompts and rules; list every fault at once."""
    settings, faults = settings_or_faults()
    for warning in vendor.missing_files():
        click.echo(f"warning: {warning}", err=True)
    if settings is not None:
        for warning in (*settings.get_warnings(), *find_notices(settings.lines)):
            click.echo(f"warning: {warning}", err=True)
        faults += faults_of_lines(settings.lines, SystemClock().now().date())
    if faults:
        raise Faults(faults)
    click.echo("Settings, lines, prompts and rules are sound.")


def settings_or_faults() -> tuple[Settings | None, list[str]]:
    """The settings, or everything that is wrong with them."""
    try:
        return Settings.from_process(), []
    except Faults as faults:
        return None, list(faults.faults)
