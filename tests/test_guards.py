"""Who may knock at which address, and what every answer carries."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from exchange.state.people import Stay
from ivr.web.guards import CARRIER_FIELDS
from tests.dsl.doing import TO_THE_QUEUE
from tests.web.audience import AUDIENCE, CARRIER
from tests.web.contents import of_redis
from tests.web.signing import post, signature
from tests.world import ACCOUNT, BASE, CALLER, HOTLINE, TOKEN, World

SIGNED = sorted(path for (_, path), who in AUDIENCE.items() if who == CARRIER)
OPEN = ("/healthz", "/readyz", "/metrics", "/audio/tone.wav")
ELSEWHERE = "https://other.example"
NO_CONTENT = {
    "/voice/status",
    "/voice/try/status",
    "/voice/back/status",
    "/voice/room-events",
}

FORM = {
    "CallSid": "CA" + "5" * 32,
    "AccountSid": ACCOUNT,
    "From": CALLER,
    "To": HOTLINE,
    "CallStatus": "completed",
    "Digits": "1",
}
TARGET = "?claim=token-0001&n=0&attempt=1"


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.app.test_client()


@pytest.fixture
def watched(world: World) -> Iterator[World]:
    """A house with a caller in the queue, whom no forged request may touch."""
    caller = world.dial(*TO_THE_QUEUE, Stay())
    world.exchange.run_until(lambda: caller.queue)
    before = of_redis(world.redis)
    yield world
    assert of_redis(world.redis) == before


def forged(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """A request that says that it is the carrier's."""
    request = {"data": FORM, "base_url": BASE} | more
    return client.post(path, **request)


def signed_with(value: str) -> dict[str, str]:
    return {"X-Twilio-Signature": value}


def test_address_table_is_complete(world: World) -> None:
    found = {
        (method, rule.rule)
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }

    assert found == set(AUDIENCE)


@pytest.mark.parametrize("path", SIGNED)
def test_forged_request_refused_and_changes_nothing(watched: World, path: str) -> None:
    client, there = watched.app.test_client(), path + TARGET
    right = signature(there, FORM)
    attempts = {
        "unsigned": forged(client, there),
        "empty": forged(client, there, headers=signed_with("")),
        "nonsense": forged(client, there, headers=signed_with("AAAA")),
        "not ascii": forged(client, there, headers=signed_with("é")),
        "other token": forged(
            client, there, headers=signed_with(signature(there, FORM, "other"))
        ),
        "body": forged(
            client, there, data={**FORM, "Digits": "2"}, headers=signed_with(right)
        ),
        "field more": forged(
            client, there, data={**FORM, "New": "1"}, headers=signed_with(right)
        ),
        "field less": forged(
            client,
            there,
            data={k: v for k, v in FORM.items() if k != "Digits"},
            headers=signed_with(right),
        ),
        "query": forged(client, f"{there}&x=1", headers=signed_with(right)),
        "without query": forged(client, path, headers=signed_with(right)),
        "host": forged(
            client,
            there,
            headers=signed_with(
                RequestValidator(TOKEN).compute_signature(ELSEWHERE + there, FORM)
            ),
            base_url=ELSEWHERE,
        ),
    }

    assert {name: given.status_code for name, given in attempts.items()} == (
        dict.fromkeys(attempts, 403)
    )
    assert all(b"<Response" not in given.data for given in attempts.values())


@pytest.mark.parametrize("path", SIGNED)
def test_signature_is_bound_to_address(watched: World, path: str) -> None:
    elsewhere = "/voice/resume" if path != "/voice/resume" else "/voice/wait"
    given = forged(
        watched.app.test_client(),
        path,
        headers=signed_with(signature(elsewhere, FORM)),
    )

    assert given.status_code == 403


@pytest.mark.parametrize("path", SIGNED)
def test_request_that_is_no_form_is_refused(watched: World, path: str) -> None:
    client, right = watched.app.test_client(), signature(path, FORM)
    answers = [
        forged(
            client,
            path,
            data=json.dumps(FORM),
            content_type="application/json",
            headers=signed_with(right),
        ),
        forged(
            client,
            path,
            data=b"\xff" * 99,
            content_type="text/plain",
            headers=signed_with(right),
        ),
        forged(
            client,
            path,
            data="CallSid=CA" + "5" * 32,
            content_type="application/octet-stream",
            headers=signed_with(right),
        ),
    ]

    assert [given.status_code for given in answers] == [403] * 3


@pytest.mark.parametrize("path", SIGNED)
def test_large_request_refused_despite_signature(watched: World, path: str) -> None:
    client = watched.app.test_client()
    large = {**FORM, "Padding": "x" * 70_000}

    assert post(client, path, large).status_code == 403
    assert forged(client, path, data=large).status_code == 403


@pytest.mark.parametrize("path", SIGNED)
def test_many_fields_refused_despite_signature(watched: World, path: str) -> None:
    crowded = FORM | {f"x{n}": "" for n in range(CARRIER_FIELDS)}

    assert post(watched.app.test_client(), path, crowded).status_code == 403


@pytest.mark.parametrize("path", SIGNED)
def test_replayed_request_answered_and_changes_nothing(world: World, path: str) -> None:
    client = world.app.test_client()
    for _ in range(2):
        post(client, path + TARGET, FORM)
    world.work()
    before = of_redis(world.redis)

    post(client, path + TARGET, FORM)

    assert {k: v for k, v in of_redis(world.redis).items() if "facts" not in k} == {
        k: v for k, v in before.items() if "facts" not in k
    }


