"""Modules that gunicorn imports before it forks, so that its workers share them.

Only modules: connections belong to each worker, and ``application`` opens them.
Everything that exists once a worker can answer stays: a garbage collection would find
nothing there, and keep a caller waiting for some 60 ms.
"""

import gc
from typing import Any

import ivr.cli.web  # noqa: F401 - imported once for all workers

gc.freeze()


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's own name
    """Gunicorn's hook: a worker has its application, and is about to answer."""
    gc.freeze()
