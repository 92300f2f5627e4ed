"""ComTrack as another installation: answers the nightly query, slowly or not at all on demand."""

import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.html import Markup, render
from sandbox.partner import Context
from sandbox.web import HttpError, Request, Response, Route, json_answer

MOST_ASKED = 500
PATH = "/comtrack/api/v1/query"
STATES = ("complete", "commission_issue", "not_found", "commission_without_book", "ambiguous")
LONGEST_DELAY_SECONDS = 60.0


@dataclass
class Manners:
    """How it answers: after how many seconds, and whether at all."""

    delay_seconds: float = 0.05
    is_out: bool = False
    fails_after: int = -1
    """Answer this many more questions, then be out; -1 never fails by itself."""


class ComTrack:
    """Answers made up from the application's id: the same id, the same answer."""

    name = "ComTrack"
    url = PATH

    def __init__(self, context: Context):
        self._lock = threading.Lock()
        self._manners = Manners()
        self._requests = 0
        self._asked = 0

    def routes(self) -> list[Route]:
        """The query and its controls; all for machines."""
        return [
            Route("POST", PATH, self.query, is_cross_site=True, is_for_machines=True),
            Route("GET", "/comtrack/control", self.show, is_for_machines=True),
            Route("POST", "/comtrack/control", self.change, is_for_machines=True),
        ]

    def card(self, base_url: str) -> Markup:
        """Say where AgencyHub may ask."""
        return render("comtrack/card.html", address=f"{base_url}{PATH}")

    def start(self) -> None:
        """Nothing runs in the background."""

    def stop(self) -> None:
        """Nothing runs in the background."""

    def query(self, request: Request) -> Response:
        """Answer about applications in the order asked."""
        with self._lock:
            self._requests += 1
            if self._manners.fails_after == 0:
                self._manners.is_out = True
            self._manners.fails_after = max(self._manners.fails_after - 1, -1)
            delay, is_out = self._manners.delay_seconds, self._manners.is_out
        time.sleep(delay)
        if is_out:
            raise HttpError(503, "ComTrack is out of order", "Try again later.")
        if not request.headers.get("x-api-key"):
            raise HttpError(401, "No key", "Send X-API-Key.")
        applications = request.json().get("applications")
        if not isinstance(applications, list) or not 0 < len(applications) <= MOST_ASKED:
            raise HttpError(422, "Wrong shape", f"Ask about 1 to {MOST_ASKED} applications.")
        with self._lock:
            self._asked += len(applications)
        results = [_result(str(one.get("application_id", ""))) for one in applications]
        return json_answer({"as_of": datetime.now(UTC).isoformat(), "results": results})

    def show(self, _request: Request) -> Response:
        """How it answers, and what it was asked."""
        return json_answer(self._state())

    def change(self, request: Request) -> Response:
        """Change how it answers: ``delay_seconds``, ``is_out``, ``fails_after``."""
        changes = request.json()
        with self._lock:
            if changes.pop("forget", False):
                self._requests = self._asked = 0
            for name, value in changes.items():
                if name not in Manners.__dataclass_fields__:
                    raise HttpError(422, "No such setting", name)
                setattr(self._manners, name, value)
            self._manners.delay_seconds = min(self._manners.delay_seconds, LONGEST_DELAY_SECONDS)
        return json_answer(self._state())

    def _state(self) -> dict[str, Any]:
        return vars(self._manners) | {"requests": self._requests, "asked": self._asked}


def _result(application_id: str) -> dict[str, Any]:
    dice = hashlib.sha256(application_id.encode()).digest()
    state = STATES[dice[0] % len(STATES)]
    has_book = state in ("complete", "commission_issue")
    has_pay = state in ("complete", "commission_without_book")
    is_ending = has_book and dice[1] % 10 == 0
    paid = {"amount": f"{100 + dice[2]}.50", "paid_on": "2027-02-05", "payment_period": "2027-01"}
    return {
        "application_id": application_id,
        "match_state": state,
        "policy_status": ("pending_termination" if is_ending else "active") if has_book else None,
        "carrier_status_text": ("Active - future term" if is_ending else "Active Policy")
        if has_book
        else None,
        "book_as_of": "2027-01-10" if has_book else None,
        "termination_date": "2027-06-30" if is_ending else None,
        "last_commission": paid if has_pay else None,
        "reasons": ["Made up by the sandbox"],
    }
