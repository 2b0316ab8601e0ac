"""The log for those who run the service."""

import structlog


class StructlogLogger:
    """``ports.Log`` over structlog; redaction is done where lines are written."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("hotline")

    def info(self, event: str, **fields: object) -> None:
        """Something worth knowing."""
        self._log.info(event, **fields)

    def warning(self, event: str, **fields: object) -> None:
        """Something that somebody should look at."""
        self._log.warning(event, **fields)

    def failure(self, event: str, error: Exception) -> None:
        """Log a fault of ours, with where it happened."""
        self._log.error(event, exc_info=error)
