"""The page of a dispute pack says what comes next."""

import uuid

import pytest
from django.urls import reverse

from commissions.models import DisputePack
from tests.factories.accounts import UserFactory
from tests.factories.expected import ExpectedPayFactory

pytestmark = pytest.mark.django_db
LEFT = "send it to the carrier: nothing is sent from here."


def _page(client):
    client.force_login(UserFactory(owner=True))
    said = {"pk": [ExpectedPayFactory().pk], "state": "", "sure": 1, "token": str(uuid.uuid4())}
    client.post(reverse("commissions:disputepack_create"), said)
    return reverse("commissions:disputepack_detail", args=[DisputePack.objects.get().pk])


class TestWhatComesNext:
    def test_leads_to_where_answers_are_recorded(self, client):
        page = client.get(_page(client)).content.decode()

        assert LEFT in page
        queue = client.get(reverse("commissions:dispute_list"), {"show": "carrier"})
        assert 'href="/missing-pay/?show=carrier"' in page
        assert queue.status_code == 200
        assert "1 match" in queue.content.decode()

    def test_is_not_said_to_who_may_not_download(self, client):
        url = _page(client)
        client.force_login(UserFactory(may=["commissions.view_dispute"]))

        page = client.get(url)

        assert page.status_code == 200
        assert LEFT not in page.content.decode()
