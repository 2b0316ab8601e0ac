"""Jobs on a real Valkey: what RQ is given, and what it may run."""

import json
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.exceptions import DeserializationError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from ivr.adapters.job_queue import (
    FACTS,
    OFFERS,
    QUEUES,
    ROUTING,
    HotlineJob,
    HotlineWorker,
    RqJobs,
    make_queue,
)
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import ClaimId, LineKey
from tests.dsl.faults.wire import Wire
from tests.ports.stores import counted_trips, counting_client
from tests.world import LINE

CLAIM = ClaimId("claim-1")

SENDS: dict[str, tuple[Callable[[RqJobs], None], str, list[str]]] = {
    ROUTING: (lambda jobs: jobs.route(LINE), "workers.routing.route", [LINE]),
    OFFERS: (
        lambda jobs: jobs.place_offer(LINE, CLAIM),
        "workers.offers.place_offer",
        [LINE, CLAIM],
    ),
    FACTS: (
        lambda jobs: jobs.write_facts(LINE),
        "workers.call_log.write_facts",
        [LINE],
    ),
}


def only_job(redis: Redis, queue: str) -> Job:
    (job,) = make_queue(queue, redis).jobs
    return job


def test_every_queue_has_job_here() -> None:
    assert set(SENDS) == set(QUEUES)


@pytest.mark.parametrize("queue", QUEUES)
def test_job_sent_with_identifiers_alone(redis: Redis, queue: str) -> None:
    send, function, args = SENDS[queue]
    send(RqJobs(redis))

    job = only_job(redis, queue)
    assert job.func_name == function
    assert list(job.args) == args
    assert job.kwargs == {}
    assert all(make_queue(name, redis).is_empty() for name in QUEUES if name != queue)


@pytest.mark.parametrize("queue", QUEUES)
def test_job_name_leads_to_our_function(redis: Redis, queue: str) -> None:
    SENDS[queue][0](RqJobs(redis))

    job = only_job(redis, queue)
    assert callable(job.func)
    assert f"{job.func.__module__}.{job.func.__name__}" == SENDS[queue][1]


@pytest.mark.parametrize("queue", QUEUES)
def test_job_leaves_little_behind_and_describes_nothing(
    redis: Redis, queue: str
) -> None:
    SENDS[queue][0](RqJobs(redis))

    job = only_job(redis, queue)
    assert job.result_ttl == 0
    assert job.failure_ttl is not None
    assert 0 < job.failure_ttl <= 3600
    assert job.timeout is not None
    assert 0 < job.timeout <= 120
    assert job.description == queue


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "subprocess.run",
        "builtins.eval",
        "workers.routing.worker_ports",
        "workers.worker_ports.set_worker_ports",
        "ivr.actions.offers.take",
        "",
    ],
)
def test_job_of_strange_function_not_run(redis: Redis, name: str) -> None:
    jobs = RqJobs(redis)
    jobs.route(LINE)
    job = only_job(redis, ROUTING)
    forged = json.dumps([name, None, ["true"], {}])
    redis.hset(job.key, "data", job.serializer.dumps(json.loads(forged)))

    with pytest.raises((PermissionError, DeserializationError)):
        _ = only_job(redis, ROUTING).func


def test_job_of_forged_method_not_run(redis: Redis) -> None:
    RqJobs(redis).route(LINE)
    job = only_job(redis, ROUTING)
    data = job.serializer.dumps(["workers.routing.route", "x", [], {}])
    redis.hset(job.key, "data", data)

    with pytest.raises((PermissionError, DeserializationError, AttributeError)):
        only_job(redis, ROUTING).perform()


@pytest.fixture
def wire(valkey_url: str, redis: Redis) -> Iterator[Wire]:
    assert redis.ping()
    made = Wire(valkey_url)
    yield made
    made.client.close()


@pytest.mark.parametrize("queue", QUEUES)
def test_absent_queue_is_unavailable_and_heals(wire: Wire, queue: str) -> None:
    jobs = RqJobs(wire.client)
    wire.cut()
    with pytest.raises(Unavailable):
        SENDS[queue][0](jobs)

    wire.mend()
    SENDS[queue][0](jobs)
    assert only_job(wire.client, queue).func_name == SENDS[queue][1]


