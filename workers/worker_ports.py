"""The ports of a worker process, opened once by ``workers.run``."""

from ivr.ports import Ports

_opened: list[Ports] = []


def set_worker_ports(ports: Ports) -> None:
    """Give this process its ports."""
    _opened[:] = [ports]


def worker_ports() -> Ports:
    """The ports of this process."""
    if not _opened:
        raise RuntimeError("jobs run in a worker: python -m workers.run QUEUE")
    return _opened[0]
