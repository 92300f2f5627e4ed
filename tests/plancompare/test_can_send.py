from datetime import date

import pytest

from integrations.plancompare.models import Site
from integrations.plancompare.selectors import can_send
from tests.factories.accounts import UserFactory
from tests.factories.plancompare import PlanCompareUserFactory, QuotingLinkFactory, SiteFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def user():
    return PlanCompareUserFactory(username="ann.pc").user


class TestCanSend:
    def test_allows_with_everything_in_place(self, user):
        link = QuotingLinkFactory(site=SiteFactory(variant=Site.Variant.CALL_CENTER))

        sending = can_send(user, on=TODAY)

        assert (sending.allowed, sending.reason) == (True, "")
        assert sending.username == "ann.pc"
        assert sending.site.variant == Site.Variant.CALL_CENTER
        assert [(one.pk, one.is_valid) for one in sending.menu] == [(link.pk, True)]

    def test_refuses_without_an_active_site(self, user):
        QuotingLinkFactory(site=SiteFactory(is_active=False))

        sending = can_send(user, on=TODAY)

        assert (sending.allowed, sending.site) == (False, None)
        assert "is not active" in sending.reason

    def test_refuses_without_a_partner_id(self, user):
        QuotingLinkFactory(site=SiteFactory(partner_id=" "))

        sending = can_send(user, on=TODAY)

        assert (sending.allowed, sending.fix) == (False, "setup")
        assert "no Partner ID" in sending.reason

    def test_refuses_without_a_link(self, user):
        SiteFactory()

        sending = can_send(user, on=TODAY)

        assert (sending.allowed, sending.fix) == (False, "setup")
        assert "no quoting link" in sending.reason

    def test_refuses_when_every_link_has_expired_and_says_since_when(self, user):
        QuotingLinkFactory(site=SiteFactory(), valid_to=date(2025, 12, 31))

        sending = can_send(user, on=TODAY)

        assert not sending.allowed
        assert "Every quoting link has expired, the last on 12/31/2025" in sending.reason

    def test_refuses_before_the_first_link_works_and_says_when(self, user):
        QuotingLinkFactory(site=SiteFactory(), valid_from=date(2027, 1, 1))

        sending = can_send(user, on=TODAY)

        assert not sending.allowed
        assert "the next one works from 01/01/2027" in sending.reason

    @pytest.mark.parametrize("blank", [True, False])
    def test_refuses_a_user_without_a_username(self, blank):
        QuotingLinkFactory(site=SiteFactory())
        user = PlanCompareUserFactory(username="").user if blank else UserFactory()

        sending = can_send(user, on=TODAY)

        assert (sending.allowed, sending.fix) == (False, "users")
        assert "You have no PlanCompare username" in sending.reason

    def test_takes_two_queries(self, user, django_assert_num_queries):
        QuotingLinkFactory(site=SiteFactory())

        with django_assert_num_queries(2):
            can_send(user, on=TODAY)
