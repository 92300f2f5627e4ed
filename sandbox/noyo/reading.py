"""Groups, connections, account structures, plans, plan years and members, as they are read."""

from typing import Any

from sandbox.noyo import samples
from sandbox.noyo.carriers import Carriers
from sandbox.noyo.doors import (
    FULFILLMENT,
    Doors,
    body_of,
    enveloped,
    matching,
    paged,
    paging,
    whole,
)
from sandbox.noyo.records import Json, NoyoError
from sandbox.web import Request, Route

EDITABLE: tuple[str, ...] = ("name", "dba_name", "federal_ein", "sic_code")


class Reading:
    """The part of the Fulfillment API that tells what carriers have."""

    def __init__(self, doors: Doors, carriers: Carriers):
        self._doors, self._carriers, self._records = doors, carriers, carriers.records

    def routes(self) -> list[Route]:
        """The addresses."""
        addresses: tuple[tuple[str, str, Any], ...] = (
            ("GET", "/groups", self.groups),
            ("POST", "/groups", self.add_group),
            ("GET", "/groups/{group_id}", self.group),
            ("PUT", "/groups/{group_id}/{version}", self.change_group),
            ("GET", "/group_connections", self.connections),
            ("POST", "/group_connections", self.connect),
            ("GET", "/group_connections/{connection_id}", self.connection),
            ("PUT", "/group_connections/{connection_id}/retry", self.retry),
            ("GET", "/groups/{group_id}/group_connections", self.connections_of_group),
            ("POST", "/groups/{group_id}/group_connections", self.connect_group),
            ("GET", "/groups/{group_id}/connection_eligibility", self.eligibility),
            ("GET", "/groups/{group_id}/carrier_configurations", self.configurations),
            ("GET", "/groups/{group_id}/plans", self.plans),
            ("GET", "/plans/{plan_id}", self.plan),
            ("GET", "/groups/{group_id}/group_enrollments", self.plan_years),
            ("GET", "/group_enrollments/{year_id}/plans", self.plans_of_year),
            ("GET", "/carriers/{carrier_id}/mapped_fields", self.mapped_fields),
            ("GET", "/groups/{group_id}/audit_requests/latest", self.audited),
            ("GET", "/groups/{group_id}/employees", self.employees),
            ("GET", "/employees/{employee_id}", self.employee),
            ("GET", "/employees/{employee_id}/dependents", self.dependents),
            ("GET", "/groups/{group_id}/individual_enrollments", self.coverages),
            ("GET", "/employees/{employee_id}/individual_enrollments", self.coverages_of_employee),
            (
                "GET",
                "/dependents/{dependent_id}/individual_enrollments",
                self.coverages_of_dependent,
            ),
        )
        return [
            self._doors.route(method, f"{FULFILLMENT}{path}", handler)
            for method, path, handler in addresses
        ]

    def groups(self, request: Request) -> Json:
        """Every group, those made up last."""
        query = request.query
        if any(query.get(name) for name in ("company", "group_ids", "carrier_group_id")):
            return paged(request, self._sought(query))
        offset, size = paging(request)
        known, crowd = self._records.count("group"), self._carriers.crowd
        rows = self._records.page("group", None, offset=offset, size=size)
        start = max(offset - known, 0)
        rows += crowd.groups(start, size - len(rows))
        return enveloped(rows, offset=offset, size=size, total=known + crowd.size)

    def add_group(self, request: Request) -> tuple[int, Json]:
        """Make a group that no carrier has yet."""
        sent = body_of(request, "name")
        fields = {key: sent[key] for key in EDITABLE if sent.get(key)}
        return 201, self._records.add("group", "", fields)

    def group(self, _request: Request, group_id: str) -> Json:
        """One group."""
        number = self._carriers.crowd.number(group_id)
        if number is not None:
            return self._carriers.crowd.group(number)
        return self._records.get(group_id, "Group")

    def change_group(self, request: Request, group_id: str, version: str) -> Json:
        """Change a group's names and numbers."""
        sent = body_of(request)
        fields = {key: sent[key] for key in EDITABLE if key in sent}
        return self._records.change(group_id, version, fields)

    def connections(self, request: Request) -> Json:
        """Every connection, those made up last."""
        names = ("id", "status", "carrier_id", "carrier_group_id")
        if any(request.query.get(name) for name in names):
            rows = self._records.listed("connection")
            number = request.query.get("carrier_group_id")
            if number:
                rows = [one for one in rows if one["group_data"]["carrier_group_id"] == number]
            return paged(request, matching(request, rows, *names[:3]))
        offset, size = paging(request)
        known, crowd = self._records.count("connection"), self._carriers.crowd
        rows = self._records.page("connection", None, offset=offset, size=size)
        rows += crowd.connections(max(offset - known, 0), size - len(rows))
        return enveloped(rows, offset=offset, size=size, total=known + crowd.size)

    def connect(self, request: Request) -> tuple[int, Json]:
        """Ask for a connection of a group that need not be known."""
        sent = body_of(request, "carrier_id", "group_data")
        data = _number(sent)
        ein = str(sent.get("federal_ein") or "").replace("-", "")
        groups = self._records.listed("group") if ein else []
        known = next((str(one["id"]) for one in groups if one.get("federal_ein") == ein), "")
        if known:
            group_id = known
        else:
            name = str(data.get("group_name") or "")
            if not name:
                raise NoyoError(400, "Missing data for required field: group_data.group_name.")
            content = {"name": name} | ({"federal_ein": ein} if ein else {})
            group_id = str(self._records.add("group", "", content)["id"])
        return 201, self._carriers.ask_connection(group_id, sent)

    def connect_group(self, request: Request, group_id: str) -> tuple[int, Json]:
        """Ask for a connection of a group that is known."""
        sent = body_of(request, "carrier_id", "group_data")
        _number(sent)
        made = self._carriers.ask_connection(self._known(group_id), sent)
        return 201, made | {"setup_data": {}}

    def connection(self, _request: Request, connection_id: str) -> Json:
        """One connection."""
        return self._records.get(connection_id, "Group connection")

    def connections_of_group(self, request: Request, group_id: str) -> Json:
        """A group's connections."""
        rows = self._records.listed("connection", [self._known(group_id)])
        return paged(request, matching(request, rows, "status"))

    def retry(self, request: Request, connection_id: str) -> tuple[int, Json]:
        """Try a connection again, perhaps with another number."""
        told, sent = self._records.get(connection_id, "Group connection"), body_of(request)
        if told["status"] == "completed":
            raise NoyoError(400, "This group connection is completed.")
        number = str(sent.get("carrier_group_id") or told["group_data"]["carrier_group_id"])
        data = told["group_data"] | {"carrier_group_id": number}
        changes = {"group_data": data, "status": "created"}
        changed = self._records.change(connection_id, None, changes)
        self._carriers.go_on(connection_id, number)
        return 201, changed

    def eligibility(self, request: Request, group_id: str) -> Json:
        """Whether a group may be connected with a carrier: every one may."""
        carrier = request.query.get("carrier_id", "")
        if not carrier:
            raise NoyoError(400, "Missing data for required field: carrier_id.")
        return {"carrier_id": carrier, "group_id": self._known(group_id), "eligibility": "eligible"}

    def configurations(self, _request: Request, group_id: str) -> list[Json]:
        """A group's account structures: a bare list."""
        number = self._carriers.crowd.number(group_id)
        if number is not None:
            return self._carriers.crowd.configurations(number)
        rows = self._records.listed("configuration", [self._known(group_id)])
        told = samples.CONFIGURATIONS.get(group_id, [])
        return [*told, *(_without_stamps(one) for one in rows)]

    def plans(self, request: Request, group_id: str) -> Json | list[Json]:
        """A group's plans: in an envelope, but for the guide's group."""
        rows = matching(request, self._plans(group_id), "status", "line_of_coverage", "carrier_id")
        return rows if group_id == samples.GUIDE else paged(request, rows)

    def plan(self, _request: Request, plan_id: str) -> Json:
        """One plan."""
        for one in (one for plans in samples.PLANS.values() for one in plans):
            if one["id"] == plan_id:
                return {"plan": one}
        return {"plan": self._records.get(plan_id, "Group plan")}

    def plan_years(self, request: Request, group_id: str) -> Json:
        """A group's lines of coverage by plan year."""
        number = self._carriers.crowd.number(group_id)
        if number is not None:
            return paged(request, self._carriers.crowd.plan_years(number))
        rows = self._records.listed("plan_year", [self._known(group_id)])
        return paged(request, matching(request, rows, "status"))

    def plans_of_year(self, _request: Request, year_id: str) -> list[Json]:
        """The plans of one plan year: a bare list."""
        group_id = self._records.get(year_id, "Group enrollment")["group_id"]
        return [one for one in self._plans(group_id) if one["group_enrollment_id"] == year_id]

    def mapped_fields(self, _request: Request, carrier_id: str) -> Json:
        """Which parts of a carrier's account structures matter."""
        return whole(self._records.listed("mapped_field", [carrier_id]))

    def audited(self, _request: Request, group_id: str) -> Json:
        """When a group's carriers were looked at last."""
        group = self.group(_request, group_id)
        carriers = [one["carrier_id"] for one in self.configurations(_request, group_id)]
        return {"group_id": group_id, "carrier_ids": carriers, "completed_at": group["modified"]}

    def employees(self, request: Request, group_id: str) -> Json:
        """A group's employees; names are sought as parts of them."""
        if any(request.query.get(name) for name in ("first_name", "last_name", "date_of_birth")):
            rows = self._records.listed("employee", [self._known(group_id)])
            return paged(request, [one for one in rows if _is_named(one, request.query)])
        return self._page(request, "employee", self._known(group_id))

    def employee(self, _request: Request, employee_id: str) -> Json:
        """One employee."""
        return self._records.get(employee_id, "Employee")

    def dependents(self, request: Request, employee_id: str) -> Json:
        """An employee's family."""
        self._records.get(employee_id, "Employee")
        return self._page(request, "dependent", employee_id)

    def coverages(self, request: Request, group_id: str) -> Json:
        """What a group's members have."""
        return self._page(request, "coverage", self._known(group_id))

    def coverages_of_employee(self, request: Request, employee_id: str) -> Json:
        """What one employee has."""
        self._records.get(employee_id, "Employee")
        return self._coverages_of(request, employee_id, self._records.owner_of(employee_id))

    def coverages_of_dependent(self, request: Request, dependent_id: str) -> Json:
        """What one dependent has."""
        employee = self._records.get(dependent_id, "Dependent")["employee_id"]
        return self._coverages_of(request, dependent_id, self._records.owner_of(employee))

    def _coverages_of(self, request: Request, member_id: str, group_id: str) -> Json:
        rows = self._records.listed("coverage", [group_id])
        return paged(request, [one for one in rows if one["individual_id"] == member_id])

    def _page(self, request: Request, kind: str, owner: str) -> Json:
        offset, size = paging(request)
        rows = self._records.page(kind, [owner], offset=offset, size=size)
        total = self._records.count(kind, [owner])
        return enveloped(rows, offset=offset, size=size, total=total)

    def _plans(self, group_id: str) -> list[Json]:
        number = self._carriers.crowd.number(group_id)
        if number is not None:
            return self._carriers.crowd.plans(number)
        told = samples.PLANS.get(group_id, [])
        return [*told, *self._records.listed("plan", [self._known(group_id)])]

    def _known(self, group_id: str) -> str:
        if self._carriers.crowd.number(group_id) is None:
            self._records.get(group_id, "Group")
        return group_id

    def _sought(self, query: dict[str, str]) -> list[Json]:
        rows = self._records.listed("group")
        if query.get("company"):
            rows = [one for one in rows if query["company"].lower() in one["name"].lower()]
        if query.get("group_ids"):
            rows = [one for one in rows if one["id"] in query["group_ids"].split(",")]
        if query.get("carrier_group_id"):
            wanted = (query["carrier_group_id"], query.get("carrier_id"))
            connected = {
                one["group_id"]
                for one in self._records.listed("connection")
                if (one["group_data"]["carrier_group_id"], one["carrier_id"]) == wanted
            }
            rows = [one for one in rows if one["id"] in connected]
        return rows


def _number(sent: Json) -> Json:
    data = sent["group_data"]
    if not isinstance(data, dict) or not data.get("carrier_group_id"):
        raise NoyoError(400, "Missing data for required field: group_data.carrier_group_id.")
    return data


def _without_stamps(record: Json) -> Json:
    return {key: value for key, value in record.items() if key not in ("created", "modified")}


def _is_named(record: Json, query: dict[str, str]) -> bool:
    person = record["person"]
    born = query.get("date_of_birth")
    return (not born or person["date_of_birth"] == born) and all(
        query.get(name, "").lower() in person[name].lower() for name in ("first_name", "last_name")
    )
