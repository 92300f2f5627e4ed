"""A small clamd on a real socket: it knows one signature, and misbehaves when told to."""

import socket
import struct
from threading import Event, Thread
from typing import Self

# In two parts: scanners would find it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"


class Clamd:
    """Listens on a port, or on a socket at ``path``.

    ``scanned`` has every stream that came to its end; ``limit`` is the most bytes of one; a text
    as ``says`` is what every stream is answered; a ``mute`` one answers nothing.
    """

    def __init__(self, path: str = "") -> None:
        self.scanned: list[bytes] = []
        self.limit = 1024 * 1024
        self.says: bytes | None = None
        self.is_mute = False
        self._over = Event()
        if path:
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listener.bind(path)
            self.address = f"unix:{path}"
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.address = f"tcp:127.0.0.1:{self._listener.getsockname()[1]}"
        self._listener.listen()
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Be gone: nobody listens any more."""
        self._over.set()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was stopped before
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            with visitor, visitor.makefile("rb") as sent:
                self._answer(visitor, sent)

    def _answer(self, visitor, sent) -> None:
        command = _until_zero(sent)
        if self.is_mute:
            sent.read()
        elif command == b"zPING":
            visitor.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            visitor.sendall(self._verdict(sent) + b"\0")

    def _verdict(self, sent) -> bytes:
        content = b""
        while length := struct.unpack("!L", sent.read(4).rjust(4, b"\0"))[0]:
            content += sent.read(length)
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.scanned.append(content)
        if self.says is not None:
            return self.says
        return f"stream: {SIGNATURE} FOUND".encode() if EICAR in content else b"stream: OK"


def _until_zero(sent) -> bytes:
    text = b""
    while (one := sent.read(1)) not in (b"", b"\0"):
        text += one
    return text
