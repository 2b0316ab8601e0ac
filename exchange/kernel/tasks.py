"""Scripts that wait for time or for one another, without threads and without a clock.

Each leg of a call and each person is a generator. It yields how many seconds it is
willing to wait (None: for ever) and is resumed with the next signal sent to it, or
with None when the time ran out. An interrupt is an exception thrown into it, so that
a hang-up unwinds whatever the call was in the middle of.
"""

import heapq
from collections import deque
from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Script: TypeAlias = Generator[float | None, object, T]


class Interrupt(Exception):
    """Something that breaks off what a script is doing."""

    def applies(self) -> bool:
        """Tell whether it still makes sense when its turn comes."""
        return True


class Task:
    """A running script with its inbox."""

    def __init__(self, script: Script[None]) -> None:
        self._script = script
        self._inbox: deque[object] = deque()
        self._interrupts: deque[Interrupt] = deque()
        self._started = False
        self.fired = False
        self.turn = 0
        self.alive = True

    def post(self, signal: object) -> None:
        """Put a signal into the inbox."""
        self._inbox.append(signal)

    def break_in(self, interrupt: Interrupt) -> None:
        """Put an interrupt ahead of all signals."""
        self._interrupts.append(interrupt)

    def has_work(self) -> bool:
        """Tell whether the script can go on now."""
        while self._interrupts and not self._interrupts[0].applies():
            self._interrupts.popleft()
        waiting = bool(self._inbox or self._interrupts)
        return self.alive and (waiting or self.fired or not self._started)

    def resume(self) -> float | None:
        """Let the script go on to its next wait; return how long it will wait."""
        self.turn += 1
        fired, self.fired = self.fired, False
        if not self._started:
            self._started = True
            return next(self._script)
        if self._interrupts:
            return self._script.throw(self._interrupts.popleft())
        signal = self._inbox.popleft() if self._inbox and not fired else None
        return self._script.send(signal)


class Timeline:
    """Runs tasks and timed calls in the order of their due times."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.current: Task | None = None
        self._ready: deque[Task] = deque()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._settling = False

    def start(self, script: Script[None]) -> Task:
        """Begin a script; it runs when the timeline settles."""
        task = Task(script)
        self._ready.append(task)
        return task

    def signal(self, task: Task | None, signal: object) -> None:
        """Send a signal; a task that has ended does not hear it."""
        if task is not None and task.alive:
            task.post(signal)
            self._ready.append(task)

    def interrupt(self, task: Task | None, interrupt: Interrupt) -> None:
        """Break into a task; one that has ended does not notice."""
        if task is not None and task.alive:
            task.break_in(interrupt)
            self._ready.append(task)

    def call_in(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function` after `seconds`."""
        self._count += 1
        due = self.now + max(seconds, 0.0)
        heapq.heappush(self._due, (due, self._count, function))

    def next_due(self) -> float | None:
        """Return when something is next to happen by itself."""
        return self._due[0][0] if self._due else None

    def advance(self, now: float) -> None:
        """Let everything happen that is due up to `now`."""
        self.run_ready_tasks()
        while self._due and self._due[0][0] <= now:
            self._next_timer()
            self.run_ready_tasks()
        self.now = max(self.now, now)

    def run_ready_tasks(self) -> None:
        """Run whatever can go on without time passing."""
        if self._settling:
            return
        self._settling = True
        try:
            self._run_ready()
        finally:
            self._settling = False

    def _run_ready(self) -> None:
        while self._ready or self._is_due():
            if self._ready:
                self._step_task(self._ready.popleft())
            else:
                self._next_timer()

    def _is_due(self) -> bool:
        return bool(self._due) and self._due[0][0] <= self.now

    def _next_timer(self) -> None:
        due, _, function = heapq.heappop(self._due)
        self.now = max(self.now, due)
        function()

    def _step_task(self, task: Task) -> None:
        if not task.has_work():
            return
        self.current = task
        try:
            pause = task.resume()
        except StopIteration:
            task.alive = False
        else:
            self._set_timer(task, pause)
        finally:
            self.current = None
        if task.has_work():
            self._ready.append(task)

    def _set_timer(self, task: Task, pause: float | None) -> None:
        turn = task.turn
        if pause is not None:
            self.call_in(pause, lambda: self._fire_timeout(task, turn))

    def _fire_timeout(self, task: Task, turn: int) -> None:
        if task.alive and task.turn == turn:
            task.fired = True
            self._ready.append(task)
