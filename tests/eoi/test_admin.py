"""Staff decide on selected requests in the Django admin."""

import pytest
from django.urls import reverse

from eoi.models import Decision
from tests.eoi.test_decide import waiting

pytestmark = pytest.mark.django_db
LIST = reverse("admin:eoi_eoirequest_changelist")


def decide(client, *requests, **sent):
    values = {"action": "decide", "_selected_action": [one.pk for one in requests], **sent}
    return client.post(LIST, values, follow=True).content.decode()


def test_decides_on_what_is_selected_and_says_what_could_not_be(client, owner):
    first, second = waiting(), waiting(election__requested_volume=120_000)
    sent = {"decision": "approve_part", "approved_volume": "120000"}

    page = decide(client, first, second, **sent, effective_date="2026-12-01")

    assert "1 request is decided." in page
    words = f"EOI request {second.pk}: Approved volume is all that was requested: use Approve All."
    assert words in page
    decision = Decision.objects.get()
    assert (decision.request, decision.channel, decision.user) == (first, "manual", owner)
    record = client.get(reverse("admin:eoi_decision_changelist"))
    assert "120000.00" in record.content.decode()


def test_asks_for_the_right(client, owner):
    request = waiting()
    owner.is_superuser = False
    owner.save(update_fields=["is_superuser"])

    decide(client, request, decision="approve_all", effective_date="2026-12-01")

    assert not Decision.objects.exists()
