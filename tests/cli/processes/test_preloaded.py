"""What gunicorn reads before it forks, in a process of its own: it stays frozen."""

import subprocess
import sys

LOOKED = """
import gc, ivr.cli.preloaded as preloaded
print(gc.get_freeze_count())
made = [[] for _ in range(1000)]
preloaded.post_worker_init(None)
print(gc.get_freeze_count())
"""


def frozen() -> list[int]:
    looked = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", LOOKED], capture_output=True, text=True, check=True
    )
    return [int(row) for row in looked.stdout.split()]


def test_no_webhook_waits_for_look_through_modules() -> None:
    modules, with_application = frozen()

    assert modules > 50_000
    assert with_application >= modules + 1_000
