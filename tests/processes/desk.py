"""A clerk: one process that runs `hotline` commands, one after the other.

A command's own start takes a second on a slow machine, nearly all of it imports.
Each command still runs as `python -m ivr.cli` does; only the imports are kept.
"""

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed, and its exit status."""

    code: int
    out: str
    err: str


class Desk:
    """The clerk as the tests see it."""

    def __init__(self, settings: Mapping[str, str], folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.desk"],
            env=dict(settings),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._turn = threading.Lock()

    def run(self, *words: str, **settings: str) -> Said:
        """Run one command; ``settings`` are in the environment from now on."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._turn:
            self.process.stdin.write(json.dumps([words, settings]) + "\n")
            self.process.stdin.flush()
            return Said(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """No more commands."""
        self.process.communicate(timeout=60)


def _run(words: list[str], settings: Mapping[str, str]) -> Said:
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["hotline", *words]
    os.environ.update(settings)  # noqa: TID251 - what a command would begin with
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_module("ivr.cli", run_name="__main__", alter_sys=False)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except Exception:  # noqa: BLE001 - as the interpreter would tell it
            code = 1
            traceback.print_exc()
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


if __name__ == "__main__":
    for line in sys.stdin:
        said = _run(*json.loads(line))
        answer = {"code": said.code, "out": said.out, "err": said.err}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
