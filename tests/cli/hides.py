"""Fails, and has said who tells of it: ``python -m tests.cli.hides``."""

import atexit
import sys

sys.excepthook = lambda *_: sys.stderr.write("[hidden]\n") and None
atexit.register(lambda: sys.stderr.write("tidied\n"))
raise ValueError("caller +447700900123 said")
