"""PlanCompare's site: the door for hand-offs, the agent's pages, the enrollment."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.html import Input, error_summary, field, join, render, select
from sandbox.pages import document
from sandbox.plancompare import (
    beneficiaries,
    catalogue,
    enrollments,
    handoff,
    outbox,
    profile,
    views,
)
from sandbox.plancompare.behaviour import Behaviour
from sandbox.plancompare.beneficiaries import Beneficiary
from sandbox.store import Store
from sandbox.web import HttpError, Request, Response, Route, page, see_other

HERE = "/plancompare/"
DATES = {
    "submission_date": "Submission date",
    "application_effective_date": "Application effective date",
}
_ENROLLMENTS = """
SELECT e.*, d.state FROM plancompare_enrollment e
JOIN plancompare_delivery d ON d.enrollment = e.id
"""


@dataclass(frozen=True)
class Site:
    """The pages; ``wake`` tells the pusher that there is something to send."""

    store: Store
    behaviour: Callable[[], Behaviour]
    today: Callable[[], date]
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        """The addresses of the site."""
        person = "/plancompare/beneficiaries/{token}"
        enrollment = "/plancompare/enrollments/{token}"
        return [
            Route("POST", "/plancompare/sso/{plan_year}", self.receive_broker, is_cross_site=True),
            Route("GET", "/plancompare/sso/{plan_year}", self.explain_sso),
            Route(
                "POST",
                "/plancompare/call-center/sso/{plan_year}",
                self.receive_call_center,
                is_cross_site=True,
            ),
            Route("GET", "/plancompare/call-center/sso/{plan_year}", self.explain_sso),
            Route("GET", HERE, self.agent_home),
            Route("GET", "/plancompare", lambda _request: see_other(HERE)),
            Route("GET", "/plancompare/new-beneficiary", self.new_form),
            Route("POST", "/plancompare/new-beneficiary", self.create),
            Route("GET", person, self.show_beneficiary),
            Route("POST", person, self.save_beneficiary),
            Route("GET", f"{person}/plans", self.list_plans),
            Route("GET", f"{person}/enroll", self.enroll_form),
            Route("POST", f"{person}/enroll", self.enroll),
            Route("GET", enrollment, self.show_enrollment),
            Route("GET", f"{enrollment}/delivery", self.show_delivery),
            Route("POST", f"{enrollment}/send", self.send_again),
        ]

    def explain_sso(self, _request: Request, plan_year: str) -> Response:
        """Answer somebody who opened the SSO link by hand."""
        handoff.refuse_closed_year(plan_year, self.behaviour())
        detail = "This SSO link works. AgencyHub opens it with a form (POST), not by address."
        raise HttpError(405, "Send somebody from AgencyHub", detail)

    def receive_broker(self, request: Request, plan_year: str) -> Response:
        """Take a hand-off at the broker site."""
        return self._receive(request, plan_year, "broker")

    def receive_call_center(self, request: Request, plan_year: str) -> Response:
        """Take a hand-off at the call center site."""
        return self._receive(request, plan_year, "call_center")

    def _receive(self, request: Request, plan_year: str, site: str) -> Response:
        behaviour = self.behaviour()
        year = handoff.refuse_closed_year(plan_year, behaviour)
        received = handoff.read_handoff(request.form(), year, behaviour)
        token = beneficiaries.receive(self.store, received, site)
        return see_other(f"/plancompare/beneficiaries/{token}")

    def agent_home(self, _request: Request) -> Response:
        """Show the latest beneficiaries and enrollments."""
        people = beneficiaries.latest(self.store)
        rows = self._enrollments("ORDER BY e.id DESC LIMIT 20")
        return page(document("PlanCompare", views.agent_home(people, rows), HERE))

    def new_form(self, _request: Request) -> Response:
        """Ask for a beneficiary that AgencyHub did not send."""
        return self._new_page({}, {})

    def create(self, request: Request) -> Response:
        """Keep a typed beneficiary."""
        form = request.form()
        values, errors = profile.read_typed(form)
        username = form.get("username", "").strip()
        if not username or not self.behaviour().knows_username(username):
            errors["username"] = "This username is not known at this site."
        if form.get("site") not in views.SITES:
            errors["site"] = "Choose a site."
        years = [str(year) for year in self.behaviour().open_years]
        if form.get("plan_year") not in years:
            errors["plan_year"] = "Choose an open plan year."
        if errors:
            return self._new_page(dict(form) | values, errors)
        year = int(form["plan_year"])
        token = beneficiaries.create(
            self.store, site=form["site"], username=username, year=year, values=values
        )
        return see_other(f"/plancompare/beneficiaries/{token}")

    def _new_page(self, values: dict[str, str], errors: dict[str, str]) -> Response:
        years = [(str(year), str(year)) for year in self.behaviour().open_years]
        username = Input("username", "PlanCompare username", is_required=True)
        specs = (Input("plan_year", "Plan year"), Input("site", "Site"))
        agent = join(
            (
                field(username, values.get("username", ""), errors.get("username", "")),
                select(specs[0], years, values.get("plan_year", ""), errors.get("plan_year", "")),
                select(
                    specs[1],
                    list(views.SITES.items()),
                    values.get("site", ""),
                    errors.get("site", ""),
                ),
            )
        )
        labels = profile.LABELS | {spec.name: spec.label for spec in (username, *specs)}
        body = render(
            "plancompare/new.html",
            agent=agent,
            groups=views.profile_groups(values, errors),
            errors=error_summary(errors, labels),
        )
        return page(document("New beneficiary", body, HERE), 422 if errors else 200)

    def show_beneficiary(self, _request: Request, token: str) -> Response:
        """Show a profile."""
        return self._beneficiary_page(self._person(token))

    def save_beneficiary(self, request: Request, token: str) -> Response:
        """Save a profile and stay, or go shopping."""
        person = self._person(token)
        form = request.form()
        values, errors = profile.read_typed(form)
        if errors:
            return self._beneficiary_page(person, values, errors)
        shops = form.get("then") == "shop"
        if not shops or profile.changed_labels(person.profile, values):
            beneficiaries.save(self.store, person, values)
        base = f"/plancompare/beneficiaries/{token}"
        return see_other(f"{base}/plans" if shops else base)

    def _beneficiary_page(
        self,
        person: Beneficiary,
        values: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
    ) -> Response:
        rows = self._enrollments("WHERE e.beneficiary_id = ? ORDER BY e.id DESC", person.id)
        body = views.beneficiary_page(person, rows, values, errors)
        return page(document("Beneficiary", body, HERE), 422 if errors else 200)

    def list_plans(self, request: Request, token: str) -> Response:
        """Show the plans on sale."""
        plan_type = request.query.get("type", "")
        known = plan_type if plan_type in catalogue.PLAN_TYPES else ""
        return page(document("Plans", views.plans_page(self._person(token), known), HERE))

    def enroll_form(self, request: Request, token: str) -> Response:
        """Ask for the dates of an application."""
        person = self._person(token)
        effective = enrollments.default_effective_date(person.plan_year, self.today())
        values = {
            "submission_date": self.today().isoformat(),
            "application_effective_date": effective.isoformat(),
            "form_key": secrets.token_urlsafe(18),
        }
        return self._enroll_page(person, self._plan(person, request.query), values, {})

    def enroll(self, request: Request, token: str) -> Response:
        """Enroll and hand the enrollment to the pusher."""
        person = self._person(token)
        form = request.form()
        plan = self._plan(person, form)
        errors = {n: "Enter a day." for n in DATES if not profile.is_date(form.get(n, ""))}
        missing = profile.missing_to_enroll(person.profile)
        if errors or missing or not form.get("form_key"):
            values = {"form_key": secrets.token_urlsafe(18)} | form
            return self._enroll_page(person, plan, values, errors, status=422)
        application = enrollments.Application(
            plan=plan,
            submission_date=date.fromisoformat(form["submission_date"]),
            effective_date=date.fromisoformat(form["application_effective_date"]),
            form_key=f"{person.id}/{form['form_key'][:100]}",
        )
        made = enrollments.enroll(self.store, person, application)
        self.wake()
        return see_other(f"/plancompare/enrollments/{made}")

    def _enroll_page(
        self,
        person: Beneficiary,
        plan: catalogue.Plan,
        values: dict[str, str],
        errors: dict[str, str],
        status: int = 200,
    ) -> Response:
        fields = join(
            field(
                Input(name, label, kind="date", is_required=True),
                values.get(name, ""),
                errors.get(name, ""),
            )
            for name, label in DATES.items()
        )
        body = render(
            "plancompare/enroll.html",
            token=person.token,
            name=views.name_of(person.profile),
            plan_name=plan.plan_name,
            carrier_name=plan.carrier_name,
            plan_type=plan.plan_type,
            plan_id=plan.plan_id,
            plan_year=plan.year,
            premium=plan.premium_per_month,
            username=person.username,
            form_key=values["form_key"],
            fields=fields,
            errors=join((views.incomplete_note(person), error_summary(errors, DATES))),
        )
        return page(document("Confirm enrollment", body, HERE), status)

    def show_enrollment(self, _request: Request, token: str) -> Response:
        """Show an enrollment with how its delivery stands."""
        row = self._delivery(token)
        sql = (
            "SELECT e.payload, b.token AS person FROM plancompare_enrollment e "
            "LEFT JOIN plancompare_beneficiary b ON b.id = e.beneficiary_id WHERE e.token = ?"
        )
        found = self.store.rows(sql, token)[0]
        row["payload"] = json.loads(found["payload"])
        body = views.enrollment_page(row, found["person"], self.behaviour().hub)
        return page(document("Enrollment", body, HERE))

    def show_delivery(self, _request: Request, token: str) -> Response:
        """Show only how the delivery stands, for the page that refreshes itself."""
        return page(views.delivery(self._delivery(token)))

    def send_again(self, _request: Request, token: str) -> Response:
        """Deliver once more, now."""
        outbox.send_now(self.store, [self._delivery(token)["id"]])
        self.wake()
        return see_other(f"/plancompare/enrollments/{token}")

    def _person(self, token: str) -> Beneficiary:
        person = beneficiaries.by_token(self.store, token)
        if person is None:
            raise HttpError(404, "No such beneficiary", "The sandbox may have been reset.")
        return person

    def _plan(self, person: Beneficiary, values: dict[str, str]) -> catalogue.Plan:
        plan = catalogue.find_plan(person.plan_year, values.get("plan", ""))
        if plan is None:
            raise HttpError(404, "No such plan", "Choose one of the plans on sale.")
        return plan

    def _delivery(self, token: str) -> dict[str, Any]:
        found = outbox.of_enrollment(self.store, token)
        if found is None:
            raise HttpError(404, "No such enrollment", "The sandbox may have been reset.")
        return found

    def _enrollments(self, which: str, *values: object) -> list[dict[str, Any]]:
        rows = [dict(row) for row in self.store.rows(_ENROLLMENTS + which, *values)]
        return [row | {"payload": json.loads(row["payload"])} for row in rows]
