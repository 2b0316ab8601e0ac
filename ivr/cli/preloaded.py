"""What gunicorn reads before it forks: the modules, so that its workers share them.

Modules alone: connections are each worker's own, and opened by ``application``.
"""

import ivr.cli.web  # noqa: F401 - imported once for all workers
