"""Lines and book rows without an application: groups, sums, next steps."""

from datetime import date

import pytest
from django.urls import reverse

from commissions.selectors import unapplied
from commissions.views import matching_unmatched
from tests.commissions.review.conftest import link
from tests.factories.accounts import UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db

LINES, BOOK = reverse("commissions:unapplied_lines"), reverse("commissions:unapplied_book")


@pytest.fixture
def owner():
    return UserFactory(owner=True)


@pytest.fixture
def carrier():
    """A carrier of which the first application takes effect on 1 January 2027."""
    return ApplicationFactory(carrier=CarrierFactory(name="Humana")).carrier


class TestLines:
    def test_tells_why_cash_has_no_application(self, owner, carrier):
        CommissionLineFactory(carrier=carrier, effective_date=date(2026, 1, 1))
        CommissionLineFactory(carrier=carrier, policy_number="", last_name="")
        both = CommissionLineFactory(carrier=carrier)
        BookRowFactory(carrier=carrier, policy_number=both.policy_number)
        CommissionLineFactory.create_batch(2, carrier=carrier)
        link(ApplicationFactory(), CommissionLineFactory(carrier=carrier), state=1)

        found = {one.code: one.count for one in unapplied.line_groups(owner)}

        assert found == {"before": 1, "no_policy": 1, "in_both": 1, "alone": 2}
        (largest, *_rest) = unapplied.line_groups(owner)
        assert largest.words.sentence == (
            "2 lines, $1,450.00: all Humana, for policies that are neither applied for nor in the"
            " book."
        )

    def test_is_for_those_who_may_view_lines(self, page, powerless_page, carrier):
        CommissionLineFactory(carrier=carrier)

        assert len(page.get(LINES).context["groups"]) == 1
        assert powerless_page.get(LINES).status_code == 403

    def test_opens_exactly_the_rows_that_it_counts(self, page, carrier):
        wanted = CommissionLineFactory(carrier=carrier)
        CommissionLineFactory(carrier=carrier, effective_date=date(2026, 1, 1))
        (group,) = [one for one in page.get(LINES).context["groups"] if one.code == "alone"]

        response = page.get(f"/commissions/?{group.query}")

        assert [row.pk for row in response.context["page"].cut] == [wanted.pk]


class TestBook:
    def test_tells_why_members_have_no_application(self, owner, carrier):
        BookRowFactory(carrier=carrier, effective_date=date(2025, 1, 1))
        BookRowFactory(carrier=carrier, status="terminated")
        BookRowFactory(carrier=carrier)
        link(ApplicationFactory(), BookRowFactory(carrier=carrier), state=1)

        found = {one.code: one.count for one in unapplied.book_groups(owner)}

        assert found == {"before": 1, "ended": 1, "alone": 1}

    def test_shows_an_agent_their_own(self, agent_page, agent, carrier, powerless_page):
        BookRowFactory(carrier=carrier, agent=agent)
        BookRowFactory(carrier=carrier)

        (group,) = agent_page.get(BOOK).context["groups"]

        assert group.count == 1
        assert powerless_page.get(BOOK).status_code == 403


class TestManyRows:
    @pytest.mark.parametrize("url", [LINES, BOOK, reverse("commissions:unmatched_list")])
    def test_are_grouped_once_the_page_is_there(self, owner, client, monkeypatch, url):
        monkeypatch.setattr(matching_unmatched, "AT_ONCE", 1)
        for _ in range(2):
            ApplicationFactory(match_state="not_found")
            BookRowFactory()
            CommissionLineFactory()
        client.force_login(owner)

        page = client.get(url)
        fragment = client.get(f"{url}?groups", headers={"HX-Request": "true"})

        assert page.context["groups"] == []
        assert f'hx-get="{url}?groups"' in page.content.decode()
        text = fragment.content.decode().strip()
        assert text.startswith("<section")
        assert 'class="group"' in text
