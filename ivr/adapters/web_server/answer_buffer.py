"""Where an answer goes: into memory, or to a client that reads as it is written."""

import socket


class AnswerBuffer:
    """A stand-in for the server's socket; it keeps the bytes for the loop to send.

    So a client that reads slowly, or not at all, holds no thread.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Keep it."""
        self._parts.append(bytes(data))

    def send(self, data: bytes) -> int:
        """Keep it: all of it was taken."""
        self.sendall(data)
        return len(data)

    def gettimeout(self) -> float:
        """Nothing here waits."""
        return 0.0

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - a socket's own
        """Nothing here waits."""

    def shutdown(self, how: int) -> None:  # noqa: ARG002 - a socket's own
        """There is nobody to be told: the loop closes."""
        raise OSError("not a socket")

    def close(self) -> None:
        """Do nothing: the loop closes the connection."""

    def take_bytes(self) -> bytes:
        """Everything that was written."""
        return b"".join(self._parts)


class AnswerStream(AnswerBuffer):
    """An answer that is sent while it is made; a client that does not read it loses it.

    Each part must be taken within ``patience`` seconds.
    """

    def __init__(self, sock: socket.socket, patience: float) -> None:
        super().__init__()
        self._sock, self._patience = sock, patience

    def sendall(self, data: bytes) -> None:
        """Send it; OSError when it is not taken in time."""
        # The limit is for all of it together, however much was taken meanwhile.
        self._sock.settimeout(self._patience)
        self._sock.sendall(data)
