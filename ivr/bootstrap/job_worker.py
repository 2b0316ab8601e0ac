"""The parts of a worker process: its queue, and how it asks for jobs."""

from ivr.adapters.job_queue import (
    FACTS,
    OFFERS,
    QUEUES,
    ROUTING,
    HotlineJob,
    HotlineWorker,
    make_queue,
)

__all__ = [
    "FACTS",
    "OFFERS",
    "QUEUES",
    "ROUTING",
    "HotlineJob",
    "HotlineWorker",
    "make_queue",
]
