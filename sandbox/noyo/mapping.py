"""Mappings that a platform publishes: its structure, headers, plan rules, rules and conditions."""

from typing import Any

from sandbox.noyo.doors import FULFILLMENT, Doors, body_of, matching, whole
from sandbox.noyo.records import Json, NoyoError
from sandbox.web import Request, Route

JOINS, RULES = ("AND", "OR", None), ("normal", "default")
STATUSES = ("in_progress", "ready")


class Mapping:
    """The part of the Fulfillment API that is written; every change asks for the latest version."""

    def __init__(self, doors: Doors):
        self._doors, self._records = doors, doors.records

    def routes(self) -> list[Route]:
        """The addresses."""
        addresses: list[tuple[str, str, Any]] = [
            ("GET", "/groups/{group_id}/platform_account_structures", self.structure),
            ("POST", "/groups/{group_id}/platform_account_structures", self.add_structure),
            ("GET", "/groups/{group_id}/mapping_operands", self.operands),
            ("GET", "/groups/{group_id}/group_mappings", self.mappings),
            ("POST", "/groups/{group_id}/group_mappings", self.add_mapping),
            ("PUT", "/group_mappings/{record_id}/{version}", self.change_mapping),
            ("GET", "/group_mappings/{owner_id}/plan_mapping_rules", self._lister("plan_rule")),
            ("POST", "/group_mappings/{owner_id}/plan_mapping_rules", self.add_plan_rule),
            ("GET", "/group_mappings/{owner_id}/rules", self._lister("rule")),
            ("POST", "/group_mappings/{owner_id}/rules", self.add_rule),
            ("GET", "/rules/{owner_id}/conditions", self._lister("condition")),
            ("POST", "/conditions", self.add_condition),
            ("PUT", "/platform_account_structures/{record_id}/{version}",
             self._changer("account_structure")),
            ("PUT", "/plan_mapping_rules/{record_id}/{version}", self._changer("details")),
            ("PUT", "/rules/{record_id}/{version}", self.change_rule),
            ("PUT", "/conditions/{record_id}/{version}", self._changer("details")),
        ]  # fmt: skip
        addresses += [
            ("GET", f"/{path}/{{record_id}}", self.one)
            for path in ("plan_mapping_rules", "rules", "platform_account_structures")
        ]
        addresses += [
            ("DELETE", f"/{path}/{{record_id}}/{{version}}", self.remove)
            for path in ("plan_mapping_rules", "rules", "conditions")
        ]
        return [
            self._doors.route(method, f"{FULFILLMENT}{path}", handler)
            for method, path, handler in addresses
        ]

    def one(self, _request: Request, record_id: str) -> Json:
        """A record by its ID."""
        return self._records.get(record_id)

    def remove(self, _request: Request, record_id: str, version: str) -> tuple[int, None]:
        """Take a record away."""
        self._records.remove(record_id, version)
        return 204, None

    def structure(self, _request: Request, group_id: str) -> Json:
        """The platform's own structure of a group."""
        found = self._records.listed("structure", [group_id])
        if not found:
            raise NoyoError(404, f"Platform account structure not found for group {group_id}")
        return found[-1]

    def add_structure(self, request: Request, group_id: str) -> tuple[int, Json]:
        """Take the platform's structure of a group: there is one."""
        sent = body_of(request, "account_structure")
        self._records.get(group_id, "Group")
        if self._records.count("structure", [group_id]):
            raise NoyoError(409, "This group has a platform account structure already.")
        content = {"group_id": group_id, "account_structure": sent["account_structure"]}
        return 201, self._records.add("structure", group_id, content)

    def operands(self, _request: Request, group_id: str) -> Json:
        """The fields of the platform's structure that rules can be about."""
        found = self._records.listed("structure", [group_id])
        fields = found[-1]["account_structure"].get("account_structure_fields", []) if found else []
        rows = [
            {key: found[-1][key] for key in ("id", "version", "created", "modified")}
            | {
                "group_id": group_id,
                "operand_path": f"classifications.{one['field_name']}",
                "field_type": one.get("field_type", "string"),
                "existing_value_set": one.get("existing_value_set", []),
                "mapping_type": "account_structure",
            }
            for one in fields
        ]
        return whole(rows)

    def mappings(self, request: Request, group_id: str) -> Json:
        """A group's mappings."""
        rows = self._records.listed("mapping", [group_id])
        return whole(matching(request, rows, "carrier_id", "status"))

    def add_mapping(self, request: Request, group_id: str) -> tuple[int, Json]:
        """Begin the mapping of a group with a carrier."""
        sent = body_of(request, "carrier_id")
        self._records.get(group_id, "Group")
        content = {
            "group_id": group_id,
            "carrier_id": sent["carrier_id"],
            "effective_start_date": sent.get("effective_start_date"),
            "effective_end_date": sent.get("effective_end_date"),
            "status": "in_progress",
        }
        return 201, self._records.add("mapping", group_id, content)

    def change_mapping(self, request: Request, record_id: str, version: str) -> Json:
        """Change a mapping's dates, or whether it is ready."""
        sent = body_of(request)
        if sent.get("status", STATUSES[0]) not in STATUSES:
            raise NoyoError(400, f"status is one of {', '.join(STATUSES)}.")
        names = ("effective_start_date", "effective_end_date", "status")
        fields = {name: sent[name] for name in names if name in sent}
        return self._records.change(record_id, version, fields)

    def add_plan_rule(self, request: Request, owner_id: str) -> tuple[int, Json]:
        """Say which of Noyo's plans go with a plan of the platform."""
        sent = body_of(request, "details")
        self._records.get(owner_id, "Group mapping")
        content = {"group_mapping_id": owner_id, "details": sent["details"]}
        return 201, self._records.add("plan_rule", owner_id, content)

    def add_rule(self, request: Request, owner_id: str) -> tuple[int, Json]:
        """Say who gets an option; of the defaults there is one for each field."""
        sent = _checked(body_of(request, "name", "rule_type"))
        self._records.get(owner_id, "Group mapping")
        if self._doors.takes("refuse_rules"):
            raise NoyoError(422, "Invalid input.", errors={"json": {
                "resulting_field_value": ["The carrier does not know this value."],
            }})  # fmt: skip
        usual = {
            "mapping_type": "account_structure", "resulting_field_name": None,
            "resulting_field_value": None, "joining_operator": None, "rank": None, "active": True,
        }  # fmt: skip
        content = usual | {key: sent[key] for key in (*usual, "name", "rule_type") if key in sent}
        for other in self._records.listed("rule", [owner_id]):
            if content["rule_type"] == "default" and all(
                other[key] == content[key] for key in ("rule_type", "resulting_field_name")
            ):
                raise NoyoError(409, "This mapping has a default rule of this field already.")
        return 201, self._records.add("rule", owner_id, {"group_mapping_id": owner_id} | content)

    def change_rule(self, request: Request, record_id: str, version: str) -> Json:
        """Change a rule."""
        names = ("name", "rule_type", "resulting_field_name", "resulting_field_value",
                 "joining_operator", "rank", "active")  # fmt: skip
        sent = _checked(body_of(request))
        fields = {key: sent[key] for key in names if key in sent}
        return self._records.change(record_id, version, fields)

    def add_condition(self, request: Request) -> tuple[int, Json]:
        """Add a condition to a rule."""
        sent = body_of(request, "rule_id", "details")
        self._records.get(sent["rule_id"], "Rule")
        content = {"rule_id": sent["rule_id"], "details": sent["details"]}
        return 201, self._records.add("condition", sent["rule_id"], content)

    def _lister(self, kind: str) -> Any:
        def listed(_request: Request, owner_id: str) -> Json:
            self._records.get(owner_id)
            return whole(self._records.listed(kind, [owner_id]))

        return listed

    def _changer(self, name: str) -> Any:
        def changed(request: Request, record_id: str, version: str) -> Json:
            fields = {name: body_of(request, name)[name]}
            return self._records.change(record_id, version, fields)

        return changed


def _checked(sent: Json) -> Json:
    joins, kind = sent.get("joining_operator"), sent.get("rule_type", RULES[0])
    if joins not in JOINS or kind not in RULES:
        raise NoyoError(400, "joining_operator is AND or OR, rule_type normal or default.")
    return sent
