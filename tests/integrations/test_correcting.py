"""Correcting a body: the original stays, the corrected one is a message of its own."""

import json

import pytest
from django.urls import reverse

from agencyhub.records.models import Entry
from integrations import registry, tasks
from integrations.models import Correction, InboundMessage
from integrations.services import inbox
from integrations.services.correcting import changed_fields
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.factories.premier import FeedFactory
from tests.plancompare.samples import enrollment

pytestmark = pytest.mark.django_db
State = InboundMessage.State
RIGHTS = ["integrations.review_inbound", "integrations.view_raw_body"]


def url_of(message: InboundMessage) -> str:
    return reverse("integrations:inbox_correct", args=[message.public_id])


@pytest.fixture
def user(client):
    user = UserFactory(may=RIGHTS)
    client.force_login(user)
    return user


@pytest.fixture
def refused(user):
    """An enrollment without its carrier, as the door kept it."""
    PlanTypeMappingFactory(site=SiteFactory())
    body = enrollment()
    del body["plan"]["carrier_name"]
    (receipt,) = inbox.receive(
        partner=registry.PARTNERS["plancompare"], body=json.dumps(body).encode()
    )
    message = InboundMessage.objects.get(public_id=receipt.message_id)
    assert (message.state, message.value) == (State.REJECTED, "plan.carrier_name")
    return message


class TestCorrect:
    def test_keeps_the_original_and_applies_the_corrected_body(self, client, user, refused):
        before = refused.body.reveal()

        answer = client.post(url_of(refused), {"body": json.dumps(enrollment())})
        tasks.process_inbox()

        refused.refresh_from_db()
        correction = Correction.objects.select_related("message").get()
        assert answer.url == reverse(
            "integrations:inbox_detail", args=[correction.message.public_id]
        )
        assert (refused.state, refused.body.reveal()) == (State.CORRECTED, before)
        assert (correction.original, correction.corrected_by) == (refused, user)
        assert correction.fields == ["plan.carrier_name"]
        assert correction.message.state == State.APPLIED
        assert (
            "The corrected message"
            in client.get(
                reverse("integrations:inbox_detail", args=[refused.public_id])
            ).content.decode()
        )

    def test_history_names_fields_and_no_value(self, client, refused):
        body = enrollment()
        body["beneficiary"]["last_name"] = "Newname"

        client.post(url_of(refused), {"body": json.dumps(body)})

        told = json.dumps([[one.text, one.reasons] for one in Entry.objects.all()])
        assert "beneficiary.last_name" in told
        assert "plan.carrier_name" in told
        assert not any(value in told for value in ("Newname", "Lopez", "1EG4TE5MK73", "Humana"))

    def test_opening_it_is_noted_as_a_look(self, client, user, refused):
        page = client.post(url_of(refused))

        assert page.status_code == 200
        assert "Lopez" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert (Entry.objects.get().user, Entry.objects.get().text) == (
            user,
            "Raw message body shown",
        )

    @pytest.mark.parametrize(
        ("_case", "change", "words"),
        [
            ("no JSON", lambda body: "{", "This is not JSON: see line 1, column 2."),
            (
                "a field is missing",
                lambda body: body["beneficiary"].pop("last_name") and body,
                "beneficiary.last_name",
            ),
            (
                "a field is wrong",
                lambda body: body["plan"].pop("plan_type") and body,
                "plan.plan_type",
            ),
        ],
    )
    def test_names_what_is_wrong_and_keeps_what_was_typed(
        self, client, refused, _case, change, words
    ):
        body = enrollment()
        changed = change(body)
        text = changed if isinstance(changed, str) else json.dumps(body)

        answer = client.post(url_of(refused), {"body": text})

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert InboundMessage.objects.get().state == State.REJECTED

    def test_refuses_another_id_and_no_change(self, client, user):
        SiteFactory()
        message = InboundMessageFactory(state=State.FAILED, external_id="PC-20261015-0001")
        other = {**enrollment(), "enrollment_id": "PC-2"}

        moved = client.post(url_of(message), {"body": json.dumps(other)})
        same = client.post(url_of(message), {"body": json.dumps(enrollment())})

        assert "The id has to stay PC-20261015-0001" in moved.content.decode()
        assert "Nothing was changed." in same.content.decode()
        assert not Correction.objects.exists()

    def test_the_partner_s_repeat_of_the_original_is_known(self, client, user):
        PlanTypeMappingFactory(site=SiteFactory())
        partner = registry.PARTNERS["plancompare"]
        raw = json.dumps({**enrollment(), "username": "nobody.here"}).encode()
        inbox.receive(partner=partner, body=raw)
        InboundMessage.objects.update(state=State.FAILED)
        message = InboundMessage.objects.get()
        client.post(url_of(message), {"body": json.dumps(enrollment())})

        (again,) = inbox.receive(partner=partner, body=raw)

        assert again.state == State.DUPLICATE
        assert InboundMessage.objects.count() == 2

    def test_leaves_what_a_stranger_sent_alone(self, client, user):
        SiteFactory()
        message = InboundMessageFactory(state=State.REJECTED, code="unknown_key", external_id="")

        client.post(url_of(message), {"body": json.dumps({**enrollment(), "username": "x"})})

        assert InboundMessage.objects.get().state == State.REJECTED

    def test_twice_makes_one_message(self, client, refused):
        body = {"body": json.dumps(enrollment())}

        client.post(url_of(refused), body)
        client.post(url_of(refused), body)

        assert Correction.objects.count() == 1

    @pytest.mark.parametrize("missing", RIGHTS)
    def test_takes_both_rights(self, client, refused, missing):
        client.force_login(UserFactory(may=[right for right in RIGHTS if right != missing]))

        assert client.post(url_of(refused)).status_code == 403
        assert (
            "Correct the body"
            not in client.get(
                reverse("integrations:inbox_detail", args=[refused.public_id])
            ).content.decode()
        )


def test_a_statement_is_corrected_at_its_carrier_s_door(client, user):
    feed = FeedFactory()
    body = {"as_of": "2026-11-22T06:00:00Z", "rows": []}
    partner = registry.PARTNERS["premier"].at_door_of(external_id="", details={"door": feed.slug})
    with pytest.raises(inbox.UnreadableDeliveryError):
        inbox.receive(partner=partner, body=b"{")
    message = InboundMessage.objects.get()
    body["rows"] = [{"policy_number": "H1", "policy_status": "Effectuated"}]

    client.post(url_of(message), {"body": json.dumps(body)})

    made = Correction.objects.get().message
    assert made.external_id.startswith(f"{feed.slug}@")


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"a": 1, "b": {"c": 1}}, {"a": 1, "b": {"c": 2}}, ["b.c"]),
        ({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"x": 3}]}, ["a[].x"]),
        ({"a": 1}, {"a": 1, "Ana Lopez": 2}, ["…"]),
        ({"a": "1"}, {"a": 1}, ["a"]),
        (None, {"a": 1}, ["body"]),
        ({"a": 1}, {"a": 1}, []),
    ],
)
def test_changed_fields_are_paths_without_values(before, after, paths):
    assert changed_fields(before, after) == paths
