"""Finding by hand what belongs to an application; linking it and taking it off."""

import pytest
from django.urls import reverse

from commissions.models import BookLink, Decision, LineLink, Link
from tests.commissions.review.conftest import link
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def url(role, application):
    return reverse(f"commissions:application_{role}", args=[application.pk])


@pytest.fixture
def application():
    return ApplicationFactory(policy_number="H5")


class TestSearch:
    def test_finds_by_number_whatever_its_zeros(self, page, application):
        row = BookRowFactory(policy_number="00-H123")
        line = CommissionLineFactory(policy_number="h123")
        BookRowFactory()

        response = page.post(url("match", application), {"number": "H123"}, headers=HTMX)

        assert [one.row for one in response.context["found"]] == [row, line]
        assert "<html" not in response.content.decode()

    def test_finds_by_name_those_of_the_carrier_first(self, page, application):
        other = BookRowFactory(last_name="Nuñez")
        own = CommissionLineFactory(last_name="Nunez-Ortiz", carrier=application.carrier)
        BookRowFactory(last_name="Nunez", first_name="Bea")

        found = page.post(
            url("match", application), {"last_name": "nunez", "first_name": "An"}
        ).context["found"]

        assert [one.row for one in found] == [own, other]

    def test_tells_what_belongs_elsewhere(self, page, application):
        row = BookRowFactory(policy_number="H9")
        link(ApplicationFactory(), row, state=1)

        (found,) = page.post(url("match", application), {"number": "H9"}).context["found"]

        assert found.is_taken

    def test_asks_for_a_number_or_a_name(self, page, application):
        response = page.post(url("match", application), {"first_name": "Ana"})

        assert response.status_code == 422
        assert "Type a number or a last name" in response.content.decode()

    def test_stays_within_reach(self, page, agent_page, application, agent, powerless_page):
        BookRowFactory(policy_number="H9")
        own = ApplicationFactory(agent=agent)

        assert agent_page.get(url("match", application)).status_code == 404
        assert agent_page.post(url("match", own), {"number": "H9"}).context["found"] == []
        assert powerless_page.get(url("match", application)).status_code == 403


class TestLink:
    def test_links_what_is_ticked(self, page, application):
        row, line = BookRowFactory(), CommissionLineFactory()

        page.post(url("link", application), {"pair": [f"book-{row.pk}", f"line-{line.pk}"]})

        assert BookLink.objects.get(application=application).state == Link.State.LINKED
        assert LineLink.objects.get(application=application).state == Link.State.LINKED
        application.refresh_from_db()
        assert application.match_state == "complete"

    def test_unlinks_and_remembers(self, page, application):
        row = BookRowFactory()
        link(application, row, state=1)

        response = page.post(url("unlink", application), {"pair": f"book-{row.pk}"}, follow=True)

        assert not BookLink.objects.exists()
        assert Decision.objects.get().is_match is False
        assert "does not belong to application" in response.content.decode()

    def test_refuses_a_second_book_row(self, page, application):
        rows = BookRowFactory.create_batch(2)
        for row in rows:
            response = page.post(url("link", application), {"pair": f"book-{row.pk}"}, follow=True)

        assert Decision.objects.count() == 1
        assert "Undo that first" in response.content.decode()

    def test_links_nothing_out_of_reach(self, agent_page, agent):
        own, foreign = ApplicationFactory(agent=agent), BookRowFactory()

        sent = {"pair": f"book-{foreign.pk}"}

        assert agent_page.post(url("link", own), sent).status_code == 404
        assert agent_page.post(url("link", own), {"pair": "x"}).status_code == 302
        assert not Decision.objects.exists()
