"""Browser files of others: what `make setup` puts there, and what is missing."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "vendor"
SERVED = ("htmx.min.js", "twilio.min.js")


def missing_files(folder: Path = FOLDER) -> list[str]:
    """Each file that the desk needs and that is not there, with the remedy."""
    return [
        f"ivr/web/vendor/{name} is missing; run: make setup"
        for name in SERVED
        if not (folder / name).is_file()
    ]
