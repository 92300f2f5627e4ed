"""clamd's protocol: a stream of bytes goes to the agency's virus scanner, a verdict comes back.

Source: clamd(8), “INSTREAM” (read 2026-11-23). What PyPI has for it is either long unmaintained
(``clamd``) or under the GPL (``clamav-client``).
"""

import socket
import struct
from types import TracebackType
from typing import Self

CONNECT_SECONDS = 5.0
# clamd itself gives a file up after two minutes (MaxScanTime).
ANSWER_SECONDS = 150.0
LONGEST_ANSWER = 4096
TOO_LARGE = "size limit exceeded"
_UNIX, _TCP = "unix:", "tcp:"


class SilentError(Exception):
    """Nobody answers at the address, or not as clamd does; says nothing of the file."""


class TooLargeError(Exception):
    """The file is larger than clamd's ``StreamMaxLength``."""


def read_address(text: str) -> str | tuple[str, int]:
    """Read ``unix:/run/clamav/clamd.ctl`` (a path) or ``tcp:host:3310`` (host and port).

    Raises:
        ValueError: says how it is written.
    """
    if text.startswith(_UNIX) and text[len(_UNIX) :].startswith("/"):
        return text[len(_UNIX) :]
    host, _, port = text.removeprefix(_TCP).rpartition(":")
    if text.startswith(_TCP) and host and port.isascii() and port.isdigit():
        return host.strip("[]"), int(port)
    msg = "is neither unix:/path/of/clamd.ctl nor tcp:host:3310"
    raise ValueError(msg)


class Stream:
    """One file on its way to clamd."""

    def __init__(self, address: str) -> None:
        self._socket = _connected(address)

    def __enter__(self) -> Self:
        self._send(b"zINSTREAM\0")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def feed(self, piece: bytes) -> None:
        """Send the next bytes.

        Raises:
            SilentError, TooLargeError: see there.
        """
        if piece:  # a length of zero ends the stream
            self._send(struct.pack("!L", len(piece)) + piece)

    def verdict(self) -> str:
        """End the stream: the signature that was found, blank for a clean file.

        Raises:
            SilentError, TooLargeError: see there.
        """
        self._send(struct.pack("!L", 0))
        answer = self._answer()
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise TooLargeError if TOO_LARGE in answer else SilentError

    def _send(self, content: bytes) -> None:
        try:
            self._socket.sendall(content)
        except TimeoutError as error:
            raise SilentError from error
        except OSError as error:  # it hangs up on a stream that is too long, and says so before
            raise TooLargeError if TOO_LARGE in self._answer() else SilentError from error

    def _answer(self) -> str:
        return _read(self._socket)


def answers(address: str, *, seconds: float = CONNECT_SECONDS) -> bool:
    """Whether clamd is there."""
    try:
        with _connected(address, seconds=seconds) as found:
            found.sendall(b"zPING\0")
            return _read(found) == "PONG"
    except (OSError, SilentError):
        return False


def _connected(address: str, *, seconds: float = ANSWER_SECONDS) -> socket.socket:
    try:
        found = _dialled(read_address(address), seconds=min(seconds, CONNECT_SECONDS))
    except (OSError, ValueError) as error:
        raise SilentError from error
    found.settimeout(seconds)
    return found


def _dialled(place: str | tuple[str, int], *, seconds: float) -> socket.socket:
    if isinstance(place, tuple):
        return socket.create_connection(place, timeout=seconds)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.settimeout(seconds)
        found.connect(place)
    except OSError:
        found.close()
        raise
    return found


def _read(found: socket.socket) -> str:
    """An answer, up to its end; as much of it as came when there is none."""
    answer = b""
    try:
        while len(answer) < LONGEST_ANSWER and (piece := found.recv(LONGEST_ANSWER)):
            answer += piece
            if piece.endswith(b"\0"):
                break
    except OSError as error:
        if not answer:
            raise SilentError from error
    return answer.rstrip(b"\0").decode("ascii", "replace").strip()
