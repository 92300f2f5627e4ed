import json
from datetime import date
from decimal import Decimal

import pytest

from agencyhub.accounts import api_keys, oauth
from agencyhub.records.lists.models import ExportLog
from eoi.models import Decision, EoiRequest
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import DependentFactory

pytestmark = pytest.mark.django_db
# The source's own example: seeds/4_plansource_eoi.txt.
SUBSCRIBER, SSN = "2852117", "123000000"
EXAMPLE = {
    "decisions": [
        {
            "ssn": SSN,
            "benefit_lookup_code": "subscriber_life",
            "action": "approve_all",
            "approved_amount": 150000,
            "effective_date": "2017-03-31",
            "original_effective_date": "",
        }
    ]
}


@pytest.fixture(autouse=True)
def _forget():
    api_keys.forget()


@pytest.fixture
def key():
    return api_keys.create_key(name="Carrier", scope="eoi")


@pytest.fixture
def request_of_2017():
    """The example's employee: $150,000 asked for in March 2017, $100,000 in force."""
    return EoiRequestFactory(
        election__employee__external_id=SUBSCRIBER,
        election__employee__ssn=SSN,
        election__employee__hire_date=date(2017, 1, 2),
        election__elected_date=date(2017, 3, 1),
        election__original_effective_date=date(2017, 3, 1),
        election__change_effective_date=date(2017, 3, 1),
        opened_date=date(2017, 3, 1),
    )


def call(client, method, path, body=None, *, key, **headers):
    data = body if isinstance(body, str) else json.dumps(body)
    sent = {"X-API-Key": key.raw, **headers}
    answer = client.generic(
        method, f"/v2/eoi/{path}", data, content_type="application/json", headers=sent
    )
    content = answer.getvalue() if answer.streaming else answer.content
    return answer.status_code, json.loads(content)


def decide(client, key, *, subscriber=SUBSCRIBER, **more):
    row = {**EXAMPLE["decisions"][0], **more}
    return call(client, "PUT", f"decision/{subscriber}", {"decisions": row}, key=key)


def refusal(status, message, code):
    errors = {"http_status": status, "message": message, "details": None, "error_code": code}
    return status, {"status": "failure", "errors": errors, "data": []}


