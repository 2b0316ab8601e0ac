"""REST: every answer as the carrier's document describes it, every refusal named."""

from pathlib import Path

import pytest

from tests.exchange.box import ACCOUNT, BASE, CALLER, HOTLINE, OPERATOR, TOKEN, Box
from tests.exchange.openapi import Mismatch, Spec

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"


def paths(box: Box) -> list[str]:
    state = box.exchange.state
    [queue], [room] = state.queues, state.conferences
    [message] = state.messages
    call, number = next(iter(state.legs)), next(iter(state.number_sids.values()))
    people = f"Conferences/{room}/Participants"
    guest = state.conferences[room].participants[0].leg.sid
    return [
        *("Calls", f"Calls/{call}", "Queues", f"Queues/{queue}"),
        *(f"Queues/{queue}/Members", f"Queues/{queue}/Members/Front"),
        *("Conferences", f"Conferences/{room}", people, f"{people}/{guest}"),
        *("Messages", f"Messages/{message}"),
        *("IncomingPhoneNumbers", f"IncomingPhoneNumbers/{number}"),
    ]


def test_every_resource_shown_as_document_describes(busy: Box, spec: Spec) -> None:
    for tail in paths(busy):
        answer = busy.call("GET", tail)

        assert answer.status == 200, tail
        spec.check_response("GET", f"{ROOT}/{tail}.json", 200, answer.body)


def test_every_change_answered_as_document_describes(busy: Box, spec: Spec) -> None:
    [queue], [room] = busy.exchange.state.queues, busy.exchange.state.conferences
    call = list(busy.exchange.state.legs)[-1]
    guest = busy.exchange.state.conferences[room].participants[0].leg.sid
    number = next(iter(busy.exchange.state.number_sids.values()))
    new_call = {"To": OPERATOR, "From": HOTLINE, "Url": f"{BASE}/url"}
    changes: list[tuple[str, str, dict[str, object]]] = [
        ("POST", "Calls", new_call | {"StatusCallbackEvent": ["ringing", "answered"]}),
        ("POST", f"Calls/{call}", {"Url": f"{BASE}/url"}),
        ("POST", f"Calls/{call}", {"Status": "completed"}),
        ("POST", "Queues", {"FriendlyName": "other", "MaxSize": 10}),
        ("POST", f"Queues/{queue}", {"MaxSize": 20}),
        ("POST", f"Queues/{queue}/Members/Front", {"Url": f"{BASE}/url"}),
        ("POST", f"Conferences/{room}/Participants/{guest}", {"Muted": "true"}),
        (
            "POST",
            f"Conferences/{room}/Participants",
            {"To": OPERATOR, "From": HOTLINE, "Label": "x"},
        ),
        ("DELETE", f"Conferences/{room}/Participants/{guest}", {}),
        ("POST", f"Conferences/{room}", {"Status": "completed"}),
        ("POST", "Messages", {"To": CALLER, "From": HOTLINE, "Body": "hi"}),
        ("POST", f"IncomingPhoneNumbers/{number}", {"VoiceUrl": f"{BASE}/new"}),
        ("POST", f"Calls/{call}", {"Url": f"{BASE}/url"}),
    ]
    for method, tail, params in changes:
        url = f"{ROOT}/{tail}.json"
        form = [
            (name, str(each))
            for name, value in params.items()
            for each in (value if isinstance(value, list) else [value])
        ]

        spec.check_request(method, url, form)
        answer = busy.rest(method, tail, tuple(form))

        spec.check_response(method, url, answer.status, answer.body)
    assert busy.exchange.complaints == []


@pytest.mark.parametrize(
    ("method", "tail", "form"),
    [
        ("POST", "Calls", [("To", CALLER)]),
        ("POST", "Calls", [("To", CALLER), ("From", HOTLINE), ("Tiemout", "9")]),
        ("POST", "Calls", [("To", CALLER), ("From", HOTLINE), ("Timeout", "long")]),
        ("GET", "Calls?Status=talking", []),
        ("POST", "Calls/CA12", [("Status", "completed")]),
        ("GET", "Telephones", []),
    ],
)
def test_wrong_requests_caught(
    spec: Spec, method: str, tail: str, form: list[tuple[str, str]]
) -> None:
    path, _, query = tail.partition("?")
    url = f"{ROOT}/{path}.json" + (f"?{query}" if query else "")

    with pytest.raises(Mismatch):
        spec.check_request(method, url, form)


def test_without_right_token_everything_is_401(box: Box) -> None:
    for auth in (None, (ACCOUNT, "wrong"), ("AC" + "9" * 32, TOKEN)):
        answer = box.exchange.rest("GET", f"{ROOT}/Calls.json", (), auth)

        assert answer.status == 401
        assert answer.body is not None
        assert answer.body["code"] == 20003


def test_unknown_paths_are_404_and_complained_of(box: Box) -> None:
    answer = box.call("GET", "Telephones")

    assert answer.status == 404
    assert answer.body is not None
    assert answer.body["code"] == 20404
    assert len(box.exchange.complaints) == 1


def test_unknown_parameters_complained_of(box: Box) -> None:
    box.call("GET", "Calls", Colour="blue")

    assert "'Colour'" in box.exchange.complaints[0].text


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"To": "nobody"}, 21211),
        ({"From": "+12025550199"}, 21210),
        ({"Url": "hotline"}, 21205),
        ({"Url": "https://under_score.example/a"}, 21205),
        ({"Url": "", "Twiml": "<Response>" + "x" * 4000 + "</Response>"}, 32018),
        ({"Url": "", "Twiml": "<Respons/>"}, 12100),
        ({"Timeout": "long"}, 20001),
        ({"StatusCallbackEvent": "begun"}, 21219),
    ],
)
def test_bad_calls_refused_by_number(
    box: Box, params: dict[str, object], code: int
) -> None:
    good: dict[str, object] = {"To": OPERATOR, "From": HOTLINE, "Url": f"{BASE}/url"}

    answer = box.call("POST", "Calls", **(good | params))

    assert answer.status == 400
    assert answer.body is not None
    assert answer.body["code"] == code
    assert box.exchange.state.legs == {}


def test_member_who_has_left_is_404(busy: Box) -> None:
    [queue] = busy.exchange.state.queues.values()
    member = queue.members[0].leg
    busy.exchange.hang_up(member)

    answer = busy.call(
        "POST", f"Queues/{queue.sid}/Members/{member.sid}", Url=f"{BASE}/url"
    )

    assert answer.status == 404


def test_document_found_beside_project(spec_path: Path) -> None:
    assert spec_path.exists()
