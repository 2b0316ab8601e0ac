"""What gunicorn reads before it forks: the modules, so that its workers share them.

Modules alone: connections are each worker's own, and opened by ``application``. What
stands once a worker can answer is there for good: a look through all of it for what is
garbage would find nothing, and keep a caller waiting for some 60 ms.
"""

import gc
from typing import Any

import ivr.cli.web  # noqa: F401 - imported once for all workers

gc.freeze()


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's own name
    """Gunicorn's hook: a worker has its application, and is about to answer."""
    gc.freeze()
