"""Fails, and has said who tells of it: ``python -m tests.cli.hides``."""

import atexit
import sys
from concurrent.futures import ThreadPoolExecutor

sys.excepthook = lambda *_: sys.stderr.write("[hidden]\n") and None
atexit.register(lambda: sys.stderr.write("tidied\n"))
pool = ThreadPoolExecutor(1)
pool.submit(int)  # its thread waits for more
raise ValueError("caller +447700900123 said")
