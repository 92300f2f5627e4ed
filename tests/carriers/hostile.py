"""An HTTP server whose answers are functions."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class HostileSite:
    """Answers each path with its function of the request handler; others with 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((path, headers))
                site.answers.get(path, not_found)(self)

            def log_message(self, *message: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def lists(self, *files: dict[str, Any], **more: Any) -> None:
        """List files at /files."""
        self.answers["/files"] = sends(json.dumps({"files": files, **more}), "application/json")

    def times_asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for asked, _ in self.asked if asked == path)

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()


def sends(
    body: str | bytes, kind: str = "text/csv", *, says: int | None = None, status: int = 200
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Send a body; ``says`` is another length than it has."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content) if says is None else says))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def redirects(to: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Lead elsewhere."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send until the other side has had enough."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/csv")
    handler.end_headers()
    piece = b"a,b,c\n" * 4096
    try:
        while True:
            handler.wfile.write(piece)
    except OSError:
        return


def dribbles(stopped: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Send a byte now and then."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/csv")
        handler.end_headers()
        try:
            while not stopped.wait(0.05):
                handler.wfile.write(b"a")
                handler.wfile.flush()
        except OSError:
            return

    return answer


def not_found(handler: BaseHTTPRequestHandler) -> None:
    """Nothing here."""
    sends("", status=404)(handler)
