"""The control panel: misbehaviour, generated enrollments and the outbox, as page and as JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sandbox import enrolled
from sandbox.pages import document
from sandbox.plancompare import (
    beneficiaries,
    catalogue,
    control_page,
    enrollments,
    orders,
    outbox,
)
from sandbox.plancompare.behaviour import Behaviour, BehaviourError
from sandbox.store import Store
from sandbox.web import HttpError, Json, Request, Response, Route, json_answer, page, see_other

HERE = "/control"
MOST_LISTED = 1000
_TABLES = ("try", "delivery", "enrollment", "beneficiary")


class Panel(Protocol):
    """The settings that the control panel turns."""

    def behaviour(self) -> Behaviour: ...
    def change(self, changes: dict[str, Any]) -> Behaviour: ...
    def forgive(self) -> Behaviour: ...
    def api_key(self) -> str: ...
    def set_api_key(self, key: str) -> None: ...


@dataclass(frozen=True)
class Control:
    """The page at /control and the JSON beside it."""

    store: Store
    panel: Panel
    today: Callable[[], date]
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        """The addresses of the panel."""
        return [
            Route("GET", HERE, self.show),
            Route("POST", HERE, self.save),
            Route("POST", "/control/generate", self.generate_from_page),
            Route("POST", "/control/send", self.send_from_page),
            Route("POST", "/control/forget", self.reset_from_page),
            *(
                Route(method, f"{HERE}/{path}", handler, is_for_machines=True)
                for method, path, handler in (
                    ("GET", "api", self.read),
                    ("POST", "api", self.change),
                    ("POST", "enrollments", self.generate),
                    ("GET", "enrollments", self.list_enrollments),
                    ("GET", "outbox", self.list_outbox),
                    ("POST", "outbox/send", self.send),
                    ("POST", "reset", self.reset),
                    ("GET", "beneficiaries", self.count_beneficiaries),
                    ("GET", "plans", self.list_plans),
                )
            ),
        ]

    def read(self, _request: Request) -> Response:
        """Answer with all settings and counts."""
        return json_answer(self._state())

    def change(self, request: Request) -> Response:
        """Change the settings named in the body; all or none."""
        changes = request.json()
        key = changes.pop("api_key", None)
        if key is not None and not isinstance(key, str):
            raise _unfit({"api_key": "Give a text."})
        try:
            self.panel.change(changes)
        except BehaviourError as error:
            raise _unfit(error.errors) from None
        if key is not None:
            self.panel.set_api_key(key)
        return json_answer(self._state())

    def generate(self, request: Request) -> Response:
        """Make up enrollments and queue them."""
        order = self._order(request.json())
        made = enrollments.generate(self.store, order)
        self.wake()
        return json_answer({"created": len(made), "enrollments": made}, 201)

    def list_enrollments(self, request: Request) -> Response:
        """List payloads as they are sent, oldest first."""
        found = enrollments.payloads(self.store, *_window(request))
        return json_answer({"enrollments": found})

    def list_outbox(self, request: Request) -> Response:
        """List deliveries, oldest first, with every request made for them."""
        state = request.query.get("state", "")
        if state not in ("", *outbox.STATES):
            raise _unfit({"state": f"Choose one of {', '.join(outbox.STATES)}."})
        after, limit = _window(request)
        rows = outbox.shown(self.store, state=state, after=after, limit=limit)
        tries = outbox.tries(self.store, [row["id"] for row in rows])
        listed = [row | {"tries": tries[row["id"]]} for row in rows]
        return json_answer({"counts": outbox.counts(self.store), "deliveries": listed})

    def send(self, request: Request) -> Response:
        """Make deliveries due now: those named by id, or all that did not arrive."""
        ids = request.json().get("delivery_ids")
        if ids is not None and (
            not isinstance(ids, list) or any(type(number) is not int for number in ids)
        ):
            raise _unfit({"delivery_ids": "Give a list of delivery ids."})
        queued = outbox.send_now(self.store, ids)
        self.wake()
        return json_answer({"queued": queued}, 202)

    def reset(self, request: Request) -> Response:
        """Forget people, enrollments and deliveries, and behave again.

        ``{"settings": false}`` keeps the settings, ``{"data": false}`` the data;
        ``{"numbers": true}`` also starts enrollment and confirmation numbers afresh.
        """
        wanted = {"settings": True, "data": True, "numbers": False} | request.json()
        self._reset(wanted)
        return json_answer(self._state())

    def count_beneficiaries(self, _request: Request) -> Response:
        """Count the profiles and list whose records they are, without personal data."""
        people = beneficiaries.latest(self.store, limit=500)
        names = ("token", "site", "record_type", "record_id", "username", "plan_year")
        shown = [
            {name: getattr(person, name) for name in (*names, "times_received", "news")}
            for person in people
        ]
        return json_answer({"count": beneficiaries.count(self.store), "beneficiaries": shown})

    def list_plans(self, request: Request) -> Response:
        """List the plans on sale in a year."""
        year = request.query.get("year", "")
        chosen = int(year) if year.isdigit() else self.panel.behaviour().open_years[0]
        plans = catalogue.plans_for(chosen, request.query.get("type", ""))
        return json_answer({"plans": [enrollments.plan_payload(plan) for plan in plans]})

    def show(self, _request: Request) -> Response:
        """Show the panel."""
        return self._page()

    def save(self, request: Request) -> Response:
        """Save the settings of the page."""
        form = request.form()
        try:
            self.panel.change(control_page.read_settings(form))
        except BehaviourError as error:
            return self._page(form, error.errors)
        return see_other(HERE)

    def generate_from_page(self, request: Request) -> Response:
        """Make up enrollments as the page's form says."""
        form = request.form()
        wish: Json = {"count": control_page.number(form.get("count", ""))}
        if form.get("username", "").strip():
            wish["username"] = form["username"].strip()
        if form.get("seed", "").strip():
            wish["seed"] = control_page.number(form["seed"])
        enrollments.generate(self.store, self._order(wish))
        self.wake()
        return see_other(f"{HERE}#outbox")

    def send_from_page(self, request: Request) -> Response:
        """Send one delivery again, or all that did not arrive."""
        number = request.form().get("delivery", "")
        outbox.send_now(self.store, [int(number)] if number.isdigit() else None)
        self.wake()
        return see_other(f"{HERE}#outbox")

    def reset_from_page(self, _request: Request) -> Response:
        """Forget everything but the numbers."""
        self._reset({"settings": True, "data": True})
        return see_other(HERE)

    def _page(
        self, form: dict[str, str] | None = None, errors: dict[str, str] | None = None
    ) -> Response:
        body = control_page.draw(
            self.panel.behaviour(),
            outbox.shown(self.store, limit=30, newest=True),
            outbox.counts(self.store),
            form,
            errors or {},
        )
        return page(document("Control", body, HERE), 422 if errors else 200)

    def _order(self, wish: Json) -> enrollments.Order:
        year = self.panel.behaviour().open_years[0]
        try:
            return orders.read_order(wish, plan_year=year, today=self.today())
        except BehaviourError as error:
            raise _unfit(error.errors) from None

    def _reset(self, wanted: Json) -> None:
        with self.store.transaction() as db:
            for table in _TABLES if wanted.get("data") else ():
                db.execute(f"DELETE FROM plancompare_{table}")  # noqa: S608 - fixed names
            if wanted.get("data"):
                enrolled.forget(self.store, enrollments.SITE)
            if wanted.get("numbers"):
                db.execute("DELETE FROM counter WHERE name LIKE 'plancompare%'")
        if wanted.get("settings"):
            self.panel.forgive()

    def _state(self) -> Json:
        return {
            "settings": self.panel.behaviour().as_json(),
            "api_key_is_set": bool(self.panel.api_key()),
            "deliveries": outbox.counts(self.store),
            "beneficiaries": beneficiaries.count(self.store),
        }


def _window(request: Request) -> tuple[int, int]:
    after, limit = request.query.get("after", "0"), request.query.get("limit", "100")
    if not (after.isdigit() and limit.isdigit() and 1 <= int(limit) <= MOST_LISTED):
        raise _unfit({"limit": f"Give after (an id) and limit (1 to {MOST_LISTED}) as numbers."})
    return int(after), int(limit)


def _unfit(errors: dict[str, str]) -> HttpError:
    listed = [{"field": name, "detail": words} for name, words in errors.items()]
    return HttpError(422, "This cannot be done", str(BehaviourError(errors)), errors=listed)
