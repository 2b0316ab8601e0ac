"""Jobs through RQ: sent here, and nowhere else.

Arguments are opaque identifiers, for RQ keeps and logs them. Every job may run twice,
late, or never: the store says what it would do, and any process that sees it undone
does it (see ``ivr.actions.routing`` and ``ivr.actions.upkeep.due_work``).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import ClaimId, LineKey

ROUTING, OFFERS, FACTS = "routing", "offers", "facts"
QUEUES = (ROUTING, OFFERS, FACTS)
"""One worker process serves one queue: with several RQ pops in a way that loses
the job of a worker that is killed."""

FUNCTIONS = {
    ROUTING: "workers.routing.route",
    OFFERS: "workers.offers.place_offer",
    FACTS: "workers.call_log.write_facts",
}
LONGEST_RUN = 60
KEEP_FAILED = 3600


class HotlineJob(Job):
    """A job that runs only our own functions.

    RQ imports and calls any name in a job's record: somebody who can write to Redis
    could name any function of the standard library.
    """

    @property
    def func(self) -> Callable[..., Any]:
        """The function of the job, if it is one of ours."""
        if self.func_name not in FUNCTIONS.values():
            raise PermissionError("this job names a function that is not ours")
        function: Callable[..., Any] = super().func
        return function


class HotlineWorker(SimpleWorker):
    """A worker that asks Redis twice between a job's coming and its start.

    RQ itself does so six times: it reads the job, tells three times that the worker
    lives, and writes down in two transactions who runs the job. Somebody waits for the
    job meanwhile.
    """

    _has_job = False

    def procline(self, message: str) -> None:
        """Keep the process's own name."""

    def reorder_queues(self, reference_queue: Queue) -> None:
        """Note that a job was taken: it is told with its preparation."""
        super().reorder_queues(reference_queue)
        self._has_job = True

    def heartbeat(
        self, timeout: int | None = None, pipeline: Pipeline | None = None
    ) -> None:
        """Tell that the worker lives, in one round trip; a taken job tells it too."""
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
            return
        if self._has_job:
            # Once: RQ may lose the job it has taken, and waits for another then.
            self._has_job = False
            return
        with self.connection.pipeline(transaction=False) as own:
            super().heartbeat(timeout, own)
            own.execute()

    def prepare_execution(self, job: Job) -> Execution:
        """Write down who runs the job, and that it runs, in one transaction."""
        with self.connection.pipeline() as pipe:
            ttl = self.get_heartbeat_ttl(job)
            execution = Execution.create(job, ttl, pipe, self.name)
            self.executions[execution.id] = execution
            self.set_state(WorkerStatus.BUSY, pipe)
            self._write_start(job, ttl, pipe)
            pipe.execute()
        return execution

    def _write_start(self, job: Job, ttl: int, pipe: Pipeline) -> None:
        self.heartbeat(ttl, pipe)
        job.prepare_for_execution(self.name, pipe)
        pipe.persist(job.key)
        # One queue for each worker: RQ has moved the job to this list of the queue.
        (queue,) = self.queues
        pipe.lrem(queue.intermediate_queue_key, 1, job.id)

    def prepare_job_execution(self, job: Job, *_: object, **__: object) -> None:
        """Nothing is left to prepare: see ``prepare_execution``."""


class RqJobs:
    """``ports.Jobs`` over RQ."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._queues = {name: make_queue(name, client) for name in QUEUES}

    def route(self, line: LineKey) -> None:
        """Have routing looked at."""
        self._send_job(ROUTING, line)

    def place_offer(self, line: LineKey, claim: ClaimId) -> None:
        """Have the operator of a claim rung."""
        self._send_job(OFFERS, line, claim)

    def write_facts(self, line: LineKey) -> None:
        """Have the stream of facts written to the call log."""
        self._send_job(FACTS, line)

    def _send_job(self, queue: str, *args: str) -> None:
        # By itself RQ takes two round trips to put a job into a queue.
        with _reach_redis(), self._redis.pipeline() as pipe:
            self._queues[queue].enqueue_call(
                FUNCTIONS[queue],
                args=args,
                timeout=LONGEST_RUN,
                result_ttl=0,
                failure_ttl=KEEP_FAILED,
                description=queue,
                pipeline=pipe,
            )
            pipe.execute()


def make_queue(name: str, client: Redis) -> Queue:
    """The queue as both its ends must see it."""
    return Queue(
        name, connection=client, serializer=JSONSerializer, job_class=HotlineJob
    )


@contextmanager
def _reach_redis() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        # Whatever the reason, the job stands in the store and is done from there.
        raise Unavailable(f"the job queue: {type(error).__name__}") from error
