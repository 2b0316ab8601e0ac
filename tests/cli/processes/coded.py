"""Becomes a program of the code that it is given as its first word."""

import os
import sys

os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])  # noqa: S606 - our own
