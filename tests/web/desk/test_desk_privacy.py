"""What operators write, and the place they are shown, is kept in clear nowhere."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

from exchange.state.leg import Leg
from exchange.state.people import Stay, accepting_operator
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.doing import until_state
from tests.dsl.faults.wire import broken_database
from tests.web.canaries import AREA, CALLER, NEEDLES, OPERATOR, SPOKEN_AREA, of_files
from tests.web.desk.writing import HTMX, PLAIN, Writer, chosen
from tests.web.desk_people import signed_in
from tests.web.haystack import TELLS_AREA, everywhere
from tests.world import World

NOTE = "She hides with the canary of the note"
ASKED = "Bring the canary of the follow-up"
CARD = "/operator/caller"
WRITTEN = {"note": NOTE.encode(), "follow-up": ASKED.encode()}


def writes_and_looks(world: World) -> Leg:
    """Everything that an operator writes of a call and is shown, and some faults."""
    world.operator("anna", accepting_operator(), phone=OPERATOR)
    anna = Writer(world, signed_in(world))
    caller: Leg = world.dial(*TELLS_AREA, Stay(), from_=CALLER)
    until_state(world, State.TALKING)
    anna.writes(caller, note=NOTE, follow_up=ASKED)
    anna.writes(caller, note=f"{NOTE}, in a second window")
    anna.writes(caller, note=NOTE, disposition=ASKED)
    anna.writes(caller, note=NOTE * 1000)
    anna.post("/operator/record/complete", call=caller.sid, version="1", note=NOTE)
    anna.client.get("/operator/caller")
    for headers in (HTMX, PLAIN):
        anna.post("/operator/reveal", headers)
    at = chosen(world)
    anna.post("/operator/call-again", call=caller.sid, at=at)
    anna.post("/operator/call-again", call=caller.sid, at=NOTE)
    for path in ("record", "caller", "waiting", "day", "missed"):
        anna.client.get(f"/operator/{path}")
    world.exchange.hang_up(caller)
    until_state(world, State.AVAILABLE)
    return caller


def test_written_and_shown_nowhere_in_clear(
    aof: Path,
    watched: World,
    tmp_path: Path,
    lines: io.StringIO,
    documents: list[tuple[str, bytes]],
) -> None:
    caller = writes_and_looks(watched)
    record = watched.ports.records.of(ContactId(caller.sid), OperatorId("anna"))
    assert record is not None
    assert record.note == NOTE

    hay = everywhere(watched, tmp_path, lines, documents) | dict(of_files(aof))
    pages = {name for name in hay if name.startswith("document /operator")}
    kept = {name: content for name, content in hay.items() if name not in pages}

    assert found(kept, WRITTEN) == []
    assert canaries(kept, "caller") == canaries(kept, "operator") == []
    spoken = {n: c.replace(SPOKEN_AREA.encode(), b"") for n, c in kept.items()}
    assert canaries(spoken, "area") == []
    # The pages of whoever has the call tell it, once it was asked for.
    shown = {name: hay[name] for name in pages}
    telling = sorted(map(in_order, canaries(shown, "area")))
    cards = sorted(each for each in map(in_order, shown) if each[1] == CARD)
    with_card = {"/operator/record", CARD}
    assert {path for _, path in telling} == {"/operator/reveal", *with_card}
    assert cards[0] < telling[0]
    assert telling[0][1] == "/operator/reveal"
    assert canaries(shown, "caller") == []
    assert any(AREA.encode() in content for content in shown.values())


def in_order(name: str) -> tuple[int, str]:
    """The number and the path of a document, of a name that says both."""
    _, path, number = name.split()
    return int(number), path


def test_failed_save_tells_no_word(
    watched: World, tmp_path: Path, lines: io.StringIO
) -> None:
    world = watched
    world.operator("anna", accepting_operator(), phone=OPERATOR)
    anna = Writer(world, signed_in(world))
    caller: Leg = world.dial(*TELLS_AREA, Stay(), from_=CALLER)
    until_state(world, State.TALKING)
    world.jobs.are_lost, world.reconciles = True, False
    token = anna.client.get("/account").text.partition('name="csrf_token" value="')[2]
    form = {"csrf_token": token.partition('"')[0], "call": caller.sid, "note": NOTE}
    assert anna.client.post("/operator/record", data=form).status_code == 303
    with broken_database(tmp_path):
        away = anna.client.post("/operator/record", data=form, headers=HTMX)
    with closing(sqlite3.connect(tmp_path / "hotline.db")) as database:
        database.execute("UPDATE records SET saved = 'never'")
        database.commit()
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    failed = anna.client.post("/operator/record", data=form, headers=HTMX)

    assert (away.status_code, failed.status_code) == (503, 500)
    assert "Traceback" in lines.getvalue()
    assert found({"log": lines.getvalue().encode()}, WRITTEN) == []


def found(haystack: dict[str, bytes], needles: dict[str, bytes]) -> list[str]:
    """Where a text is found: "place: which" for each."""
    return sorted(
        f"{place}: {name}"
        for place, content in haystack.items()
        for name, needle in needles.items()
        if needle in content
    )


def canaries(haystack: dict[str, bytes], which: str) -> list[str]:
    """The places where one of the canaries sings."""
    needle = NEEDLES[which]
    return sorted(
        place for place, content in haystack.items() if needle.search(content)
    )
