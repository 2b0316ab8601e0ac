"""A caller in the terminal: what is printed of what is heard."""

import pytest

from ivr.cli.call import told


@pytest.mark.parametrize(
    ("event", "lines"),
    [
        ({"kind": "say", "language": "uk-UA", "text": "Так."}, ["[uk-UA] Так."]),
        ({"kind": "play"}, ["~ music ~"]),
        ({"kind": "gather"}, ["  (keys?)"]),
        ({"kind": "pressed", "text": "12#"}, ["  > 12#"]),
        ({"kind": "queue"}, ["  (waiting in the queue)"]),
        ({"kind": "connected"}, ["  (connected: you are talking)"]),
        ({"kind": "ended"}, ["  (the call is over)"]),
        ({"kind": "gather-end"}, []),
    ],
)
def test_each_event_is_told_in_a_line(event: dict[str, str], lines: list[str]) -> None:
    assert list(told(event)) == lines
