"""Tells what a forked process is like: ``python -m ... FILE STATUS``."""

import json
import os
import signal
import sys
from pathlib import Path

told = {
    "words": sys.argv[1:],
    "name": Path("/proc/self/cmdline").read_text().rstrip("\0"),
    "env": dict(os.environ),  # noqa: TID251 - what it was given
    "first_env": Path("/proc/self/environ").read_text(),
    "leads": os.getpgid(0) == os.getpid(),
    "open": sorted(int(each.name) for each in Path("/proc/self/fd").iterdir()),
    "input": sys.stdin.read(),
    "ends": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
}
Path(sys.argv[1]).write_text(json.dumps(told))
sys.exit(int(sys.argv[2]))
