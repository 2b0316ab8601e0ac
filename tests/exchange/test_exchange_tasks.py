"""The small scheduler under everything: order, timeouts, interrupts."""

from exchange.kernel.tasks import Interrupt, Script, Timeline


def listener(heard: list[object], pauses: list[float | None]) -> Script[None]:
    for pause in pauses:
        signal = yield pause
        heard += [signal]


def test_timed_out_script_resumes_with_nothing() -> None:
    timeline, heard = Timeline(100.0), list[object]()
    timeline.start(listener(heard, [5.0]))

    timeline.advance(104.9)
    early = list(heard)
    timeline.advance(105.0)

    assert (early, heard) == ([], [None])


def test_signals_come_in_order_and_none_lost() -> None:
    timeline, heard = Timeline(0.0), list[object]()
    task = timeline.start(listener(heard, [None, None, 1.0]))

    timeline.signal(task, "a")
    timeline.signal(task, "b")
    timeline.advance(2.0)

    assert heard == ["a", "b", None]


def test_signal_before_timeout_makes_it_void() -> None:
    timeline, heard = Timeline(0.0), list[object]()
    task = timeline.start(listener(heard, [5.0, 10.0]))
    timeline.advance(3.0)

    timeline.signal(task, "a")
    timeline.advance(12.9)

    assert heard == ["a"]
    assert timeline.next_due() == 13.0


def test_interrupt_precedes_signals_and_is_catchable() -> None:
    timeline, heard = Timeline(0.0), list[object]()

    def catching() -> Script[None]:
        try:
            yield None
        except Interrupt as caught:
            heard.append(caught)
        heard.append((yield None))

    task, interrupt = timeline.start(catching()), Interrupt()
    timeline.run_ready_tasks()
    timeline.signal(task, "later")
    timeline.interrupt(task, interrupt)
    timeline.run_ready_tasks()

    assert heard == [interrupt, "later"]


def test_interrupt_that_no_longer_applies_is_dropped() -> None:
    class Void(Interrupt):
        def applies(self) -> bool:
            return False

    timeline, heard = Timeline(0.0), list[object]()
    task = timeline.start(listener(heard, [1.0]))
    timeline.run_ready_tasks()

    timeline.interrupt(task, Void())
    timeline.advance(1.0)

    assert heard == [None]


def test_task_that_has_ended_hears_nothing_more() -> None:
    timeline, heard = Timeline(0.0), list[object]()
    task = timeline.start(listener(heard, []))
    timeline.run_ready_tasks()

    timeline.signal(task, "a")
    timeline.interrupt(task, Interrupt())
    timeline.run_ready_tasks()

    assert heard == []
    assert not task.alive
