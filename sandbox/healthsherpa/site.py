"""HealthSherpa's site: submit an enrollment, see its deliveries, ask ComTrack about midnight."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sandbox.healthsherpa import deliveries, midnight, submissions, views
from sandbox.healthsherpa.people import EXAMPLES, SELLERS, seller_with
from sandbox.healthsherpa.settings import Settings
from sandbox.healthsherpa.submissions import Form
from sandbox.html import Markup
from sandbox.pages import document
from sandbox.plancompare.catalogue import find_plan, plan_years
from sandbox.plancompare.enrollments import default_effective_date
from sandbox.plancompare.profile import MBI, is_date
from sandbox.store import Store
from sandbox.web import HttpError, Request, Response, Route, json_answer, page, see_other

HERE = "/healthsherpa/"


class Office(Protocol):
    """What the site needs of the partner."""

    def settings(self) -> Settings: ...
    def api_key(self) -> str: ...
    def comtrack_key(self) -> str: ...


@dataclass(frozen=True)
class Site:
    """The pages; ``wake`` tells the pusher that there is something to send."""

    store: Store
    office: Office
    today: Callable[[], date]
    wake: Callable[[], None]
    timeout: float

    def routes(self) -> list[Route]:
        """The addresses of the site."""
        one = f"{HERE}enrollments/{{token}}"
        return [
            Route("GET", HERE, self.home),
            Route("GET", f"{HERE}new", self.new_form),
            Route("POST", f"{HERE}new", self.submit),
            Route("POST", f"{HERE}midnight", self.ask_comtrack),
            Route("GET", one, self.show),
            Route("GET", f"{one}/deliveries", self.show_deliveries),
            Route("POST", f"{one}/update", self.update),
            Route("POST", f"{one}/send", self.send),
            Route("POST", "/healthsherpa/api/submit", self.submit_example, is_for_machines=True),
            Route("POST", "/healthsherpa/api/midnight", self.ask_by_machine, is_for_machines=True),
        ]

    def home(self, request: Request) -> Response:
        """List the enrollments."""
        return self._home(request.query.get("said", ""))

    def _home(self, news: str, status: int = 200) -> Response:
        body = views.home(
            submissions.latest(self.store),
            deliveries.last_states(self.store),
            midnight.statuses(self.store),
            news,
        )
        return _page("HealthSherpa", body, status)

    def new_form(self, request: Request) -> Response:
        """Offer the form, filled with an example person."""
        number = request.query.get("example", "0")
        example = EXAMPLES[int(number) % len(EXAMPLES) if number.isdigit() else 0]
        values = example.fields | {
            "plan": example.plan_id,
            "npn": SELLERS[0].agent.npn,
            "effective_date": self._effective_date(),
            "sep": "AEP",
            "signature": "voice_signature",
            "form_key": secrets.token_urlsafe(12),
        }
        return _page("New enrollment", views.new(values, {}, self._plan_year()))

    def submit(self, request: Request) -> Response:
        """Submit the enrollment and hand it to the pusher."""
        values = {name: value.strip() for name, value in request.form().items()}
        errors = self._errors(values)
        if errors:
            values.setdefault("form_key", secrets.token_urlsafe(12))
            return _page("New enrollment", views.new(values, errors, self._plan_year()), 422)
        return see_other(f"{HERE}enrollments/{self._submit(values)}")

    def submit_example(self, request: Request) -> Response:
        """Submit for tests: ``{"example": 0, ...}``, where other fields replace the example's."""
        given = {name: str(value) for name, value in request.json().items()}
        example = EXAMPLES[int(given.pop("example", "0")) % len(EXAMPLES)]
        values = example.fields | {
            "plan": example.plan_id, "npn": SELLERS[0].agent.npn, "sep": "AEP",
            "effective_date": self._effective_date(), "signature": "voice_signature",
            "form_key": secrets.token_urlsafe(12),
        } | given  # fmt: skip
        errors = self._errors(values)
        if errors:
            listed = [{"field": name, "detail": words} for name, words in errors.items()]
            raise HttpError(422, "This cannot be submitted", "See the fields.", errors=listed)
        token = self._submit(values)
        found = self._submission(token)
        return json_answer({"token": token, "application_id": found["application_id"]}, 201)

    def _submit(self, values: dict[str, str]) -> str:
        plan, seller = find_plan(self._plan_year(), values["plan"]), seller_with(values["npn"])
        if plan is None or seller is None:
            raise HttpError(422, "No such plan or agent", "Choose one of the list.")
        number = values["medicare_number"].replace("-", "").upper()
        form = Form(
            person=values | {"medicare_number": number, "state": values["state"].upper()},
            plan=plan,
            seller=seller,
            effective_date=date.fromisoformat(values["effective_date"]),
            election_code=values["sep"],
            signature=values["signature"],
            form_key=values["form_key"][:100],
        )
        token = submissions.submit(self.store, form, at=datetime.now(UTC))
        found = self._submission(token)
        if not deliveries.of_submission(self.store, found["id"]):
            self._queue(found)
        return token

    def show(self, _request: Request, token: str) -> Response:
        """Show an application."""
        found = self._submission(token)
        body = views.enrollment(
            found,
            submissions.updates(self.store, found["id"]),
            deliveries.of_submission(self.store, found["id"]),
            midnight.statuses(self.store).get(found["application_id"]),
        )
        return _page("Enrollment", body)

    def show_deliveries(self, _request: Request, token: str) -> Response:
        """Show only the deliveries, for the page that refreshes itself."""
        rows = deliveries.of_submission(self.store, self._submission(token)["id"])
        return page(views.deliveries(rows))

    def update(self, request: Request, token: str) -> Response:
        """Change the application and push the update."""
        found, form = self._submission(token), request.form()
        changes: dict[str, Any] = {}
        if is_date(form.get("effective_date", "")):
            changes["effective_date"] = form["effective_date"]
        premium = form.get("premium", "").strip()
        if re.fullmatch(r"\d{1,4}(\.\d\d)?", premium):
            changes["total_premium_cents"] = round(float(premium) * 100)
        submissions.change(self.store, found["id"], changes, at=datetime.now(UTC))
        self._queue(found)
        return see_other(f"{HERE}enrollments/{token}")

    def send(self, request: Request, token: str) -> Response:
        """Push an update again: the latest, or the first after the latest, as a slow line does."""
        found = self._submission(token)
        which = 0 if request.form().get("which") == "first" else -1
        deliveries.queue(
            self.store, submissions.updates(self.store, found["id"])[which], self.office.settings()
        )
        self.wake()
        return see_other(f"{HERE}enrollments/{token}")

    def ask_comtrack(self, _request: Request) -> Response:
        """Do what happens about midnight, now."""
        try:
            asked = self._ask()
        except midnight.MidnightError as error:
            return self._home(str(error), 502)
        return self._home(f"ComTrack was asked about {asked} applications.")

    def ask_by_machine(self, _request: Request) -> Response:
        """The same for tests; answers with every status."""
        try:
            self._ask()
        except midnight.MidnightError as error:
            raise HttpError(502, "ComTrack cannot be asked", str(error)) from None
        return json_answer(midnight.statuses(self.store))

    def _ask(self) -> int:
        settings, key = self.office.settings(), self.office.comtrack_key()
        return midnight.ask_all(self.store, settings, key, timeout=self.timeout)

    def _queue(self, found: dict[str, Any]) -> None:
        newest = submissions.updates(self.store, found["id"])[-1]
        deliveries.queue(self.store, newest, self.office.settings())
        self.wake()

    def _errors(self, values: dict[str, str]) -> dict[str, str]:
        errors = {
            spec.name: "Fill this in."
            for spec in (*views.PERSON, views.EFFECTIVE, views.ELECTION)
            if spec.is_required and not values.get(spec.name)
        }
        for name in ("birth_date", "effective_date"):
            if not is_date(values.get(name, "")):
                errors[name] = "Enter a day."
        if not MBI.fullmatch(values.get("medicare_number", "").replace("-", "").upper()):
            errors["medicare_number"] = "This is not an MBI; the card shows it like 1EG4-TE5-MK73."
        if find_plan(self._plan_year(), values.get("plan", "")) is None:
            errors["plan"] = "Choose a plan on sale."
        if seller_with(values.get("npn", "")) is None:
            errors["npn"] = "Choose an agent."
        return errors

    def _plan_year(self) -> int:
        return plan_years(self.today())[0]

    def _effective_date(self) -> str:
        return default_effective_date(self._plan_year(), self.today()).isoformat()

    def _submission(self, token: str) -> dict[str, Any]:
        found = submissions.by_token(self.store, token)
        if found is None:
            raise HttpError(404, "No such enrollment", "The sandbox may have been reset.")
        return found


def _page(title: str, body: Markup, status: int = 200) -> Response:
    return page(document(title, body, HERE), status)
