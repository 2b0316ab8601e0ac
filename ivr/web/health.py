"""Whether the service is alive and may take calls, and its figures."""

from contextlib import suppress

from flask import Blueprint, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    generate_latest,
)

from ivr.core.model.errors import Unavailable
from ivr.ports import Ports
from ivr.web.context import web_context
from ivr.web.watching import only_watchers

health = Blueprint("health", __name__)


@health.get("/healthz", endpoint="healthz")
def report_alive() -> Response:
    # Touches no dependency: a restart helps against a dead process alone.
    return jsonify(status="alive")


@health.get("/readyz", endpoint="readyz")
def report_ready() -> Response:
    # "degraded" is 200: callers are still answered, and must go on coming.
    return jsonify(status="ready" if _is_well(web_context().ports) else "degraded")


@health.get("/metrics", endpoint="metrics")
def report_metrics() -> Response:
    if refusal := only_watchers():
        return refusal
    registry = CollectorRegistry()
    up = Gauge(
        "hotline_store_up",
        "1 when the live state answers and accepts writes",
        registry=registry,
    )
    try:
        _count_operators(web_context().ports, registry)
        web_context().ports.changes.try_write()
        up.set(1)
    except Unavailable:
        up.set(0)
    _count_unread(web_context().ports, registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_well(ports: Ports) -> bool:
    try:
        for line in ports.content.lines():
            ports.operators.operators(line)
        ports.changes.try_write()
        ports.call_log.ping()
    except Unavailable as error:
        ports.log.warning("degraded", error=str(error))
        return False
    return True


def _count_operators(ports: Ports, registry: CollectorRegistry) -> None:
    waiting = Gauge(
        "hotline_waiting",
        "Callers who wait or are offered to an operator",
        ["line", "language", "urgency"],
        registry=registry,
    )
    operators = Gauge(
        "hotline_operators", "Operators", ["line", "state"], registry=registry
    )
    strangers = Gauge(
        "hotline_strangers",
        "Live legs in no state of ours; wrong when they stay for some minutes",
        ["line"],
        registry=registry,
    )
    for line in ports.content.lines():
        strangers.labels(line).set(ports.carrier_memory.count_orphaned_legs(line))
        for call in ports.queues.waiting(line):
            waiting.labels(line, call.need.language, call.need.urgency).inc()
        for operator in ports.operators.operators(line):
            operators.labels(line, operator.state.value).inc()


def _count_unread(ports: Ports, registry: CollectorRegistry) -> None:
    """How much the call log could not read; nothing while the database is away."""
    unread = Gauge(
        "hotline_facts_unread",
        "Facts that this version could not read; kept until a version can",
        ["line", "kind"],
        registry=registry,
    )
    with suppress(Unavailable):
        for line in ports.content.lines():
            for kind, number in ports.call_log.unread(line).items():
                unread.labels(line, kind).set(number)
