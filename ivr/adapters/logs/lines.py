"""One line an event: structlog and the standard library through one handler."""

import json
import logging
import sys
import threading
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from ivr.adapters.logs.redaction import redact_value

_QUIET = {
    # Requests with their parameters at INFO, as of twilio 9.13.
    "twilio": logging.WARNING,
    # Addresses with their query at DEBUG.
    "urllib3": logging.WARNING,
    # A line a request with its query; and once a slow one, at INFO.
    "werkzeug": logging.WARNING,
    "gunicorn.access": logging.CRITICAL,
    # Job arguments at INFO unless a description is set, and again at DEBUG.
    "rq": logging.WARNING,
    "rq.worker": logging.WARNING,
    "rq.scheduler": logging.WARNING,
    # Statements with their parameters at INFO and rows at DEBUG.
    "sqlalchemy": logging.WARNING,
}
"""The lowest level at which other libraries' loggers write nothing about callers."""


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send all logs of this process to ``stream`` (stderr), from ``level`` up.

    Also what would reach stderr past the loggers: warnings, and exceptions that
    nobody caught.
    """
    handler = _LineHandler(stream or sys.stderr)
    handler.setFormatter(_make_formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _uncaught_in_thread
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _LineHandler(logging.StreamHandler[TextIO]):
    """Writes lines; tells that a record could not be written without its content."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name
        kind = sys.exc_info()[0]
        line = {
            "event": "a log record could not be written",
            "level": "error",
            "logger": record.name,
            "why": kind.__name__ if kind else "",
            "where": f"{record.filename}:{record.lineno}",
        }
        try:
            self.stream.write(json.dumps(line) + "\n")
        except (OSError, ValueError):
            return  # the stream is gone: there is nobody left to tell


def _make_formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared_processors(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # The plain traceback: one with local variables would tell a caller's.
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(),
        ],
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _redact_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    clean: EventDict = redact_value(event)
    return clean


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("ivr").critical(
        "nobody caught an exception", exc_info=(kind, error, trace)
    )


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _log_uncaught(found.exc_type, found.exc_value, found.exc_traceback)
