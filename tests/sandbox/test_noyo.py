"""The sandbox's Noyo: every answer as the partner's contract publishes it."""

import base64
import http.client
import json
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox.noyo import samples, scenarios, structures
from sandbox.server import Sandbox
from tests.noyo.contract import (
    BrokenContractError,
    needs_the_contract,
    validate_plan,
    validate_request,
    validate_response,
)
from tests.sandbox.fakes import eventually

SECRET = "a-secret-of-the-sandbox"
LARGE = scenarios.LARGE.id
CENSUS = {
    "ein": "000040211",
    "employees": [
        {
            "number": f"E{number}",
            "first_name": "James",
            "last_name": f"Barlow{number}",
            "date_of_birth": "1980-03-07",
            "sex": "M",
            "ssn": f"66612{number:04}",
            "hire_date": "2019-04-15",
            "salary": 52_000,
            "coverages": [
                {"line": "dental", "code": "DENTAL-1000", "start": "2026-01-01"},
                {"line": "life", "code": "BASIC-LIFE-1X", "start": "2026-01-01", "volume": 50_000},
            ],
            "dependents": [
                {
                    "number": f"D{number}",
                    "relationship": "spouse",
                    "first_name": "Ruth",
                    "last_name": f"Barlow{number}",
                    "date_of_birth": "1982-01-09",
                    "sex": "F",
                }
            ],
        }
        for number in range(1, 121)
    ],
}


