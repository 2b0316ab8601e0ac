"""Logs: one JSON line an event on stderr, with nothing personal in it."""

from ivr.adapters.logs.lines import configure
from ivr.adapters.logs.notebook import Notebook
from ivr.adapters.logs.redaction import HIDDEN, redacted, scrubbed

__all__ = ["HIDDEN", "Notebook", "configure", "redacted", "scrubbed"]
