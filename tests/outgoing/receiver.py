"""A receiver that answers as it is told, and remembers what came."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """``answer`` is a status, or one of the manners below; ``got`` are headers and bodies."""

    url: str = ""
    answer: int | str = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            names = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append((names, body))
            if receiver.answer == "dribble":
                self._dribble()
            else:
                self.send_response(int(receiver.answer))
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def _dribble(self) -> None:
            """A header that never ends, a sign at a time: no single read takes long."""
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            for _ in range(600):
                try:
                    self.wfile.write(b"a")
                except OSError:
                    return
                time.sleep(0.1)

        def log_message(self, *_words: Any) -> None:
            pass

    return Handler


@contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
