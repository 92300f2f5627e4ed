"""Pages of members and differences: whole, in a fragment, without the right, out of reach."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from agencyhub.records.models import Batch
from integrations.noyo.models import Difference, MemberLink
from integrations.noyo.services import differences, members, tracking
from tests.factories.accounts import UserFactory
from tests.factories.groups import EmployeeFactory
from tests.factories.noyo import NoyoGroupFactory
from tests.factories.noyo_people import AccountFactory, NoyoMemberFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _owner(client):
    client.force_login(UserFactory(owner=True))


@pytest.fixture
def agent_page():
    """Somebody who has no right here."""
    page = Client()
    page.force_login(UserFactory())
    return page


@pytest.fixture
def noyo_group():
    return NoyoGroupFactory()


@pytest.fixture
def different(noyo_group):
    """Ana, born on another day at the carrier."""
    EmployeeFactory(group=noyo_group.group, ssn="123456789")
    NoyoMemberFactory(noyo_group=noyo_group, ssn="123456789", date_of_birth=date(1980, 3, 15))
    members.link_members(noyo_group=noyo_group)
    differences.compare(noyo_group=noyo_group, at=AT, on=AT.date())
    return Difference.objects.get()


class TestDifferences:
    def test_lists_what_is_open(self, client, different):
        whole = client.get(reverse("noyo:difference_list"))
        part = client.get(reverse("noyo:difference_list"), **HX)

        assert "Ana Lopez" in whole.text
        assert "03/15/1980" in whole.text
        assert "<html" in whole.text
        assert "<html" not in part.text
        closed = client.get(reverse("noyo:difference_list"), {"state": "resolved"})
        assert "Ana Lopez" not in closed.text

    def test_dismissing_needs_a_note(self, client, different):
        url = reverse("noyo:difference_decide", args=[different.pk])

        refused = client.post(url, {"state": "dismissed", "note": " "})
        taken = client.post(url, {"state": "dismissed", "note": "Known typo."})

        assert refused.status_code == 422
        assert "Explain why" in refused.text
        assert taken.status_code == 302
        different.refresh_from_db()
        assert (different.state, different.note) == ("dismissed", "Known typo.")

    def test_opens_again(self, client, different):
        url = reverse("noyo:difference_decide", args=[different.pk])
        client.post(url, {"state": "resolved"})

        client.post(url, {"state": "open"})

        different.refresh_from_db()
        assert different.state == "open"

    def test_a_page_of_each(self, client, different):
        page = client.get(reverse("noyo:difference_detail", args=[different.pk]))

        assert "03/14/1980" in page.text
        assert "Date of birth" in page.text
        assert "123456789" not in page.text

    @pytest.mark.parametrize("name", ["noyo:difference_detail", "noyo:difference_decide"])
    def test_not_without_the_right(self, agent_page, different, name):
        url = reverse(name, args=[different.pk])

        assert agent_page.get(url).status_code in (403, 405)
        assert agent_page.post(url, {"state": "resolved"}).status_code in (403, 405)
        assert agent_page.get(reverse("noyo:difference_list")).status_code == 403


class TestMembers:
    @pytest.fixture
    def twins(self, noyo_group):
        ana = EmployeeFactory(group=noyo_group.group)
        both = [NoyoMemberFactory(noyo_group=noyo_group) for _ in range(2)]
        members.link_members(noyo_group=noyo_group)
        return ana, both

    def test_shows_who_waits_with_reasons(self, client, noyo_group, twins):
        page = client.get(reverse("noyo:member_list", args=[noyo_group.pk]))

        assert page.text.count("several people fit as well") == 2
        assert "same date of birth" in page.text

    def test_links_one_and_forgets_the_other(self, client, noyo_group, twins):
        _ana, (one, other) = twins
        link = MemberLink.objects.get(member=one)

        client.post(reverse("noyo:link_decide", args=[link.pk]), {"answer": "link"})

        page = client.get(reverse("noyo:member_list", args=[noyo_group.pk]))
        assert "Nobody waits" in page.text
        assert [row.member_id for row in MemberLink.objects.all()] == [one.pk]
        assert reverse("noyo:member_pair", args=[other.pk]) in page.text

    def test_keeps_two_apart(self, client, twins):
        _ana, (one, _other) = twins
        link = MemberLink.objects.get(member=one)

        client.post(reverse("noyo:link_decide", args=[link.pk]), {"answer": "other"})

        link.refresh_from_db()
        assert link.state == MemberLink.State.REJECTED

    def test_links_by_hand(self, client, noyo_group):
        ana = EmployeeFactory(group=noyo_group.group)
        EmployeeFactory()
        member = NoyoMemberFactory(noyo_group=noyo_group, first_name="Zoe", last_name="Zane")
        url = reverse("noyo:member_pair", args=[member.pk])

        page = client.get(url)
        refused = client.post(url, {"person": ""})
        client.post(url, {"person": ana.pk})

        assert page.text.count("<option") == 2
        assert refused.status_code == 422
        assert MemberLink.objects.get().employee == ana

    def test_not_without_the_right(self, agent_page, noyo_group, twins):
        _ana, (one, _other) = twins
        link = MemberLink.objects.get(member=one)

        assert agent_page.get(reverse("noyo:member_list", args=[noyo_group.pk])).status_code == 403
        url = reverse("noyo:link_decide", args=[link.pk])
        assert agent_page.post(url, {"answer": "link"}).status_code == 403
        assert agent_page.get(reverse("noyo:member_pair", args=[one.pk])).status_code == 403

    def test_costs_the_same_for_more(
        self, client, noyo_group, twins, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(22):
            client.get(reverse("noyo:member_list", args=[noyo_group.pk]))


class Told:
    """Stands in for Noyo's answers: the transport has its own tests."""

    def __init__(self, *rows):
        self.rows = rows

    def listed(self, path, query, *, tracking):
        assert (query, tracking) == ({"is_open": "true"}, True)
        assert path.startswith("/groups/")
        return iter(self.rows)


