"""Jobs on a real Valkey: what RQ is given, and what it may run."""

import json
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.exceptions import DeserializationError
from rq.job import Job

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
from tests.dsl.wire import Wire
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