@pytest.mark.parametrize("path", SIGNED)
def test_signed_unknown_fields_are_taken(client: FlaskClient, path: str) -> None:
    form = {
        **FORM,
        "CarrierNovelty": "",
        "FromCity": "",
        "ToCountry": "",
        "Надпис": "Київ ~ + & = %",
        "Spaces": "  two  ",
    }
    there = f"{path}?claim=%D0%9A%D0%B8%D1%97%D0%B2&x=%7E%2F%3A+a%20b&y=~&empty="

    assert post(client, there, form).status_code in {200, 204}


def test_repeated_fields_signed_as_carrier_signs_them(
    client: FlaskClient,
) -> None:
    # The published vector's rule: values of one name sorted, each one once.
    repeated = [("Digits", value) for value in ("5", "1", "1")]
    form = MultiDict([("CallSid", FORM["CallSid"]), ("To", HOTLINE), *repeated])
    right = RequestValidator(TOKEN).compute_signature(BASE + "/voice/incoming", form)

    given = forged(client, "/voice/incoming", data=form, headers=signed_with(right))

    assert given.status_code == 200


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [
        ("http://127.0.0.1:8000", {}),
        ("http://hotline.example", {"X-Forwarded-Proto": "https"}),
        ("http://127.0.0.1", {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "x.y"}),
        ("https://hotline.example", {"X-Forwarded-Proto": "https, http"}),
    ],
)
def test_signature_counts_over_public_address(
    client: FlaskClient, base_url: str, headers: dict[str, str]
) -> None:
    given = client.post(
        "/voice/incoming",
        data=FORM,
        headers=signed_with(signature("/voice/incoming", FORM)) | headers,
        base_url=base_url,
    )

    assert given.status_code == 200
    assert given.mimetype == "text/xml"
    assert b"http://" not in given.data


@pytest.mark.parametrize("port", ["", ":443"])
def test_signature_counts_with_and_without_standard_port(
    client: FlaskClient, port: str
) -> None:
    # The signing side is not consistent about it (facts sheet, section 2).
    right = signature(f"{port}/voice/incoming", FORM)
    given = forged(client, "/voice/incoming", headers=signed_with(right))

    assert given.status_code == 200


def test_answers_to_notices_have_no_content(client: FlaskClient) -> None:
    for path in NO_CONTENT:
        given = post(client, path + "?claim=none", FORM)
        assert (given.status_code, given.data) == (204, b"")


@pytest.mark.parametrize("path", SIGNED)
def test_signed_request_without_call_is_fine(world: World, path: str) -> None:
    given = post(world.app.test_client(), path, {"AccountSid": ACCOUNT})

    assert given.status_code in {200, 204}
    assert not world.notes.failures


@pytest.mark.parametrize("path", SIGNED)
def test_carriers_address_takes_nothing_but_post(
    client: FlaskClient, path: str
) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert client.open(path, method=method).status_code == 405


def test_every_answer_carries_headers_that_protect(client: FlaskClient) -> None:
    answers = [
        *(client.get(path) for path in OPEN),
        client.get("/no-such-place"),
        client.get("/voice/incoming"),
        forged(client, "/voice/incoming"),
        post(client, "/voice/incoming", FORM),
        post(client, "/voice/status", FORM),
        client.get("/audio/example/uk/no-such.wav"),
    ]

    for given in answers:
        headers = given.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert "max-age=" in headers["Strict-Transport-Security"]
        assert "Cache-Control" in headers
    spoken = [given for given in answers if given.mimetype == "text/xml"]
    assert {given.headers["Cache-Control"] for given in spoken} == {"no-store"}


def test_refusal_tells_nothing_about_house(client: FlaskClient) -> None:
    given = forged(client, "/voice/incoming")

    assert len(given.data) < 400
    assert b"wilio" not in given.data
    assert "ignature" not in given.get_data(as_text=True)


@pytest.mark.parametrize("address", AUDIENCE)
def test_answers_lead_to_no_named_host(
    client: FlaskClient, address: tuple[str, str]
) -> None:
    method, path = address
    filled = path.replace("<", "").replace(">", "")
    doubled = "/" + filled[1:].replace("/", "//")
    askew = [filled, f"{filled}/", f"{filled}//", doubled, f"{doubled}/../x"]

    answers = [
        client.open(each, method=method, headers={"Host": "evil.example"})
        for each in askew
        if not each.startswith("//")  # would be a host
    ]

    assert not [each for each in answers if "evil" in each.headers.get("Location", "")]
    assert all(b"evil.example" not in each.data for each in answers)


@pytest.mark.parametrize(
    "name",
    [
        "../line.toml",
        "..%2Fline.toml",
        "%2e%2e%2f%2e%2e%2fline.toml",
        "line.toml",
        "uk.po",
        "%00",
    ],
)
def test_audio_serves_recordings_alone(client: FlaskClient, name: str) -> None:
    for folder in ("example/uk", "example/..", "..%2fexample/prompts", "none/uk"):
        assert client.get(f"/audio/{folder}/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/messages/twilio", "/messages/telegram"])
def test_unset_channels_forged_request_refused(client: FlaskClient, path: str) -> None:
    assert forged(client, path).status_code == 403
