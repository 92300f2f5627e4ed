"""Renewal decisions: what a platform expects, and what carriers have; and Noyo's differences."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sandbox.noyo.doors import FULFILLMENT, TRACKING, Doors, body_of, matching, paged, whole
from sandbox.noyo.records import Json, NoyoError, known_id
from sandbox.noyo.webhooks import Webhooks
from sandbox.web import Request, Route

EARLIEST, LATEST = 30, 184
READY_DAY = 1


class Renewals:
    """Answers by the renewal date's day, as Noyo's own sandbox does: the 1st is ready."""

    def __init__(self, doors: Doors, webhooks: Webhooks, today: Callable[[], date]):
        self._doors, self._records = doors, doors.records
        self._webhooks, self._today = webhooks, today

    def routes(self) -> list[Route]:
        """The addresses, those of the differences too."""
        addresses: tuple[tuple[str, str, Any], ...] = (
            ("GET", f"{FULFILLMENT}/renewal_decisions", self.all),
            ("PUT", f"{FULFILLMENT}/renewal_decisions/{{record_id}}/{{version}}", self.change),
            ("GET", f"{FULFILLMENT}/groups/{{group_id}}/renewal_decisions", self.of_group),
            ("POST", f"{FULFILLMENT}/groups/{{group_id}}/renewal_decisions", self.add),
            ("GET", f"{FULFILLMENT}/groups/{{group_id}}/renewal_decisions/{{record_id}}", self.one),
            ("GET", f"{TRACKING}/differences", self.differences),
            ("GET", f"{TRACKING}/groups/{{group_id}}/differences", self.differences_of_group),
            ("GET", f"{TRACKING}/differences/{{record_id}}", self.difference),
            ("PUT", f"{TRACKING}/differences/{{record_id}}/dismiss", self.dismiss),
            ("PUT", f"{TRACKING}/differences/{{record_id}}/reopen", self.reopen),
        )
        return [self._doors.route(*address) for address in addresses]

    def all(self, request: Request) -> Json:
        """Every renewal decision, between two dates if they are given."""
        rows = matching(request, self._records.listed("renewal"), "status")
        start, end = (request.query.get(name, "") for name in ("start_date", "end_date"))
        return whole([
            self._seen(one) for one in rows
            if (not start or one["renewal_date"] >= start)
            and (not end or one["renewal_date"] <= end)
        ])  # fmt: skip

    def of_group(self, request: Request, group_id: str) -> Json:
        """A group's renewal decisions."""
        self._records.get(group_id, "Group")
        rows = self._records.listed("renewal", [group_id])
        return whole([self._seen(one) for one in matching(request, rows, "renewal_date")])

    def one(self, _request: Request, group_id: str, record_id: str) -> Json:
        """One renewal decision."""
        told = self._records.get(record_id, "Renewal decision")
        if told["group_id"] != group_id:
            raise NoyoError(404, f"Renewal decision not found with UUID {record_id}")
        return self._seen(told)

    def add(self, request: Request, group_id: str) -> tuple[int, Json]:
        """Take a decision; it is checked when it is looked at next."""
        self._records.get(group_id, "Group")
        sent = self._checked(body_of(request, "renewal_date", "body"))
        for one in self._records.listed("renewal", [group_id]):
            if one["renewal_date"] == sent["renewal_date"]:
                raise NoyoError(409, "There is a renewal decision of this date already.")
        content = {"group_id": group_id, "status": "submitted", "issues": []}
        content |= {name: sent[name] for name in ("renewal_date", "body")}
        return 201, self._records.add("renewal", group_id, content)

    def change(self, request: Request, record_id: str, version: str) -> Json:
        """Change what is expected, which is checked anew."""
        told = self._records.get(record_id, "Renewal decision")
        sent = body_of(request)
        fields: Json = {key: sent[key] for key in ("renewal_date", "body") if key in sent}
        self._checked(told | fields)
        fields |= {"status": "submitted", "issues": [], "_is_set": False}
        return self._records.change(record_id, version, fields)

    def differences(self, request: Request) -> Json:
        """Every difference."""
        return self._differences(request, None)

    def differences_of_group(self, request: Request, group_id: str) -> Json:
        """A group's differences."""
        return self._differences(request, group_id)

    def difference(self, _request: Request, record_id: str) -> Json:
        """One difference."""
        return self._records.get(record_id, "Difference") | {"sources": []}

    def dismiss(self, _request: Request, record_id: str) -> Json:
        """Look at a difference no more."""
        return self._records.change(record_id, None, {"is_dismissed": True})

    def reopen(self, _request: Request, record_id: str) -> Json:
        """Look at a difference again."""
        return self._records.change(record_id, None, {"is_dismissed": False})

    def add_difference(self, group: str, employee: str, field: str, ours: str, theirs: str) -> Json:
        """Note that the two sides differ about a person, and tell it."""
        content = {
            "organization_id": known_id("organization"),
            "carrier_id": self._records.listed("connection", [group])[0]["carrier_id"],
            "group_id": group,
            "employee_id": employee,
            "object_type": "employee",
            "object_id": employee,
            "difference_classification": "field_mismatch",
            "difference_type": field,
            "fields": [{"key": field, "platform_value": ours, "carrier_value": theirs}],
            "impact_score": 3,
            "is_dismissed": False,
            "is_suppressed": False,
        }
        made = self._records.add("difference", group, content)
        self._webhooks.tell("difference.created", made["id"])
        return made

    def _differences(self, request: Request, group_id: str | None) -> Json:
        wanted = group_id or request.query.get("group_id")
        rows = self._records.listed("difference", [wanted] if wanted else None)
        if request.query.get("is_open") == "true":
            rows = [one for one in rows if not one["is_dismissed"] and not one.get("resolved")]
        return paged(request, rows)

    def _checked(self, sent: Json) -> Json:
        try:
            day = date.fromisoformat(sent["renewal_date"])
            carriers = sent["body"]["carriers"]
        except (ValueError, TypeError, KeyError):
            raise NoyoError(400, "renewal_date or body.carriers cannot be read.") from None
        earliest = self._today() - timedelta(days=EARLIEST)
        if not earliest <= day <= self._today() + timedelta(days=LATEST) or not carriers:
            raise NoyoError(400, "The renewal date is out of range, or no carrier is given.")
        return sent

    def _seen(self, told: Json) -> Json:
        """Check what waits for it, and answer it as it then is."""
        if told.get("_is_set") or told["status"] != "submitted":
            return told
        issues = list(self._issues(told))
        status = "not_ready" if issues else "ready"
        return self._records.change(told["id"], None, {"status": status, "issues": issues})

    def _issues(self, told: Json) -> Iterator[Json]:
        day = date.fromisoformat(told["renewal_date"])
        if day.day == READY_DAY:
            return
        for carrier in told["body"]["carriers"]:
            lines = carrier.get("lines_of_coverage") or {}
            about = {"level": "error", "carrier_id": carrier["carrier_id"]}
            if not lines:
                yield about | {"message": "No plans available yet in carrier system"}
            for line, wanted in lines.items():
                words = f"{line.replace('_', ' ').title()} plan not available yet in carrier system"
                opens = (wanted or {}).get("open_enrollment_start_date")
                if opens:
                    words = f"{line.title()} open enrollment start date is {day} in carrier system"
                yield about | {"line_of_coverage": line, "message": words}
