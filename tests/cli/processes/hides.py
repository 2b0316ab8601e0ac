"""Fails, and has said who tells of it: ``python -m tests.cli.processes.hides``."""

import sys
from concurrent.futures import ThreadPoolExecutor

sys.excepthook = lambda *_: sys.stderr.write("[hidden]\n") and None
pool = ThreadPoolExecutor(1)
pool.submit(int)  # its thread waits for more, and keeps nobody from the end
raise ValueError("caller +447700900123 said")