def told(member, **changes):
    return {
        "id": "d1",
        "version": "v1",
        "object_id": member.noyo_id,
        "difference_classification": "field_mismatch",
        "difference_type": "dob",
        "fields": [{"key": "dob", "platform_value": "1980-03-14", "carrier_value": "1980-03-15"}],
    } | changes


class TestWhatNoyoFinds:
    @pytest.fixture
    def member(self, noyo_group):
        EmployeeFactory(group=noyo_group.group, ssn="123456789")
        member = NoyoMemberFactory(noyo_group=noyo_group, ssn="123456789")
        members.link_members(noyo_group=noyo_group)
        return member

    def take(self, noyo_group, *rows):
        tracking.take(noyo=Told(*rows), group=noyo_group, at=AT)

    def test_is_kept_beside_ours(self, noyo_group, member):
        self.take(noyo_group, told(member))
        differences.compare(noyo_group=noyo_group, at=AT, on=AT.date())

        found = Difference.objects.get()
        assert (found.field, found.our_value, found.carrier_value, found.state) == (
            "date_of_birth", "1980-03-14", "1980-03-15", "open",
        )  # fmt: skip
        assert found.employee is not None

    def test_an_ssn_loses_all_but_its_end(self, noyo_group, member):
        fields = [{"key": "ssn", "platform_value": "123456789", "carrier_value": "123456780"}]

        self.take(noyo_group, told(member, difference_type="ssn", fields=fields))

        found = Difference.objects.get()
        assert (found.our_value, found.carrier_value) == ("•••-••-6789", "•••-••-6780")

    def test_goes_away_and_comes_back(self, noyo_group, member):
        states = []
        for rows in ([told(member)], [], [told(member)]):
            self.take(noyo_group, *rows)
            states.append(Difference.objects.get().state)

        assert states == ["open", "resolved", "open"]

    def test_what_is_unknown_or_suppressed_is_left_out(self, noyo_group, member):
        self.take(
            noyo_group,
            told(member, is_suppressed=True),
            told(member, id="d2", difference_classification="something_new"),
        )

        assert not Difference.objects.exists()

    def test_is_not_decided_while_noyo_is_turned_off(self, client, noyo_group, member):
        self.take(noyo_group, told(member))
        one = Difference.objects.get()

        page = client.post(
            reverse("noyo:difference_decide", args=[one.pk]),
            {"state": "dismissed", "note": "Known typo."},
        )

        assert page.status_code == 409
        assert "Noyo is not active" in page.text
        one.refresh_from_db()
        assert one.state == "open"

    def test_a_reading_without_news_leaves_no_batch(self, noyo_group, member):
        self.take(noyo_group, told(member))
        differences.compare(noyo_group=noyo_group, at=AT, on=AT.date())
        before = Batch.objects.count()

        self.take(noyo_group, told(member))
        differences.compare(noyo_group=noyo_group, at=AT, on=AT.date())
        members.link_members(noyo_group=noyo_group)

        assert Batch.objects.count() == before

    def test_a_dismissal_that_noyo_does_not_take_changes_nothing(self, client, noyo_group, member):
        self.take(noyo_group, told(member))
        one = Difference.objects.get()
        AccountFactory()
        url = reverse("noyo:difference_decide", args=[one.pk])

        page = client.post(url, {"state": "dismissed", "note": "Known typo."})

        assert page.status_code == 502
        assert "nothing is changed" in page.text
        one.refresh_from_db()
        assert one.state == "open"
