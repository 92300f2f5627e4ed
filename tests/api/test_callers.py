"""Who may call the API, and how often."""

import pytest
from django.test import Client
from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import Role
from tests.api.conftest import Script
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/individuals/"


def problem(answer, status, code):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code


class TestCallers:
    def test_need_a_key(self):
        answer = Client().get(PEOPLE)

        problem(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Bearer"

    def test_need_a_key_that_lives(self, script):
        api_keys.revoke_key(key_id=script.key.key.pk, at=timezone.now())

        problem(script.get("individuals/"), 401, "unknown_key")

    def test_need_a_key_of_the_api(self):
        answer = Script(scope="plancompare").get("individuals/")

        problem(answer, 403, "wrong_scope")
        assert answer.json()["detail"] == "The API key is for PlanCompare, not for this."

    def test_may_use_the_other_header(self, script):
        answer = Client().get(PEOPLE, headers={"X-API-Key": script.key.raw})

        assert answer.status_code == 200
        assert "Vary" not in answer.headers or "" not in answer.headers["Vary"].split(", ")

    def test_may_be_signed_in(self, client):
        client.force_login(UserFactory(owner=True))

        assert client.get(PEOPLE).status_code == 200

    def test_who_are_signed_in_cannot_be_tricked_into_a_change(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(UserFactory(owner=True))

        answer = client.post(PEOPLE, "{}", content_type="application/json")

        assert answer.status_code == 403

    def test_have_the_rights_of_the_key_s_user(self):
        viewer = Script(UserFactory(may=["individuals.view_individual"]))

        assert viewer.get("individuals/").status_code == 200
        answer = viewer.get("policies/")
        problem(answer, 403, "permission_denied")
        assert answer.json()["detail"] == "The caller has no right to this."
        problem(viewer.post("individuals/", {}), 403, "permission_denied")

    def test_lose_them_at_once(self):
        user = UserFactory(may=["individuals.view_individual"])
        viewer = Script(user)
        assert viewer.get("individuals/").status_code == 200

        user.groups.clear()

        problem(viewer.get("individuals/"), 403, "permission_denied")

    def test_see_the_book_of_the_key_s_user(self):
        user = UserFactory(may=["individuals.view_individual"], may__reach=Role.Scope.OWN)
        mine = IndividualFactory(servicing_agent=AgentFactory(user=user))
        other = IndividualFactory()
        agent = Script(user)

        found = agent.get("individuals/").json()["results"]

        assert [one["id"] for one in found] == [mine.pk]
        problem(agent.get(f"individuals/{other.pk}/"), 404, "not_found")

    def test_wait_when_they_call_too_often(self, script, settings):
        settings.API_CALLS_A_MINUTE = 2
        for _ in range(2):
            assert script.get("carriers/").status_code == 200

        answer = script.get("carriers/")

        problem(answer, 429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= 60

    def test_wait_after_many_wrong_keys(self):
        answers = [
            Client().get(PEOPLE, headers={"X-API-Key": f"ahk_api_{number}"}) for number in range(32)
        ]

        assert answers[0].status_code == 401
        problem(answers[-1], 429, "throttled")

    @pytest.mark.parametrize(
        ("body", "status"),
        [("{", 400), ("[" * 100_000, 400), ("[]", 422), ("1", 422), ('"\\ud800"', 422)],
    )
    def test_are_told_what_is_no_record(self, script, body, status):
        assert script.post("individuals/", body).status_code == status

    def test_cannot_send_much(self, script):
        answer = script.post("individuals/", {"notes": "x" * 1_100_000})

        problem(answer, 413, "too_large")

    def test_send_json(self, script):
        answer = script.client.post(
            PEOPLE, {"first_name": "Ana"}, headers={"X-API-Key": script.key.raw}
        )

        problem(answer, 415, "unsupported_media_type")
