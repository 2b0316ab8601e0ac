"""What ours is measured against: a route and a job that do nothing of ours."""

import sys

import requests
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

QUEUE = "bare"
_session = requests.Session()


def application() -> Flask:
    """A Flask application with one bare route, for gunicorn."""
    app = Flask("bare")

    @app.route("/healthz")
    def alive() -> str:
        return "alive"

    @app.post("/bare")
    def bare() -> str:
        return "bare"

    return app


def make_queue(client: Redis) -> Queue:
    """The queue as both its ends see it."""
    return Queue(QUEUE, connection=client, serializer=JSONSerializer)


def post(url: str) -> None:
    """A job that sends one request, and knows nothing else."""
    _session.post(url, data={"bare": "1"}, timeout=5)


def main(redis_url: str) -> None:
    """Serve the bare queue until ended."""
    with Redis.from_url(redis_url) as connection:
        worker = SimpleWorker(
            [make_queue(connection)],
            connection=connection,
            serializer="rq.serializers.JSONSerializer",
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(sys.argv[1])
