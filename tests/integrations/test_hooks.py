"""What a partner hears back, and what is kept, for every delivery it can make."""

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from agencyhub.accounts import api_keys
from integrations import registry
from integrations.models import InboundMessage
from integrations.services import processing
from policies.models import Policy
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import enrollment

pytestmark = pytest.mark.django_db
URL = "/hooks/plancompare/enrollments/"


@pytest.fixture
def key() -> str:
    PlanTypeMappingFactory(site=SiteFactory())
    return api_keys.create_key(scope="plancompare", name="test").raw


@pytest.fixture
def post(key):
    def _post(
        body: object,
        *,
        key: str = key,
        content_type: str = "application/json",
        forwarded_for: str = "",
    ):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-API-Key": key, "X-Forwarded-For": forwarded_for}
        return Client().post(URL, data, content_type=content_type, headers=headers)

    return _post


def _kept() -> InboundMessage:
    return InboundMessage.objects.get()


class TestAccepted:
    def test_answers_202_with_the_message_and_keeps_the_body(self, post):
        answer = post(enrollment())

        message = _kept()
        assert answer.status_code == 202
        assert answer.json() == {"message_id": str(message.public_id), "state": "received"}
        assert json.loads(message.body.reveal()) == enrollment()

    def test_keeps_the_body_sealed(self, post):
        post(enrollment())

        assert b"1EG4TE5MK73" not in _kept().body.data
        assert b"Lopez" not in _kept().body.data

    def test_applies_nothing_before_it_answers(self, post):
        post(enrollment())

        assert Policy.objects.count() == 0

    def test_answers_200_to_the_same_external_id(self, post):
        first = post(enrollment()).json()

        again = post(enrollment())

        assert again.status_code == 200
        assert again.json() == {"message_id": first["message_id"], "state": "duplicate"}
        assert InboundMessage.objects.count() == 1

    def test_keeps_another_body_under_the_same_id_as_a_duplicate(self, post):
        first = post(enrollment()).json()

        again = post(enrollment(username="other.pc"))

        assert again.json() == {"message_id": first["message_id"], "state": "duplicate"}
        duplicate = InboundMessage.objects.get(state="duplicate")
        assert str(duplicate.duplicate_of.public_id) == first["message_id"]
        assert duplicate.needs_attention
        list(processing.process_waiting(partners=registry.PARTNERS))
        assert Policy.objects.count() == 1

    def test_takes_an_id_that_was_rejected_before(self, post):
        post(enrollment(application_effective_date="soon"))

        assert post(enrollment()).status_code == 202

    def test_takes_a_list_item_by_item(self, post):
        items = [
            enrollment(),
            enrollment(enrollment_id="PC-2"),
            enrollment(enrollment_id="PC-3", application_effective_date=None),
        ]

        answer = post({"enrollments": items})

        assert answer.status_code == 202
        states = [message["state"] for message in answer.json()["messages"]]
        assert states == ["received", "received", "rejected"]
        assert answer.json()["messages"][2]["errors"][0]["field"] == "application_effective_date"


