"""Applications by hand: blanks filled in place, and the manual disposition form."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from commissions.models import Application, Line
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import ApplicationFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = reverse("commissions:application_create")
VIEW = ["commissions.view_application"]


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


def page_of(application):
    return reverse("commissions:application_detail", args=[application.pk])


def fill_url(application, name):
    return reverse("commissions:application_fill", args=[application.pk, name])


class TestFill:
    def test_fills_in_place(self, client, owner):
        application = ApplicationFactory(plan_id="")
        form = client.get(fill_url(application, "plan_id"), headers=HTMX).content.decode()
        assert form.strip().startswith("<form")

        page = client.post(
            fill_url(application, "plan_id"), {"value": "h5216-002"}, headers=HTMX
        ).content.decode()

        application.refresh_from_db()
        assert application.plan_id == "H5216-002-000"
        assert application.filled["plan_id"]["by"] == owner.pk
        assert page.strip().startswith('<div class="fact"')
        assert "Filled in by" in page

    def test_works_without_javascript(self, client, owner):
        application = ApplicationFactory(agent=None)
        agent = AgentFactory()
        assert "<!doctype html>" in client.get(fill_url(application, "agent")).content.decode()

        answer = client.post(fill_url(application, "agent"), {"value": agent.pk})

        assert answer.url == page_of(application)
        application.refresh_from_db()
        assert application.agent == agent

    def test_links_the_individual_whose_mbi_it_is(self, client, owner):
        person = IndividualFactory(mbi="1EG4TE5MK73")
        application = ApplicationFactory()

        client.post(fill_url(application, "mbi"), {"value": "1EG4-TE5-MK73"}, headers=HTMX)

        application.refresh_from_db()
        assert application.individual == person
        assert application.mbi_tail == "MK73"

    def test_says_what_is_wrong(self, client, owner):
        application = ApplicationFactory()

        answer = client.post(fill_url(application, "mbi"), {"value": "1SG4"}, headers=HTMX)

        assert answer.status_code == 422
        assert "An MBI has 11 characters" in answer.content.decode()
        application.refresh_from_db()
        assert application.filled == {}

    def test_blank_takes_it_back(self, client, owner):
        application = ApplicationFactory(plan_id="")
        client.post(fill_url(application, "plan_id"), {"value": "H5216-002"})

        client.post(fill_url(application, "plan_id"), {"value": ""})

        application.refresh_from_db()
        assert application.plan_id == ""
        assert application.filled == {}

    def test_is_refused_without_the_right_or_out_of_reach(self, client):
        application = ApplicationFactory()
        client.force_login(UserFactory(may=VIEW, may__reach=Role.Scope.ALL))
        assert client.get(fill_url(application, "agent")).status_code == 403
        change = ["commissions.change_application"]
        client.force_login(UserFactory(may=change, may__reach=Role.Scope.OWN))
        assert client.post(fill_url(application, "city"), {"value": "Ames"}).status_code == 404


class TestEnter:
    def typed(self, **values):
        return {
            "token": "a" * 32,
            "first_name": "Eva",
            "last_name": "Ruiz",
            "date_of_birth": "1958-03-14",
            "carrier": CarrierFactory().pk,
            "line": "med_supp",
            "agent": AgentFactory().pk,
            "submitted_at": "2026-10-16",
            "policy_number": "MS-1",
            "is_new_client": "yes",
            "is_new_to_medicare": "no",
            "referring_agent": "Jo Bell",
            **values,
        }

    def test_makes_a_manual_application(self, client, owner):
        person = IndividualFactory(
            first_name="Eva", last_name="Ruiz", date_of_birth=date(1958, 3, 14)
        )

        answer = client.post(NEW, self.typed())

        application = Application.objects.get()
        assert answer.url == page_of(application)
        assert application.source == "manual"
        assert application.line == Line.MED_SUPP
        assert application.individual == person
        assert application.submitted_at == datetime(2026, 10, 16, 16, tzinfo=UTC)
        assert (application.is_new_client, application.is_new_to_medicare) == (True, False)
        assert application.referring_agent == "Jo Bell"

    def test_is_one_application_however_often_it_is_sent(self, client, owner):
        typed = self.typed()

        client.post(NEW, typed)
        client.post(NEW, typed)

        assert Application.objects.count() == 1

    def test_says_what_is_missing(self, client, owner):
        answer = client.post(NEW, self.typed(last_name=""))

        assert answer.status_code == 422
        assert Application.objects.count() == 0

    def test_needs_the_right(self, client):
        client.force_login(UserFactory(may=VIEW))

        assert client.get(NEW).status_code == 403
