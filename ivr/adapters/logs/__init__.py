"""Logs: one JSON line an event on stderr, with nothing personal in it."""

from ivr.adapters.logs.lines import configure_logs
from ivr.adapters.logs.redaction import HIDDEN, redact_value, scrub_text
from ivr.adapters.logs.structlog_logger import StructlogLogger

__all__ = ["HIDDEN", "StructlogLogger", "configure_logs", "redact_value", "scrub_text"]
