"""A form of the queue of missing pay is left without doing anything."""

import pytest
from django.urls import reverse

from commissions.models import Dispute
from tests.factories.accounts import UserFactory
from tests.factories.expected import ExpectedPayFactory

pytestmark = pytest.mark.django_db
LIST = reverse("commissions:dispute_list")
HTMX = {"HX-Request": "true"}
ACTS = ["assign", "snooze", "wake", "state"]


@pytest.fixture
def page(client):
    client.force_login(UserFactory(owner=True))
    return client


@pytest.fixture
def pay():
    return ExpectedPayFactory()


def url_of(pay, act: str) -> str:
    return reverse("commissions:dispute_act", args=[pay.pk, act])


@pytest.mark.parametrize("act", ACTS)
class TestCancel:
    def test_takes_the_form_out_of_its_row(self, page, pay, act):
        form = page.get(url_of(pay, act), headers=HTMX)
        answer = page.get(url_of(pay, act), {"cancel": 1}, headers=HTMX)

        assert f'hx-get="{url_of(pay, act)}?cancel=1" hx-target="#act-{pay.pk}"' in form.text
        assert (answer.status_code, answer.content) == (200, b"")
        assert not Dispute.objects.exists()

    def test_leads_to_the_list_as_it_was(self, page, pay, act):
        answer = page.get(url_of(pay, act), {"state_of_list": "show=new&sort=month"})

        assert answer.context["leave_url"] == f"{LIST}?show=new&sort=month"
        assert f'href="{LIST}?show=new&amp;sort=month">Cancel</a>' in answer.text

    def test_leads_to_the_month_that_it_was_opened_from(self, page, pay, act):
        answer = page.get(url_of(pay, act), {"back": "month"})

        detail = reverse("commissions:expectedpay_detail", args=[pay.pk])
        assert answer.context["leave_url"] == detail
