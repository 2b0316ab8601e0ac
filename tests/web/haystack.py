"""All places in which somebody could read of a caller later."""

import io
from pathlib import Path

from exchange.state.people import Press
from tests.web.canaries import AREA, of_files
from tests.web.contents import of_redis
from tests.world import LINE, World

TELLS_AREA = (
    Press(digits="1"),
    Press(digits="1"),
    Press(digits="2"),
    Press(digits=f"{AREA}#"),
    Press(digits="1"),
)
"""The keys of a caller who says in which area they are."""


def everywhere(
    world: World, folder: Path, lines: io.StringIO, documents: list[tuple[str, bytes]]
) -> dict[str, bytes]:
    """All that somebody could read later who should not know."""
    rest = [asked for asked, _ in world.rest.traffic]
    addresses = [one.path for one in rest]
    queries = [str(one.params) for one in rest if one.method == "GET"]
    return {
        "log": lines.getvalue().encode(),
        "notes": repr(world.notes.kept).encode(),
        "our addresses": "\n".join(url for _, url in world.asked).encode(),
        "carrier's addresses": "\n".join(addresses + queries).encode(),
        "metrics": world.app.test_client().get("/metrics").data,
        "ready": world.app.test_client().get("/readyz").data,
        "log of calls": repr(world.log()).encode(),
        "operators": repr(world.ports.operators.operators(LINE)).encode(),
        **{
            f"document {path} {number}": body
            for number, (path, body) in enumerate(documents)
            if path not in {"/metrics", "/readyz"}
        },
        **of_redis(world.redis),
        **dict(of_files(folder)),
    }
