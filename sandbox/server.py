"""The server process: threads, sockets and the partners it plays."""

import logging
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from wsgiref import simple_server

from sandbox import enrolled, pages
from sandbox.carriers.partner import Carriers
from sandbox.comtrack.partner import ComTrack
from sandbox.eoi.partner import Eoi
from sandbox.healthsherpa.partner import HealthSherpa
from sandbox.noyo.partner import Noyo
from sandbox.partner import Context, Partner
from sandbox.plancompare.partner import PlanCompare
from sandbox.premier import ledger
from sandbox.premier.partner import Premier
from sandbox.store import Store
from sandbox.web import App
from sandbox.webhooks.partner import Webhooks

PARTNERS: tuple[Callable[[Context], Partner], ...] = (
    PlanCompare,
    HealthSherpa,
    Premier,
    Noyo,
    Carriers,
    Eoi,
    ComTrack,
    Webhooks,
)

log = logging.getLogger("sandbox")


@dataclass(frozen=True)
class Options:
    """What the command line or a test decides. Port 0 takes a free one."""

    data: Path
    hub: str | None = None
    host: str = "127.0.0.1"
    port: int = 8001
    api_key: str = ""
    carrier_password: str = ""
    sftp_port: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    push_workers: int = 4
    retry_base_seconds: float = 1.0
    retry_limit_seconds: float = 60.0
    timeout_seconds: float = 20.0
    today: Callable[[], date] = date.today


class _Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking the name service who we are."""
        socketserver.TCPServer.server_bind(self)
        host, self.server_port = self.server_address[:2]
        self.server_name = str(host)
        self.setup_environ()

    def handle_error(self, *_request: Any) -> None:
        """Say that a connection broke; the trace could show what was sent."""
        log.warning("a connection broke")


class _Handler(simple_server.WSGIRequestHandler):
    timeout = 30

    def setup(self) -> None:
        """Answer small requests without waiting to fill a packet."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_message: Any) -> None:
        """Stay silent: the application logs a line without the query string."""


class Sandbox:
    """A running sandbox; also a context manager that stops it."""

    def __init__(self, options: Options):
        self.store = Store(options.data)
        self.store.add_tables(enrolled.TABLES + ledger.TABLES)
        context = Context(store=self.store, options=options)
        self.partners = [build(context) for build in PARTNERS]
        routes = [*pages.routes(self.partners)]
        for partner in self.partners:
            routes += partner.routes()
        self._server = _Server((options.host, options.port), _Handler)
        self._server.set_app(App(routes, pages.error_page))
        host, port = self._server.server_address[:2]
        self.url = f"http://{host!s}:{port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def start(self) -> None:
        """Serve and push in threads of their own."""
        self._thread.start()
        for partner in self.partners:
            partner.start()

    def stop(self) -> None:
        """Stop taking requests, let what is being pushed end, close the store."""
        self._server.shutdown()
        self._server.server_close()
        for partner in self.partners:
            partner.stop()
        self.store.close()

    def __enter__(self) -> "Sandbox":
        """Start."""
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        self.stop()
