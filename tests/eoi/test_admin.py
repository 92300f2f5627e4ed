"""Staff decide on selected requests in the Django admin."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from eoi.models import Decision, Reversal
from eoi.selectors.worksheets import KIND
from tests.eoi.test_decide import waiting
from tests.factories.accounts import UserFactory
from tests.factories.imports import ImportFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:eoi_eoirequest_changelist")


def decide(client, *requests, **sent):
    values = {"action": "decide", "_selected_action": [one.pk for one in requests], **sent}
    return client.post(LIST, values, follow=True).content.decode()


def taken_back(user, reason="Wrong file"):
    """A worksheet of the user's that is being taken back."""
    return Reversal.objects.create(
        run=ImportFactory(kind=KIND, user=user), user=user, reason=reason, total=3,
        started_at=timezone.now(),
    )  # fmt: skip


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


class TestReversals:
    def test_are_shown_and_changed_by_nobody(self, client, owner):
        reversal = taken_back(owner, reason="Wrong carrier")

        page = client.get(reverse("admin:eoi_reversal_changelist")).content.decode()
        one = client.get(reverse("admin:eoi_reversal_change", args=[reversal.pk]))

        assert f"reversal/{reversal.pk}/" in page
        assert "In progress" in page
        assert "Wrong carrier" in one.content.decode()
        assert 'name="_save"' not in one.content.decode()
        assert client.get(reverse("admin:eoi_reversal_add")).status_code == 403
        assert (
            client.post(reverse("admin:eoi_reversal_delete", args=[reversal.pk])).status_code == 403
        )
        assert Reversal.objects.filter(pk=reversal.pk).exists()

    def test_are_those_of_worksheets_within_reach(self, client, owner):
        taken_back(owner)
        client.force_login(
            UserFactory(is_staff=True, may=["eoi.view_reversal"], may__reach=Role.Scope.OWN)
        )

        page = client.get(reverse("admin:eoi_reversal_changelist"))

        assert page.status_code == 200
        assert page.context["cl"].result_count == 0