class TestRefused:
    def _refusal(self, answer, status: int, code: str) -> dict:
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        document = answer.json()
        assert (document["status"], document["code"]) == (status, code)
        return document

    def test_answers_400_to_bad_json_and_keeps_it_as_rejected(self, post):
        self._refusal(post(b'{"enrollment_id": '), 400, "invalid_json")

        assert _kept().state == "rejected"
        assert _kept().body.reveal() == '{"enrollment_id": '

    def test_keeps_a_body_that_is_not_utf8(self, post):
        self._refusal(post(b"\xff\xfe{}"), 400, "invalid_json")

        assert _kept().state == "rejected"

    @pytest.mark.parametrize(
        "body",
        [b"[" * 100_000, json.dumps(enrollment()).encode("utf-16")],
        ids=["nested too deep", "not utf-8"],
    )
    def test_answers_400_to_json_that_nobody_can_apply_later(self, post, body):
        self._refusal(post(body), 400, "invalid_json")

        assert _kept().state == "rejected"

    @pytest.mark.parametrize(
        ("_case", "changes", "field", "code"),
        [
            ("missing", {"enrollment_id": None}, "enrollment_id", "null"),
            ("bad date", {"submission_date": "10/15/2026"}, "submission_date", "invalid"),
            ("bad birth date", {"beneficiary": {"date_of_birth": "1958-02-30"}},
             "beneficiary.date_of_birth", "invalid"),
            ("bad mbi", {"beneficiary": {"mbi": "1SG4TE5MK73"}}, "beneficiary.mbi", "invalid_mbi"),
            ("bad zip", {"beneficiary": {"zip": "5001"}}, "beneficiary.zip", "invalid_zip"),
            ("bad phone", {"beneficiary": {"home_phone": "12"}},
             "beneficiary.home_phone", "invalid_phone"),
            ("bad state", {"beneficiary": {"state": "XX"}}, "beneficiary.state", "invalid_state"),
            ("bad premium", {"plan": {"premium_per_month": "-1"}},
             "plan.premium_per_month", "min_value"),
            ("nul", {"username": "a\x00b"}, "username", "null_characters_not_allowed"),
            ("attachment", {"attachments": ["application.pdf"]},
             "attachments", "attachments_not_accepted"),
        ],
    )  # fmt: skip
    def test_answers_422_and_names_the_field_without_its_value(
        self, post, _case, changes, field, code
    ):
        document = self._refusal(post(enrollment(**changes)), 422, "invalid")

        assert [(error["field"], error["code"]) for error in document["errors"]] == [(field, code)]
        assert _kept().state == "rejected"
        assert "1SG4TE5MK73" not in _kept().reason

    @pytest.mark.parametrize("body", [[], "text", 7, None, {"enrollments": []}, {"enrollments": 3}])
    def test_answers_422_to_another_shape(self, post, body):
        self._refusal(post(body), 422, "invalid")

        assert _kept().state == "rejected"

    @pytest.mark.parametrize("wrong", ["", "ahk_plancompare_wrong"])
    def test_answers_401_to_a_wrong_key_and_keeps_the_body(self, post, wrong):
        self._refusal(post(enrollment(), key=wrong), 401, "unknown_key")

        assert (_kept().state, _kept().code) == ("rejected", "unknown_key")

    def test_answers_429_to_a_sender_who_goes_on_guessing(self, post):
        for number in range(30):
            post(enrollment(), key=f"wrong-{number}")

        answer = post(enrollment(), key="wrong again")

        self._refusal(answer, 429, "too_many_wrong_keys")
        assert answer["Retry-After"] == "60"

    def test_lets_other_senders_behind_the_proxy_go_on(self, post, settings):
        settings.TRUSTED_PROXIES = 1
        for number in range(31):
            post(enrollment(), key=f"wrong-{number}", forwarded_for="203.0.113.1")

        answer = post(enrollment(), key="wrong", forwarded_for="203.0.113.2")

        self._refusal(answer, 401, "unknown_key")

    def test_answers_403_to_a_key_of_another_scope(self, post):
        other = api_keys.create_key(scope="comtrack", name="other").raw

        self._refusal(post(enrollment(), key=other), 403, "wrong_scope")

    def test_answers_403_when_the_integration_is_inactive(self, post):
        SiteFactory(is_active=False).__class__.objects.update(is_active=False)

        document = self._refusal(post(enrollment()), 403, "integration_inactive")

        assert "Activate it" in document["detail"]

    def test_answers_413_to_five_megabytes(self, post):
        self._refusal(post(b"x" * 5_000_000), 413, "too_large")

        assert InboundMessage.objects.count() == 0

    def test_answers_415_to_a_form(self, post):
        self._refusal(post(b"a=b", content_type="text/plain"), 415, "unsupported_media_type")

    def test_answers_405_to_get(self, key):
        self._refusal(Client().get(URL), 405, "method_not_allowed")


class TestMessageState:
    def _get(self, message_id: object, key: str):
        url = reverse("hooks:inbox_message", args=[message_id])
        return Client().get(url, headers={"Authorization": f"Bearer {key}"})

    def test_tells_the_state_and_links_to_the_records(self, post, key):
        message_id = post(enrollment()).json()["message_id"]
        list(processing.process_waiting(partners=registry.PARTNERS))

        answer = self._get(message_id, key).json()

        policy = Policy.objects.get()
        assert answer["state"] == "applied"
        assert {
            "kind": "policy",
            "id": policy.pk,
            "action": "created",
            "url": f"/policies/{policy.pk}/",
        } in answer["records"]
        assert "Lopez" not in json.dumps(answer)

    def test_is_hidden_from_a_key_of_another_partner(self, post):
        message_id = post(enrollment()).json()["message_id"]
        other = api_keys.create_key(scope="comtrack", name="other").raw

        assert self._get(message_id, other).status_code == 404

    def test_asks_for_a_key(self, post):
        assert self._get(uuid.uuid4(), "").status_code == 401