class TestDecision:
    def test_answers_the_sources_example_as_the_source_does(self, client, key, request_of_2017):
        answer = call(client, "PUT", f"decision/{SUBSCRIBER}", EXAMPLE, key=key)

        data = {"valid_count": 1, "failed_count": 0, "failed_rows": []}
        assert answer == (200, {"status": "success", "data": data})
        request_of_2017.refresh_from_db()
        assert request_of_2017.status == EoiRequest.Status.APPROVED
        assert request_of_2017.election.volume == Decimal("150000.00")
        decision = Decision.objects.get()
        assert (decision.channel, decision.source) == ("api", f"api:key-{key.key.pk}:1")

    def test_takes_a_single_object_as_a_list_of_one(self, client, key, request_of_2017):
        status, told = decide(client, key)

        assert (status, told["data"]["valid_count"]) == (200, 1)

    def test_fails_safely_when_repeated(self, client, key, request_of_2017):
        decide(client, key)

        status, told = decide(client, key)

        assert status == 200
        assert told == {
            "status": "success",
            "data": {
                "valid_count": 0,
                "failed_count": 1,
                "failed_rows": [
                    {
                        "ssn": SSN,
                        "benefit_lookup_code": "subscriber_life",
                        "action": "approve_all",
                        "approved_volume": "150000.00",
                        "effective_date": "2017-03-31T00:00:00.000Z",
                        "original_effective_date": "",
                        "errors": "Coverage not waiting for EOI decision",
                    }
                ],
            },
        }

    def test_tells_an_unknown_benefit_in_the_published_words(self, client, key, request_of_2017):
        _, told = decide(client, key, benefit_lookup_code="pet_life")

        errors = "Benefit not found, Coverage not waiting for EOI decision"
        assert told["data"]["failed_rows"][0]["errors"] == errors

    def test_tells_a_row_that_is_somebody_elses(self, client, key, request_of_2017):
        _, told = decide(client, key, ssn="987654321")

        assert told["data"]["failed_rows"][0]["errors"] == "Employee not found"

    @pytest.mark.parametrize(
        ("sent", "echoed"),
        [
            ({"approved_amount": "lots"}, "lots"),
            ({"approved_amount": "$150,000"}, "150000.00"),
            ({"approved_amount": 150000.5}, "150000.50"),
            ({"approved_amount": True}, "True"),
        ],
    )
    def test_echoes_the_volume_under_its_own_name(self, client, key, sent, echoed):
        EoiRequestFactory(election__employee__external_id=SUBSCRIBER, election__employee__ssn=SSN)

        _, told = decide(client, key, action="approve_whatever", **sent)

        row = told["data"]["failed_rows"][0]
        assert row["approved_volume"] == echoed
        assert "approved_amount" not in row

    def test_takes_many_subscribers_by_their_ssns(self, client, key, request_of_2017):
        other = EoiRequestFactory(
            election__employee__group=request_of_2017.group,
            election__benefit=request_of_2017.election.benefit,
            election__plan=request_of_2017.election.plan,
            election__employee__ssn="111223333",
        )
        rows = [
            EXAMPLE["decisions"][0],
            {
                **EXAMPLE["decisions"][0],
                "ssn": "111-22-3333",
                "action": "deny_all",
                "approved_amount": None,
                "effective_date": "2026-11-01",
            },
        ]

        status, told = call(client, "PUT", "decisions", {"decisions": rows}, key=key)

        assert (status, told["data"]["valid_count"]) == (200, 2), told
        other.refresh_from_db()
        assert other.status == EoiRequest.Status.DENIED

    def test_speaks_english_to_everybody(self, client, key, request_of_2017):
        decide(client, key)

        row = EXAMPLE["decisions"][0]
        _, told = call(
            client, "PUT", f"decision/{SUBSCRIBER}", {"decisions": row}, key=key,
            **{"Accept-Language": "es"},
        )  # fmt: skip

        assert told["data"]["failed_rows"][0]["errors"] == "Coverage not waiting for EOI decision"


class TestRefusals:
    @pytest.mark.parametrize("body", [{}, {"decisions": []}, {"decisions": None}, [], "1"])
    def test_of_a_body_without_decisions(self, client, key, request_of_2017, body):
        text = body if isinstance(body, str) else json.dumps(body)

        answer = call(client, "PUT", f"decision/{SUBSCRIBER}", text, key=key)

        assert answer == refusal(422, "Parameter 'decisions' is required", "parameter_missing")

    @pytest.mark.parametrize("body", ["{", '{"decisions": ["x"]}', '{"decisions": "x"}'])
    def test_of_a_body_that_cannot_be_read(self, client, key, request_of_2017, body):
        answer = call(client, "PUT", f"decision/{SUBSCRIBER}", body, key=key)

        assert answer == refusal(400, "There was a problem in the JSON you submitted", 400)

    def test_of_an_unknown_subscriber(self, client, key):
        assert decide(client, key) == refusal(404, "Employee not found", 404)
        answer = call(client, "GET", "subscriber/77", key=key)
        assert answer == refusal(404, "Employee not found", 404)

    def test_of_an_unknown_route(self, client, key):
        answer = call(client, "GET", "decisions/all", key=key)

        message = "Requested route '/v2/eoi/decisions/all' not found"
        assert answer == refusal(404, message, "route_not_found")

    def test_of_a_token_that_ended(self, client, key, time_machine_of_tokens):
        token = time_machine_of_tokens(key)

        answer = call(client, "GET", "subscribers", key=key, Authorization=f"Bearer {token}")

        assert answer == refusal(401, "Signature has expired", "invalid_token")

    @pytest.mark.parametrize("header", ["", "Bearer x", "Bearer ahk_eoi_x"])
    def test_of_nobody(self, client, header):
        answer = client.get("/v2/eoi/subscribers", headers={"Authorization": header})

        assert answer.status_code == 401
        assert answer.json()["errors"]["error_code"] == "invalid_token"
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_of_a_key_for_something_else(self, client):
        other = api_keys.create_key(name="Script", scope="api")

        answer = call(client, "GET", "subscribers", key=other)

        assert answer == refusal(403, "Forbidden", 403)

    def test_of_a_user_without_the_right(self, client, request_of_2017):
        reader = UserFactory(roles=[RoleFactory(permissions=["eoi.view_eoirequest"], scope="all")])
        key = api_keys.create_key(name="Reader", scope="eoi", user=reader)

        assert call(client, "GET", "subscribers", key=key)[0] == 200
        assert decide(client, key) == refusal(403, "Forbidden", 403)

    def test_of_too_many_calls(self, client, key, settings):
        settings.API_CALLS_A_MINUTE = 0

        status, told = call(client, "GET", "subscribers", key=key)

        assert status == 429
        assert told["errors"]["error_code"] == "throttled"

    def test_of_a_wrong_method(self, client, key):
        assert call(client, "POST", "decisions", EXAMPLE, key=key)[0] == 405


