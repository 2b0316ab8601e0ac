"""One worker process for one queue: ``python -m workers.run routing``."""

import logging
import os
import sys

from redis import Redis

from ivr.bootstrap.app import open_app
from ivr.bootstrap.job_worker import QUEUES, HotlineJob, HotlineWorker, make_queue
from ivr.core.model.errors import HotlineError
from ivr.settings import Settings
from workers import worker_ports

logger = logging.getLogger(__name__)


def main(queue: str) -> int:
    """Serve a queue until told to stop; the process's exit status."""
    os.umask(0o077)
    try:
        with open_app(Settings.from_process()) as context:
            worker_ports.set_worker_ports(context.ports)
            _serve_queue(queue, context.redis_url)
    except HotlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _serve_queue(queue: str, redis_url: str) -> None:
    # The worker waits in Redis for minutes, so it has a client of its own: that of
    # the service gives up after a fraction of a second.
    with Redis.from_url(redis_url) as connection:
        worker = HotlineWorker(
            [make_queue(queue, connection)],
            connection=connection,
            job_class=HotlineJob,
            serializer="rq.serializers.JSONSerializer",
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in QUEUES:  # noqa: PLR2004
        sys.exit(f"usage: python -m workers.run {'|'.join(QUEUES)}")
    sys.exit(main(sys.argv[1]))