@pytest.fixture
def read_only(redis: Redis) -> Iterator[None]:
    redis.replicaof("127.0.0.1", 1)
    yield
    redis.replicaof("NO", "ONE")


@pytest.fixture
def full(redis: Redis) -> Iterator[None]:
    redis.config_set("maxmemory", "1")
    yield
    redis.config_set("maxmemory", "0")


@pytest.mark.parametrize("trouble", ["read_only", "full"])
def test_unwritable_queue_is_unavailable(
    redis: Redis, request: pytest.FixtureRequest, trouble: str
) -> None:
    jobs = RqJobs(redis)
    request.getfixturevalue(trouble)

    with pytest.raises(Unavailable):
        jobs.route(LINE)


def test_queue_on_dead_port_is_unavailable() -> None:
    client = Redis(port=1, retry=Retry(NoBackoff(), 0))
    with pytest.raises(Unavailable):
        RqJobs(client).route(LineKey("example"))
    client.close()


def test_worker_tells_life_and_works_on(redis: Redis) -> None:
    worker = HotlineWorker(
        [make_queue(ROUTING, redis)], connection=redis, job_class=HotlineJob
    )
    worker.heartbeat(30)

    assert 0 < redis.ttl(worker.key) <= 30
    assert redis.hget(worker.key, "last_heartbeat")


# --- from a job's coming to its start ------------------------------------------------


@pytest.fixture
def worker(valkey_url: str, redis: Redis) -> Iterator[HotlineWorker]:
    """A worker of an empty queue, which knows its server."""
    assert redis.ping()
    client = counting_client(valkey_url)
    made = HotlineWorker(
        [make_queue(ROUTING, client)],
        connection=client,
        job_class=HotlineJob,
        serializer=JSONSerializer,
    )
    assert made.dequeue_job_and_maintain_ttl(None) is None
    yield made
    client.close()


def taken_job(worker: HotlineWorker) -> Job:
    """The job that waits, taken by the worker as in its loop."""
    taken = worker.dequeue_job_and_maintain_ttl(None)
    assert taken is not None
    return taken[0]


def test_taken_job_begins_in_one_trip(worker: HotlineWorker, redis: Redis) -> None:
    RqJobs(redis).route(LINE)
    before = counted_trips()
    job = taken_job(worker)
    taken = counted_trips()
    worker.prepare_execution(job)
    worker.prepare_job_execution(job, True)  # noqa: FBT003 - as RQ says it

    # That the worker is idle and lives, that it takes a job, and which one it is.
    assert taken - before == 4
    assert counted_trips() - taken == 1


def test_worker_without_its_job_tells_life(worker: HotlineWorker, redis: Redis) -> None:
    worker.reorder_queues(worker.queues[0])
    worker.heartbeat()
    redis.hdel(worker.key, "last_heartbeat")
    worker.heartbeat()

    assert redis.hget(worker.key, "last_heartbeat")


def test_begun_job_written_down_whole(worker: HotlineWorker, redis: Redis) -> None:
    RqJobs(redis).route(LINE)
    job = taken_job(worker)
    (queue,) = worker.queues
    assert redis.lrange(queue.intermediate_queue_key, 0, -1) == [job.id.encode()]
    execution = worker.prepare_execution(job)

    assert redis.exists(queue.intermediate_queue_key) == 0
    assert queue.started_job_registry.get_job_ids() == [job.id]
    assert job.get_status() is JobStatus.STARTED
    assert redis.hget(worker.key, "state") == b"busy"
    assert 60 < redis.ttl(worker.key) <= 120
    assert worker.executions == {execution.id: execution}


def test_finished_job_leaves_worker_idle(worker: HotlineWorker, redis: Redis) -> None:
    RqJobs(redis).route(LINE)
    (queue,), job = worker.queues, taken_job(worker)
    worker.execute_job(job, queue)  # it fails, for nobody has opened the ports
    redis.hdel(worker.key, "last_heartbeat")
    worker.heartbeat()

    assert not worker.executions
    assert queue.started_job_registry.get_job_ids() == []
    assert redis.hget(worker.key, "state") == b"idle"
    assert redis.hget(worker.key, "last_heartbeat")
