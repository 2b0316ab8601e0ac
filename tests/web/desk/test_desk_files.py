"""What browsers load beside the pages."""

import pytest
from flask.testing import FlaskClient

from ivr.web.desk.pages.files import KINDS
from ivr.web.desk.render.responses import STATIC
from tests.web.desk_people import at_the_door
from tests.world import World


@pytest.fixture
def client(world: World) -> FlaskClient:
    return at_the_door(world)


def test_stylesheet_given_with_kind_and_kept_awhile(
    client: FlaskClient,
) -> None:
    given = client.get("/desk/static/desk.css")

    assert given.status_code == 200
    assert given.headers["Content-Type"] == "text/css; charset=utf-8"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=3600" in given.headers["Cache-Control"]
    again = client.get(
        "/desk/static/desk.css", headers={"If-None-Match": given.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_script_sent_only_when_changed(
    client: FlaskClient,
) -> None:
    given = client.get("/desk/static/ring.js")

    assert "no-cache" in given.headers["Cache-Control"]
    again = client.get(
        "/desk/static/ring.js", headers={"If-None-Match": given.headers["ETag"]}
    )
    assert again.status_code == 304


def test_every_file_of_ours_has_kind() -> None:
    found = {path.suffix for path in STATIC.rglob("*") if path.is_file()}

    assert found <= set(KINDS)


def test_page_names_changed_files_anew(
    client: FlaskClient,
) -> None:
    assert "/desk/static/desk.css?v=" in client.get("/").text


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "..%2Fapp.py",
        "%2e%2e/%2e%2e/app.py",
        "nothing.css",
        ".hidden.css",
        "",
        "/etc/passwd",
        "%00.css",
    ],
)
@pytest.mark.parametrize("folder", ["static", "vendor"])
def test_nothing_else_given(client: FlaskClient, folder: str, name: str) -> None:
    assert client.get(f"/desk/{folder}/{name}").status_code in {404, 308}


def test_unneeded_file_kind_not_served(
    client: FlaskClient,
) -> None:
    assert client.get("/desk/static/desk.py").status_code == 404
