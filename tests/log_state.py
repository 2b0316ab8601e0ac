"""Logs and warnings belong to the process: what a test sets up of them is undone."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog


@dataclass(frozen=True, slots=True)
class LoggerState:
    """What can be set of one logger, and what a new one begins with."""

    handlers: tuple[logging.Handler, ...] = ()
    level: int = logging.NOTSET
    disabled: bool = False
    propagate: bool = True


@dataclass(frozen=True, slots=True)
class LogState:
    """Everything that our logs and the web server's change in a process."""

    loggers: Mapping[str, LoggerState]
    hooks: tuple[Any, Any, Any]
    structlog: Mapping[str, Any] | None
    """What it is configured with; None while nobody has done so."""


@contextmanager
def restored_logs() -> Iterator[None]:
    """Whatever becomes of the logs meanwhile, in the end they are as before."""
    before = log_state()
    try:
        yield
    finally:
        _restore(before)


def log_state() -> LogState:
    """How lines, warnings and uncaught exceptions are written at this moment."""
    known = _loggers().items()
    return LogState(
        loggers={name: _state_of(each) for name, each in known},
        hooks=(sys.excepthook, threading.excepthook, warnings.showwarning),
        structlog=structlog.get_config() if structlog.is_configured() else None,
    )


def _loggers() -> dict[str, logging.Logger]:
    known = logging.Logger.manager.loggerDict.items()
    named = {name: each for name, each in known if isinstance(each, logging.Logger)}
    return {"": logging.getLogger(), **named}


def _state_of(logger: logging.Logger) -> LoggerState:
    handlers = tuple(logger.handlers)
    return LoggerState(handlers, logger.level, logger.disabled, logger.propagate)


def _restore(before: LogState) -> None:
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, warnings.showwarning = before.hooks
    for name, each in _loggers().items():
        _restore_logger(each, before.loggers.get(name, LoggerState()))
    structlog.reset_defaults()
    if before.structlog is not None:
        structlog.configure(**before.structlog)


def _restore_logger(logger: logging.Logger, before: LoggerState) -> None:
    logger.handlers[:] = before.handlers
    logger.setLevel(before.level)
    logger.disabled, logger.propagate = before.disabled, before.propagate