class Noyo:
    """Speaks to the sandbox, each request and answer held against the contract."""

    def __init__(self, url):
        self._url, self.token = url, ""
        self.token = self.sign_in()[1]["access_token"]

    def sign_in(self, secret=SECRET):
        pair = base64.b64encode(f"sandbox-noyo:{secret}".encode()).decode()
        body = {"grant_type": "client_credentials"}
        return self._send("POST", "/noyo/auth/public/token", body, f"Basic {pair}")

    def ask(self, method, path, body=None, *, api="fulfillment", is_checked=True, **query):
        """One call; answers as the contract has them unless ``is_checked`` is off."""
        if is_checked:
            validate_request(api, method, f"/api/v1{path}", query, body)
        where = f"/noyo/{api}/api/v1{path}" + (f"?{urlencode(query)}" if query else "")
        status, told = self._send(method, where, body, f"Bearer {self.token}")
        if is_checked:
            validate_response(api, method, f"/api/v1{path}", status, told)
        return status, told

    def get(self, path, **query):
        return self.ask("GET", path, **query)[1]

    def control(self, **wishes):
        return self._send("POST", "/noyo/control", wishes, "")[1]

    def wish(self, name, **more):
        return self.control(wishes=[{"do": name} | more])["done"][0]

    def _send(self, method, path, body, authorization):
        parts = urlsplit(self._url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": authorization}
        text = None if body is None else json.dumps(body)
        try:
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            told = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(told) if told else None


@pytest.fixture
def noyo(options, hub):
    """A Noyo whose carriers connect at once."""
    with Sandbox(replace(options, carrier_password=SECRET)) as sandbox:
        found = Noyo(sandbox.url)
        found.control(connection_seconds=0.1)
        yield found


@needs_the_contract
class TestContract:
    def test_groups_and_connections(self, noyo):
        groups = noyo.get("/groups", page_size="4", offset="2")

        assert (len(groups["response"]), groups["meta"]["total_records"]) == (4, 9)
        assert noyo.get(f"/groups/{LARGE}")["federal_ein"] == "000040211"
        assert len(noyo.get("/group_connections")["response"]) == 9
        assert len(noyo.get(f"/groups/{LARGE}/group_connections")["response"]) == 1
        query = {"carrier_id": samples.GUARDIAN}
        assert noyo.get(f"/groups/{LARGE}/connection_eligibility", **query)["eligibility"]
        found = noyo.get("/groups", carrier_id=samples.PRINCIPAL, carrier_group_id="9140211")
        assert [one["id"] for one in found["response"]] == [LARGE]

    def test_plans_of_every_scenario(self, noyo):
        for group in scenarios.GROUPS:
            told = noyo.get(f"/groups/{group.id}/plans", page_size="100")["response"]
            for plan in told:
                validate_plan(plan)
                assert noyo.get(f"/plans/{plan['id']}")["plan"] == plan
            assert len(told) == len(group.plans) + len(group.next_year)
            for year in noyo.get(f"/groups/{group.id}/group_enrollments")["response"]:
                assert noyo.ask(
                    "GET", f"/group_enrollments/{year['id']}/plans",
                    is_checked=year["line_of_coverage"] == "dental",
                )[1]  # fmt: skip

    def test_account_structures(self, noyo):
        for group in scenarios.GROUPS:
            told = noyo.get(f"/groups/{group.id}/carrier_configurations")
            assert [one["configuration"] for one in told] == (
                [group.configuration] if group.configuration else []
            )
        fields = {
            carrier: noyo.get(f"/carriers/{carrier}/mapped_fields")["response"]
            for carrier in structures.CARRIERS
        }
        assert [len(one) for one in fields.values()] == [2, 2, 0]
        assert noyo.get(f"/groups/{LARGE}/audit_requests/latest")["completed_at"]

    def test_members_with_a_few_differences(self, noyo):
        noyo.wish("load_census", groups=[CENSUS])

        people = [
            one
            for offset in ("0", "100")
            for one in noyo.get(f"/groups/{LARGE}/employees", page_size="100", offset=offset)[
                "response"
            ]
        ]
        person = people[0]["id"]
        assert len(people) < 121
        assert [one["person"]["first_name"] for one in people].count("Marion") == 1
        assert 1 <= sum(one["person"]["first_name"] == "Jim" for one in people) <= 12
        assert noyo.get(f"/employees/{person}")["id"] == person
        dependent = noyo.get(f"/employees/{person}/dependents")["response"][0]["id"]
        assert noyo.get(f"/employees/{person}/individual_enrollments")["response"]
        noyo.get(f"/dependents/{dependent}/individual_enrollments")
        coverages = noyo.get(f"/groups/{LARGE}/individual_enrollments", page_size="100")
        assert coverages["meta"]["total_records"] > 200

    def test_a_mapping_is_published(self, noyo):
        body = {
            "account_structure": {
                "account_structure_fields": [
                    {"field_name": "Location", "field_type": "string", "existing_value_set": ["HQ"]}
                ],
                "plans": {"group_dental_plans": ["Dental 1000"]},
            }
        }
        path = f"/groups/{LARGE}/platform_account_structures"
        status, made = noyo.ask("POST", path, body)
        assert (status, noyo.get(path)["id"]) == (201, made["id"])
        changed = f"/platform_account_structures/{made['id']}/{made['version']}"
        assert noyo.ask("PUT", changed, body)[0] == 200
        operands = noyo.get(f"/groups/{LARGE}/mapping_operands")["response"]
        assert operands[0]["operand_path"] == "classifications.Location"

        path = f"/groups/{LARGE}/group_mappings"
        asked = {"carrier_id": samples.PRINCIPAL, "effective_start_date": "2026-01-01"}
        header = noyo.ask("POST", path, asked)[1]
        own = f"/group_mappings/{header['id']}"
        details = {"details": {"group_dental_plans": {"Dental 1000": [LARGE]}}}
        plan_rule = noyo.ask("POST", f"{own}/plan_mapping_rules", details)[1]
        rule = noyo.ask(
            "POST", f"{own}/rules", {"name": "Executives", "rule_type": "normal", "rank": 1}
        )[1]
        test = {"left_operand": "classifications.Location", "operator": "is", "right_operand": "HQ"}
        condition = noyo.ask("POST", "/conditions", {"rule_id": rule["id"], "details": test})[1]
        assert len(noyo.get(f"{own}/plan_mapping_rules")["response"]) == 1
        assert len(noyo.get(f"{own}/rules")["response"]) == 1
        assert len(noyo.get(f"/rules/{rule['id']}/conditions")["response"]) == 1
        ready = noyo.ask("PUT", f"{own}/{header['version']}", {"status": "ready"})[1]
        assert ready["status"] == "ready"
        for path, record in (("plan_mapping_rules", plan_rule), ("conditions", condition)):
            changed = noyo.ask("PUT", f"/{path}/{record['id']}/{record['version']}",
                               {"details": record["details"]})[1]  # fmt: skip
            assert changed["version"] != record["version"]
            removed = f"/{path}/{record['id']}/{changed['version']}"
            assert noyo.ask("DELETE", removed) == (204, None)

    @pytest.mark.parametrize(
        ("day", "statuses"), [("2027-01-01", ["ready"]), ("2027-01-02", ["not_ready"])]
    )
    def test_a_renewal_is_answered_by_its_day(self, noyo, day, statuses):
        lines = {"dental": {"open_enrollment_start_date": "2026-11-01"}}
        body = {"carriers": [{"carrier_id": samples.PRINCIPAL, "lines_of_coverage": lines}]}
        path = f"/groups/{LARGE}/renewal_decisions"
        asked = {"renewal_date": day, "body": body}

        made = noyo.ask("POST", path, asked)[1]
        told = noyo.get("/renewal_decisions", start_date="2026-12-01")["response"]

        assert made["status"] == "submitted"
        assert [one["status"] for one in told] == statuses
        assert bool(told[0]["issues"]) == (statuses == ["not_ready"])
        changed = noyo.ask("PUT", f"/renewal_decisions/{made['id']}/{told[0]['version']}", asked)[1]
        assert changed["status"] == "submitted"

    def test_differences(self, noyo):
        noyo.wish("load_census", groups=[CENSUS])
        person = noyo.get(f"/groups/{LARGE}/employees")["response"][0]["id"]
        more = {"group": LARGE, "employee": person, "field": "dob", "ours": "a", "theirs": "b"}
        made = noyo.control(differences=[more])["done"][0]["id"]

        told = noyo.ask("GET", f"/groups/{LARGE}/differences", api="tracking")[1]["response"]
        assert [one["id"] for one in told] == [made]
        noyo.ask("GET", f"/differences/{made}", api="tracking")
        noyo.ask("PUT", f"/differences/{made}/dismiss", api="tracking")
        left = noyo.ask("GET", "/differences", api="tracking", is_open="true")[1]
        assert left["response"] == []

    def test_made_up_groups_cost_nothing_and_come_last(self, noyo):
        noyo.wish("set_crowd", size=5000)

        told = noyo.get("/groups", page_size="100", offset="4950")
        last = told["response"][-1]["id"]
        assert told["meta"]["total_records"] == 5009
        plans = noyo.get(f"/groups/{last}/plans", page_size="100")["response"]
        for plan in plans:
            validate_plan(plan)
        noyo.get(f"/groups/{last}/carrier_configurations")
        noyo.get(f"/groups/{last}/group_enrollments")
        assert noyo.get("/group_connections", page_size="100", offset="4950")["response"]
        noyo.wish("change_crowd", first=4999, count=1)
        again = noyo.get(f"/groups/{last}/plans", page_size="100")["response"]
        changed = [new["id"] for old, new in zip(plans, again, strict=True) if old != new]
        assert (len(plans), len(changed)) == (20, 1)

    def test_the_guides_sample_is_told_as_it_is_printed(self, noyo):
        """Bare, without the ID that the contract requires: the contradiction is Noyo's own."""
        path = f"/groups/{samples.GUIDE}/carrier_configurations"
        with pytest.raises(BrokenContractError, match="'id' is a required property"):
            noyo.get(path)
        told = noyo.ask("GET", path, is_checked=False)[1]
        plans = noyo.ask("GET", f"/groups/{samples.GUIDE}/plans", is_checked=False)[1]
        assert told == samples.GUIDE_CONFIGURATIONS
        assert plans == samples.GUIDE_PLANS
        with pytest.raises(BrokenContractError, match="eligible_member_types"):
            validate_plan(plans[0])


class TestConnecting:
    @pytest.mark.parametrize(
        ("number", "end"), [("771100", "completed"), ("AUTH-1", "carrier_authorization")]
    )
    def test_takes_its_course_and_tells_it(self, noyo, hub, number, end):
        asked = {
            "carrier_id": samples.GUARDIAN,
            "federal_ein": "00-0099001",
            "group_data": {"group_name": "Riverside Mill", "carrier_group_id": number},
        }
        made = noyo.ask("POST", "/group_connections", asked)[1]

        eventually(lambda: noyo.get(f"/group_connections/{made['id']}")["status"] == end)
        plans = noyo.get(f"/groups/{made['group_id']}/plans", page_size="100")["response"]
        assert bool(plans) == (end == "completed")
        eventually(lambda: len(hub.deliveries) == 3)
        types = [one.json["event"]["type"].split(".")[1] for one in hub.deliveries]
        assert types == ["created", "status_change", "status_change"]
        assert hub.deliveries[0].path == "/hooks/noyo/"

    def test_a_lost_event_does_not_come(self, noyo, hub):
        noyo.control(manners={"lose_webhooks": 1})
        connection = noyo.get(f"/groups/{LARGE}/group_connections")["response"][0]["id"]

        noyo.wish("set_connection", connection=connection, status="processing")
        noyo.wish("set_connection", connection=connection, status="completed")

        eventually(lambda: hub.deliveries)
        assert [one.json["data"]["status"] for one in hub.deliveries] == ["completed"]


class TestChanges:
    def test_a_plan_gets_a_new_version(self, noyo):
        plan = noyo.get(f"/groups/{LARGE}/plans")["response"][0]

        changed = noyo.wish("change_plan", record=plan["id"], fields={"name": "Choice PPO 2000"})

        assert changed["version"] != plan["version"]
        assert noyo.get(f"/plans/{plan['id']}")["plan"]["name"] == "Choice PPO 2000"

    def test_a_plan_is_split(self, noyo):
        plan = noyo.get(f"/groups/{LARGE}/plans", line_of_coverage="dental")["response"][0]

        noyo.wish("split_plan", record=plan["id"])

        told = noyo.get(f"/groups/{LARGE}/plans", line_of_coverage="dental")["response"]
        types = [one["eligible_member_types"] for one in told]
        assert types == [["employee"], ["spouse", "child"]]

    def test_a_class_goes_and_another_is_renamed(self, noyo):
        where = {"group": "00-0040378", "category": "benefit_classes"}
        noyo.wish("remove_option", identifier="0003", **where)
        noyo.wish("rename_option", identifier="0002", label="Everybody else", **where)

        path = f"/groups/{scenarios.GUARDIAN_GROUP.id}/carrier_configurations"
        classes = noyo.get(path)[0]["configuration"]["benefit_classes"]
        names = [one["benefit_class_name"] for one in classes]
        assert names == ["Class 1 - Executives", "Everybody else"]

    def test_a_renewal_ends_this_years_plans(self, noyo):
        made = noyo.wish("open_renewal", group=LARGE, dropped=["ltd"])

        told = noyo.get(f"/groups/{LARGE}/plans", page_size="100")["response"]
        begins = [one["effective_start_date"] for one in told]
        assert (made, begins.count("2027-01-01")) == (7, 7)
        assert "9999-12-31" not in [one["effective_end_date"] for one in told]


class TestManners:
    def test_tokens_end(self, noyo):
        assert noyo.sign_in("wrong")[0] == 401
        noyo.control(expire_tokens=True)

        assert noyo.ask("GET", "/groups", is_checked=False)[0] == 401
        noyo.token = noyo.sign_in()[1]["access_token"]
        assert noyo.ask("GET", "/groups")[0] == 200

    def test_fails_as_often_as_told(self, noyo):
        noyo.control(manners={"fail_next": [429, 500]})

        answers = [noyo.ask("GET", "/groups", is_checked=False) for _ in range(3)]

        assert [status for status, _ in answers] == [429, 500, 200]
        assert answers[0][1] == {"message": "Too many requests.", "status": 429}

    def test_an_old_version_is_refused(self, noyo):
        group = noyo.get(f"/groups/{LARGE}")
        path = f"/groups/{LARGE}/{group['version']}"

        assert noyo.ask("PUT", path, {"name": "New name"})[0] == 200
        status, told = noyo.ask("PUT", path, {"name": "Other"}, is_checked=False)
        assert (status, told["status"]) == (409, 409)

    def test_counts_calls(self, noyo):
        noyo.control(forget_calls=True)
        noyo.get("/groups")

        assert noyo.control()["calls"] == {"GET fulfillment/api/v1/groups": 1}
