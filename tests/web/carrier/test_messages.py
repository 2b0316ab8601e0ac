"""Written messages are not answered yet; who sends them is known all the same."""

import pytest
from flask.testing import FlaskClient

from ivr.app import create_app
from ivr.core.model.values import replace
from tests.web.signing import post
from tests.world import ACCOUNT, BASE, World

HEADER = "X-Telegram-Bot-Api-Secret-Token"
KNOCK = "a-word-of-tests"
MESSAGE = {
    "MessageSid": "SM" + "1" * 32,
    "AccountSid": ACCOUNT,
    "From": "whatsapp:+447700900123",
    "To": "whatsapp:+12025550101",
    "Body": "words",
    "NumMedia": "0",
}
UPDATE = {"update_id": 1, "message": {"text": "words"}}


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A house with a bot."""
    inside = replace(world.app.extensions["hotline"], telegram_secret=KNOCK)
    return create_app(inside).test_client()


def test_genuine_message_noted_not_kept(world: World) -> None:
    given = post(world.app.test_client(), "/messages/twilio", MESSAGE)

    assert given.status_code == 200
    assert given.data == b"<Response/>"
    assert world.redis.keys("*") == []
    assert "words" not in repr(world.notes.kept)


def test_forged_message_refused(client: FlaskClient) -> None:
    assert client.post("/messages/twilio", data=MESSAGE).status_code == 403


def test_update_with_secret_taken(client: FlaskClient) -> None:
    given = client.post("/messages/telegram", json=UPDATE, headers={HEADER: KNOCK})

    assert given.status_code == 200


@pytest.mark.parametrize("secret", ["", "other", KNOCK[:-1], KNOCK + "x", "é"])
def test_update_without_secret_refused(client: FlaskClient, secret: str) -> None:
    given = client.post("/messages/telegram", json=UPDATE, headers={HEADER: secret})

    assert given.status_code == 403


@pytest.mark.parametrize("secret", ["", KNOCK])
def test_update_refused_where_no_bot(world: World, secret: str) -> None:
    given = world.app.test_client().post(
        "/messages/telegram", json=UPDATE, headers={HEADER: secret}, base_url=BASE
    )

    assert given.status_code == 403
