"""When a request is whole, whatever pieces it comes in, and when it is not read."""

import pytest

from ivr.adapters.web_server.incoming_request import (
    HEAD,
    IncomingRequest,
    Lane,
    Refusal,
    RequestProgress,
)

CARRIER = Lane(name="carrier", most=100, refusal=403)
PAGES = Lane(name="pages", most=1000)

GET = b"GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /voice/x HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\na=1&b=2"
CHUNKED = (
    b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=y\r\n0\r\n\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
)
TRAILED = CHUNKED[:-2] + b"X-Sum: 1\r\n\r\n"
WHOLE = {"get": GET, "post": POST, "chunked": CHUNKED, "trailed": TRAILED}


def lanes(path: str) -> Lane:
    return CARRIER if path.startswith("/voice/") else PAGES


def head(*lines: str, method: str = "POST", path: str = "/voice/x") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()


def pieces(came: bytes, size: int) -> list[bytes]:
    return [came[start : start + size] for start in range(0, len(came), size)]


def add_all(request: bytes) -> None:
    arriving = IncomingRequest(lanes)
    for piece in pieces(request, 1000):
        arriving.add_bytes(piece)


@pytest.mark.parametrize("what", WHOLE)
def test_request_is_whole_with_last_byte(what: str) -> None:
    request, arriving = WHOLE[what], IncomingRequest(lanes)

    stages = [arriving.add_bytes(bytes([byte])) for byte in request]

    assert RequestProgress.WHOLE not in stages[:-1]
    assert stages[-1] is RequestProgress.WHOLE
    assert arriving.take_request() == request
    assert arriving.stage is RequestProgress.NOTHING


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 50, 64, 90, 101, 300, 9999])
def test_requests_in_row_taken_one_by_one(size: int) -> None:
    arriving, taken = IncomingRequest(lanes), []
    sent = [GET, POST, POST, CHUNKED, GET, TRAILED, CHUNKED, GET]
    for piece in pieces(b"".join(sent), size):
        arriving.add_bytes(piece)
        while arriving.stage is RequestProgress.WHOLE:
            taken.append(arriving.take_request())
            arriving.add_bytes(b"")

    assert taken == sent


def test_lane_known_from_path_alone() -> None:
    for request, name in ((GET, "pages"), (POST, "carrier")):
        arriving = IncomingRequest(lanes)
        arriving.add_bytes(request)
        assert arriving.lane.name == name


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head("Content-Length: 101"), 403),
        (head("content-length:\t999999999"), 403),
        (head("Content-Length: 1", "Content-Length: 5000"), 403),
        (head("Content-Length: 1001", path="/"), 413),
        (head("X: " + "y" * HEAD), 431),
        (b"G" * (HEAD + 1), 431),
        (head("Transfer-Encoding: chunked") + b"FFFFFFF\r\n", 403),
        (head("Transfer-Encoding: chunked") + b"1\r\na\r\n" * 9000, 403),
        (head("Transfer-Encoding: chunked") + b"0\r\n" + b"a: b\r\n" * 9000, 403),
        (head("Transfer-Encoding: chunked") + b"1" * 99_000, 403),
    ],
)
def test_too_large_refused_before_it_came(request_: bytes, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        add_all(request_)

    assert refused.value.status == status


def test_unchunked_rest_left_to_parser() -> None:
    arriving = IncomingRequest(lanes)

    stage = arriving.add_bytes(head("Transfer-Encoding: chunked") + b"no chunk\r\n")

    assert stage is RequestProgress.WHOLE


def test_body_that_is_waited_for_says_so() -> None:
    arriving = IncomingRequest(lanes)

    stage = arriving.add_bytes(head("Expect: 100-continue", "Content-Length: 7"))

    assert (stage, arriving.expects) == (RequestProgress.BODY, True)
    assert arriving.add_bytes(b"a=1&b=2") is RequestProgress.WHOLE
