"""Links between our people and the carrier's: those by themselves, and what a person decided."""

from datetime import UTC, datetime

import pytest

from integrations.noyo.models import MemberLink
from integrations.noyo.services import members
from tests.factories.accounts import UserFactory
from tests.factories.groups import DependentFactory, EmployeeFactory
from tests.factories.noyo import NoyoGroupFactory
from tests.factories.noyo_people import NoyoMemberFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
SSN = "123456789"
State = MemberLink.State


@pytest.fixture
def noyo_group():
    return NoyoGroupFactory()


@pytest.fixture
def ana(noyo_group):
    return EmployeeFactory(group=noyo_group.group, ssn=SSN)


@pytest.fixture
def user():
    return UserFactory()


def links():
    return {
        (one.employee_id or one.dependent_id, one.member_id): one.state
        for one in MemberLink.objects.all()
    }


class TestLinking:
    def test_links_employees_and_their_families(self, noyo_group, ana):
        ben = DependentFactory(employee=ana)
        member = NoyoMemberFactory(noyo_group=noyo_group, ssn=SSN)
        husband = NoyoMemberFactory(
            noyo_group=noyo_group, kind="dependent", employee_of=member, first_name="Benjamin",
            date_of_birth=ben.date_of_birth, relationship="spouse",
        )  # fmt: skip

        found = members.link_members(noyo_group=noyo_group)

        assert (found.linked, found.waiting) == (2, 0)
        assert links() == {
            (ana.pk, member.pk): State.CONFIRMED,
            (ben.pk, husband.pk): State.CONFIRMED,
        }

    def test_again_changes_nothing(self, noyo_group, ana):
        NoyoMemberFactory(noyo_group=noyo_group, ssn=SSN)
        members.link_members(noyo_group=noyo_group)

        assert members.link_members(noyo_group=noyo_group).changed == 0

    def test_ambiguous_ones_wait(self, noyo_group, ana):
        for _ in range(2):
            NoyoMemberFactory(noyo_group=noyo_group)

        found = members.link_members(noyo_group=noyo_group)

        assert (found.linked, found.waiting) == (0, 2)

    def test_what_a_person_decided_stays(self, noyo_group, ana, user):
        one, other = (NoyoMemberFactory(noyo_group=noyo_group) for _ in range(2))
        members.link_members(noyo_group=noyo_group)

        members.confirm(link=MemberLink.objects.get(member=one), user=user, at=AT)

        assert links() == {(ana.pk, one.pk): State.CONFIRMED}
        members.link_members(noyo_group=noyo_group)
        assert links() == {(ana.pk, one.pk): State.CONFIRMED}
        members.reject(link=MemberLink.objects.get(member=one), user=user, at=AT)
        members.link_members(noyo_group=noyo_group)
        assert links() == {
            (ana.pk, one.pk): State.REJECTED,
            (ana.pk, other.pk): State.CONFIRMED,
        }

    def test_a_link_by_itself_moves_when_the_member_changes(self, noyo_group, ana):
        member = NoyoMemberFactory(noyo_group=noyo_group)
        members.link_members(noyo_group=noyo_group)
        member.first_name = "Wilhelmina"
        member.last_name = "Zane"
        member.save()

        members.link_members(noyo_group=noyo_group)

        assert links() == {}

    def test_somebody_nobody_suggested(self, noyo_group, ana, user):
        member = NoyoMemberFactory(noyo_group=noyo_group, first_name="Wilhelmina", last_name="Zane")

        members.pair(member=member, person=ana, user=user, at=AT)

        assert links() == {(ana.pk, member.pk): State.CONFIRMED}

    def test_refuses_another_groups_people(self, noyo_group, user):
        member = NoyoMemberFactory(noyo_group=noyo_group)

        with pytest.raises(members.MemberLinkError):
            members.pair(member=member, person=EmployeeFactory(), user=user, at=AT)

    def test_refuses_who_is_linked_already(self, noyo_group, ana, user):
        NoyoMemberFactory(noyo_group=noyo_group, ssn=SSN)
        members.link_members(noyo_group=noyo_group)
        other = NoyoMemberFactory(noyo_group=noyo_group, last_name="Zane")

        with pytest.raises(members.MemberLinkError):
            members.pair(member=other, person=ana, user=user, at=AT)

    def test_a_group_of_nobody_has_nobody_to_link(self, django_assert_num_queries):
        noyo_group = NoyoGroupFactory(group=None)

        with django_assert_num_queries(0):
            assert members.link_members(noyo_group=noyo_group).linked == 0
