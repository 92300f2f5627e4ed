"""A hub that answers as told, and a browser that follows nothing."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

ACCEPTED = (202, {"message_id": "7", "state": "received"}, {})
HANDOFF = {
    "partner_id": "SB-PARTNER-1",
    "username": "jsmith.pc",
    "record_type": "individual",
    "record_id": "1042",
    "zip": "50010",
    "first_name": "Ana",
    "last_name": "Lopez",
    "date_of_birth": "1958-03-14",
    "mbi": "1EG4TE5MK73",
    "part_a_effective_date": "2023-03-01",
    "part_b_effective_date": "2023-03-01",
    "email": "ana@example.com",
    "phone": "5155550100",
    "address_1": "12 Oak St",
    "address_2": "Apt 4",
    "city": "Ames",
    "state": "IA",
    "plan_year": "2027",
}


@dataclass(frozen=True)
class Delivery:
    """A request that reached the hub."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


class FakeHub:
    """Answers with what ``answers`` holds, in order, then always with ``answer``."""

    def __init__(self):
        self.answer = ACCEPTED
        self.answers: list[Any] = []
        self.deliveries: list[Delivery] = []
        self.most_at_once = 0
        self.seconds_to_answer = 0.0
        self._at_once = 0
        self._lock = threading.Lock()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                hub.take(self)

            def log_message(self, *message):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.deliveries.append(Delivery(request.path, headers, body, time.monotonic()))
            status, value, more = self.answers.pop(0) if self.answers else self.answer
        time.sleep(self.seconds_to_answer)
        with self._lock:
            self._at_once -= 1
        text = json.dumps(value).encode()
        request.send_response(status)
        for name, words in {"Content-Length": str(len(text)), **more}.items():
            request.send_header(name, words)
        request.end_headers()
        request.wfile.write(text)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Reply:
    """What the sandbox answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.text)

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers["location"]

    def value(self, name: str) -> str | None:
        """The value of a form input."""
        return _inputs(self.text).get(name)


@dataclass(frozen=True)
class Browser:
    """Talks to the sandbox; never follows a redirect by itself."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        """Open an address."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Reply:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(form).encode(), kind | headers)

    def send(self, path: str, value: Any) -> Reply:
        """Send JSON."""
        body = json.dumps(value).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/json"})

    def ask(self, method: str, path: str) -> Reply:
        """Use any method."""
        return self._ask(method, path, None, {})

    def hand_off(self, year: int = 2027, door: str = "sso", **changes: str | None) -> Reply:
        """Send the usual person over, with changes; ``None`` leaves a field out."""
        given = HANDOFF | {"plan_year": str(year)} | changes
        form = {name: value for name, value in given.items() if value is not None}
        return self.post(f"/plancompare/{door}/{year}", form)

    def deliveries(self) -> list[dict[str, Any]]:
        """The sandbox's outbox."""
        return self.get("/control/outbox").json["deliveries"]

    def _ask(self, method, path, body, headers):
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, self.headers | names)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        given = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, given, text)


def eventually(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until something is true and answer with it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not become true in time")


def _inputs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            values = dict(attributes)
            if tag == "input":
                found[values.get("name", "")] = values.get("value") or ""

    Reader().feed(text)
    return found
