"""The web server's own log, through the same handler as all others."""

from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from ivr.adapters.logs.lines import configure_logs


class ServerLog(Logger):  # type: ignore[misc]
    """For gunicorn's ``logger_class``: its lines become ours, requests none.

    Its own handler would write the address of a failed request as it came.
    """

    def setup(self, cfg: Config) -> None:
        """Take the place of the server's handlers; called at each reload too."""
        super().setup(cfg)
        configure_logs(cfg.loglevel.upper())
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.access_log.handlers.clear()
        self.access_log.disabled = True