@pytest.fixture
def time_machine_of_tokens(time_machine):
    def old_token(key):
        time_machine.move_to("2026-11-01T12:00:00Z", tick=False)
        token = oauth.issue(key.key)
        time_machine.move_to("2026-11-01T12:11:00Z", tick=False)
        return token

    return old_token


class TestReading:
    def test_tells_what_waits_as_published(self, client, key, request_of_2017):
        status, told = call(client, "GET", f"subscriber/{SUBSCRIBER}", key=key)

        election = request_of_2017.election
        assert status == 200
        assert told == {
            "status": "success",
            "data": [
                {
                    "id": 2852117,
                    "first_name": "Ana",
                    "last_name": "Lopez",
                    "middle_name": "",
                    "ssn": SSN,
                    "benefit_name": election.benefit.name,
                    "benefit_lookup_code": "subscriber_life",
                    "plan_name": election.plan.name,
                    "req_plan_name": election.plan.name,
                    "coverage_id": election.pk,
                    "coverage_line_id": request_of_2017.pk,
                    "volume": "100000.0",
                    "req_volume": "150000.0",
                    "gi_volume": "100000.0",
                    "eoi_volume": "50000.0",
                    "eoi_form": "Incomplete",
                    "original_effective_date": "2017/03/01",
                    "change_effective_date": "2017/03/01",
                    "dependents": [],
                    "links": {"href": "/v2/eoi/subscriber/2852117", "rel": "self"},
                }
            ],
        }

    def test_finds_a_subscriber_without_the_leading_zeros(self, client, key):
        EoiRequestFactory(election__employee__external_id="0002852117")

        status, told = call(client, "GET", f"subscriber/{SUBSCRIBER}", key=key)

        assert (status, told["data"][0]["id"]) == (200, "0002852117")

    def test_names_the_dependent_who_is_covered(self, client, key):
        request = EoiRequestFactory(election__employee__external_id=SUBSCRIBER)
        spouse = DependentFactory(employee=request.employee, ssn="444556666")
        request.election.dependent = spouse
        request.election.save()

        _, told = call(client, "GET", "subscribers", key=key)

        assert told["data"][0]["dependents"][0]["ssn"] == "444556666"

    def test_leaves_tests_out_unless_asked_for(self, client, key, request_of_2017):
        group = request_of_2017.group
        group.is_test = True
        group.save()

        _, without = call(client, "GET", "subscribers", key=key)
        _, every = call(client, "GET", "subscribers?include_test=yes", key=key)

        assert (len(without["data"]), len(every["data"])) == (0, 1)

    def test_leaves_decided_ones_out(self, client, key, request_of_2017):
        decide(client, key)

        assert call(client, "GET", "subscribers", key=key)[1]["data"] == []

    def test_notes_that_ssns_left(self, client, key, request_of_2017):
        call(client, "GET", "subscribers", key=key)

        log = ExportLog.objects.get()
        assert (log.api_key, log.user, log.rows, log.is_masked) == (key.key, None, 1, False)
        assert log.finished_at is not None

    def test_hides_ssns_from_who_may_not_see_them(self, client, request_of_2017):
        role = RoleFactory(permissions=["eoi.view_eoirequest"], scope="all")
        reader = api_keys.create_key(name="Reader", scope="eoi", user=UserFactory(roles=[role]))

        _, told = call(client, "GET", "subscribers", key=reader)

        assert told["data"][0]["ssn"] == ""
        assert not ExportLog.objects.exists()

    def test_tells_a_user_of_their_groups_only(self, client, request_of_2017):
        role = RoleFactory(permissions=["eoi.view_eoirequest"], scope="own")
        agent = api_keys.create_key(name="Agent", scope="eoi", user=UserFactory(roles=[role]))

        assert call(client, "GET", "subscribers", key=agent)[1]["data"] == []
        assert call(client, "GET", f"subscriber/{SUBSCRIBER}", key=agent)[0] == 404

    def test_takes_the_same_queries_for_many(self, client, key, django_assert_max_num_queries):
        first = EoiRequestFactory()
        for number in range(11):
            EoiRequestFactory(
                election__employee__group=first.group,
                election__benefit=first.election.benefit,
                election__plan=first.election.plan,
                election__employee__external_id=f"X{number}",
            )

        with django_assert_max_num_queries(9):
            _, told = call(client, "GET", "subscribers", key=key)

        assert len(told["data"]) == 12

    def test_takes_a_token(self, client, key):
        token = oauth.issue(key.key)

        answer = client.get("/v2/eoi/subscribers", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 200


class TestFormCompletion:
    def test_notes_the_form_its_last_day_and_the_reference(self, client, key, request_of_2017):
        form = {
            "ssn": SSN,
            "benefits": "subscriber_life",
            "completed": "true",
            "expiration_date": "2027-01-31",
            "reference_number": "REF-7",
        }

        answer = call(
            client, "PUT", f"form_completion/{SUBSCRIBER}", {"form_completions": [form]}, key=key
        )

        data = {"valid_count": 1, "failed_count": 0, "failed_rows": []}
        assert answer == (200, {"status": "success", "data": data})
        request_of_2017.refresh_from_db()
        assert request_of_2017.form_status == EoiRequest.Form.COMPLETE
        assert request_of_2017.expiration_date == date(2027, 1, 31)
        assert request_of_2017.reference_number == "REF-7"
        _, told = call(client, "GET", f"subscriber/{SUBSCRIBER}", key=key)
        assert told["data"][0]["eoi_form"] == "Complete"

    def test_tells_rows_that_fit_nothing(self, client, key, request_of_2017):
        form = {"ssn": SSN, "benefits": "subscriber_life, pet_life", "completed": False}

        _, told = call(client, "PUT", "form_completions", {"form_completions": form}, key=key)

        assert (told["data"]["valid_count"], told["data"]["failed_count"]) == (1, 1)
        assert told["data"]["failed_rows"][0]["benefits"] == "pet_life"
        assert "Benefit not found" in told["data"]["failed_rows"][0]["errors"]

    def test_wants_its_own_parameter(self, client, key, request_of_2017):
        answer = call(client, "PUT", "form_completions", EXAMPLE, key=key)

        message = "Parameter 'form_completions' is required"
        assert answer == refusal(422, message, "parameter_missing")
