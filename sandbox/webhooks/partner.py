"""A program of the agency's own, which AgencyHub tells of changes; shows what came."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

from sandbox.html import Input, Markup, badge, field, fill, join, render, select
from sandbox.pages import document
from sandbox.partner import Context
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

HERE = "/webhooks/"
DOOR = f"{HERE}receive"
KEPT = "webhooks"
PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
SHOWN = 100
SLOW_SECONDS = 30.0
ANSWERS = {
    "204": "204: taken",
    "500": "500: broken",
    "302": "302: moved",
    "410": "410: gone for good",
    "slow": "nothing for half a minute",
}
TABLES = """
CREATE TABLE IF NOT EXISTS webhook_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  received_at TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,
  verdict TEXT NOT NULL
) STRICT;
"""


class Webhooks:
    """One address that takes events, and a page with what it took."""

    name = "Webhooks"
    url = HERE

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._store.add_tables(TABLES)
        self._usual = secret_of(context.options.carrier_password)

    def routes(self) -> list[Route]:
        """The door, the page with its form, and the JSON beside it for tests."""
        return [
            Route("POST", DOOR, self.receive, is_cross_site=True, is_for_machines=True),
            Route("GET", HERE, self.show),
            Route("POST", f"{HERE}settings", self.set),
            Route("GET", f"{HERE}control", self.read, is_for_machines=True),
            Route("POST", f"{HERE}control", self.change, is_for_machines=True),
        ]

    def card(self, base_url: str) -> Markup:
        """Say where AgencyHub may send."""
        return render("webhooks/card.html", address=f"{base_url}{DOOR}")

    def start(self) -> None:
        """Nothing runs in the background."""

    def stop(self) -> None:
        """Nothing runs in the background."""

    def receive(self, request: Request) -> Response:
        """Verify and remember an event, then answer as the settings say."""
        settings = self._settings()
        verdict = verdict_of(request, settings["secret"], now=time.time())
        if verdict != "verified":
            self._remember(request, verdict)
            raise HttpError(401, "Not verified", verdict)
        manner = settings["answer"]
        if manner == "slow":
            time.sleep(SLOW_SECONDS)
        if manner in ("500", "410"):
            raise HttpError(int(manner), "As the settings say", "Choose another answer.")
        if manner == "302":
            return Response(b"", 302, headers=(("Location", HERE),))
        self._remember(request, verdict)
        return Response(b"", 204)

    def _remember(self, request: Request, verdict: str) -> None:
        """The same id again is the same event: only counted."""
        event_id = request.headers.get("webhook-id", "")[:80]
        try:
            kind = str(request.json().get("type", ""))[:60]
        except HttpError:
            kind = "unreadable"
        values = (event_id, kind, request.body.decode("utf-8", "replace")[:4000],
                  datetime.now(UTC).isoformat(), verdict)  # fmt: skip
        sql = (
            "INSERT INTO webhook_event (event_id, type, body, received_at, verdict)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (event_id)"
            " DO UPDATE SET times = times + 1, verdict = excluded.verdict"
        )
        with self._store.transaction() as db:
            db.execute(sql, values)

    def show(self, _request: Request) -> Response:
        """What came, newest first."""
        settings = self._settings()
        fields = [
            field(
                Input(
                    "secret", "Secret", hint="AgencyHub shows it once; blank keeps it.", limit=120
                )
            ),
            select(Input("answer", "Answer with"), ANSWERS.items(), settings["answer"]),
        ]
        rows = join(_row(one) for one in self._events()) or fill(
            '<tr><td colspan="3" class="muted">Nothing came yet.</td></tr>'
        )
        body = render("webhooks/home.html", fields=join(fields), rows=rows)
        return page(document("Webhooks", body, HERE))

    def set(self, request: Request) -> Response:
        """Verify with another secret, or answer otherwise."""
        self._change({name: value for name, value in request.form().items() if value.strip()})
        return see_other(HERE)

    def read(self, request: Request) -> Response:
        """What came, as JSON; ``event_id`` asks for one event, however long ago it came."""
        events = self._events(request.query.get("event_id", ""))
        return json_answer({"answer": self._settings()["answer"], "events": events})

    def change(self, request: Request) -> Response:
        """Change ``secret`` or ``answer``; ``forget`` what came."""
        changes = request.json()
        if changes.pop("forget", False):
            with self._store.transaction() as db:
                db.execute("DELETE FROM webhook_event")
        self._change(changes)
        return self.read(request)

    def _settings(self) -> dict[str, str]:
        return {"secret": self._usual, "answer": "204"} | (self._store.setting(KEPT) or {})

    def _change(self, changes: dict[str, Any]) -> None:
        if set(changes) - {"secret", "answer"} or changes.get("answer", "204") not in ANSWERS:
            detail = f"Settings are secret, and answer: one of {', '.join(ANSWERS)}."
            raise HttpError(422, "No such setting", detail)
        self._store.keep_setting(KEPT, (self._store.setting(KEPT) or {}) | changes)

    def _events(self, event_id: str = "") -> list[dict[str, Any]]:
        sql = "SELECT * FROM webhook_event WHERE ? IN ('', event_id) ORDER BY id DESC LIMIT ?"
        return [dict(row) for row in self._store.rows(sql, event_id, SHOWN)]


def secret_of(password: str) -> str:
    """The secret that the demo has entered: made of the sandbox's password."""
    digest = hashlib.sha256(f"webhooks:{password}".encode()).digest()
    return PREFIX + base64.b64encode(digest).decode()


def verdict_of(request: Request, secret: str, *, now: float) -> str:
    """Whether an event is AgencyHub's and of now: "verified", or what is wrong."""
    headers = request.headers
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event_id or not stamp.isdigit():
        return "headers are missing"
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        return "the timestamp is not of now"
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return "the secret here is none"
    signed = f"{event_id}.{stamp}.".encode() + request.body
    wanted = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    given = headers.get("webhook-signature", "").split(" ")
    if any(hmac.compare_digest(wanted, one.encode()) for one in given):
        return "verified"
    return "the signature is another secret's"


def _row(event: dict[str, Any]) -> Markup:
    try:
        record = json.loads(event["body"]).get("record") or {}
    except (ValueError, AttributeError):
        record = {}
    is_good = event["verdict"] == "verified"
    return render(
        "webhooks/row.html",
        type=event["type"],
        record=f"{record.get('kind', '')} {record.get('id', '')}".strip(),
        changed=_changed(event["body"]),
        event_id=event["event_id"][-6:],
        at=event["received_at"][:19].replace("T", " "),
        times=event["times"],
        verdict=badge(event["verdict"], "good" if is_good else "bad"),
    )


def _changed(body: str) -> str:
    try:
        return ", ".join(json.loads(body).get("changed") or [])
    except (ValueError, AttributeError, TypeError):
        return ""
