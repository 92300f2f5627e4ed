"""Links between our people and the carrier's, and the differences between them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from groups.models import LineOfCoverage
from integrations.noyo.models import Difference, MemberLink
from integrations.noyo.services import differences, members
from tests.factories.accounts import UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import (
    BenefitFactory,
    DependentFactory,
    ElectionFactory,
    EmployeeFactory,
    GroupPlanFactory,
)
from tests.factories.noyo import (
    CarrierPlanFactory,
    MappingFactory,
    NoyoGroupFactory,
    PlanLinkFactory,
)
from tests.factories.noyo_people import CarrierCoverageFactory, NoyoMemberFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
ON = date(2026, 11, 21)
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


def told(**extra):
    rows = Difference.objects.filter(**extra).order_by("key")
    return [(one.kind, one.field, one.our_value, one.carrier_value, one.state) for one in rows]


@pytest.fixture
def member(noyo_group, ana):
    member = NoyoMemberFactory(noyo_group=noyo_group, ssn=SSN)
    members.link_members(noyo_group=noyo_group)
    return member


@pytest.fixture
def linked_plan(noyo_group):
    """Our life plan, linked with the carrier's."""
    mapping = MappingFactory(group=noyo_group.group)
    benefit = BenefitFactory(group=noyo_group.group)
    plan = GroupPlanFactory(benefit=benefit, carrier=mapping.carrier.carrier)
    theirs = CarrierPlanFactory(
        noyo_group=noyo_group, carrier=mapping.carrier, line=LineOfCoverage.LIFE, name="Life A"
    )
    return PlanLinkFactory(mapping=mapping, plan=plan, carrier_plan=theirs, confirmed=True)


def compare(noyo_group):
    return differences.compare(noyo_group=noyo_group, at=AT, on=ON)


class TestDifferences:
    def test_fields_of_one_person(self, noyo_group, ana, member):
        member.date_of_birth = date(1980, 3, 15)
        member.gender = "female"
        member.save()

        assert compare(noyo_group) == 1

        assert told() == [("field", "date_of_birth", "1980-03-14", "1980-03-15", "open")]

    def test_an_ssn_is_told_by_its_tail(self, noyo_group, ana, member):
        member.ssn_index, member.ssn_tail = b"another", "4321"
        member.save()

        compare(noyo_group)

        assert told() == [("field", "ssn", "•••-••-6789", "•••-••-4321", "open")]

    def test_who_is_unknown_here(self, noyo_group):
        NoyoMemberFactory(noyo_group=noyo_group)

        compare(noyo_group)

        assert told() == [("missing_here", "person", "", "", "open")]

    def test_who_is_covered_and_unknown_there(self, noyo_group, ana, linked_plan):
        EmployeeFactory(group=noyo_group.group, first_name="Not", last_name="Covered")
        NoyoMemberFactory(noyo_group=noyo_group, first_name="Zoe", last_name="Zane")
        ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan, in_force=True
        )

        compare(noyo_group)

        assert told(kind="missing_at_carrier") == [("missing_at_carrier", "person", "", "", "open")]

    def test_a_carrier_without_data_misses_nobody(self, noyo_group, ana, linked_plan):
        ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan, in_force=True
        )

        assert compare(noyo_group) == 0

    @pytest.mark.parametrize(
        ("volume", "is_there", "expected"),
        [
            ("100000.00", True, []),
            ("150000.00", True, [("field", "volume", "100,000.00", "150,000.00", "open")]),
            (None, True, []),
            ("", False, [("missing_at_carrier", "coverage", "Voluntary Life 500", "", "open")]),
        ],
    )
    def test_coverage(self, noyo_group, ana, member, linked_plan, volume, is_there, expected):
        ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan, in_force=True
        )
        if is_there:
            CarrierCoverageFactory(
                member=member, carrier_plan=linked_plan.carrier_plan, volume=volume
            )

        compare(noyo_group)

        assert told() == expected

    def test_another_plan_of_the_line(self, noyo_group, ana, member, linked_plan):
        ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan, in_force=True
        )
        CarrierCoverageFactory(member=member, carrier_plan__name="Life B")

        compare(noyo_group)

        assert told() == [("field", "plan", "Voluntary Life 500", "Life B", "open")]

    def test_what_is_only_at_the_carrier(self, noyo_group, member, linked_plan):
        CarrierCoverageFactory(member=member, carrier_plan=linked_plan.carrier_plan)
        CarrierCoverageFactory(member=member, line=LineOfCoverage.ADD, status="waived")

        compare(noyo_group)

        assert told() == [("missing_here", "coverage", "", "Life A", "open")]

    def test_of_plans_that_nobody_linked_nothing_is_said(self, noyo_group, member, linked_plan):
        CarrierCoverageFactory(member=member, carrier_plan__name="Life B")

        assert compare(noyo_group) == 0

    def test_who_left_and_is_still_covered(self, noyo_group, ana, member, linked_plan):
        ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan, in_force=True
        )
        CarrierCoverageFactory(member=member, carrier_plan=linked_plan.carrier_plan)
        ana.termination_date = date(2026, 11, 20)
        ana.save()

        compare(noyo_group)

        assert told() == [("missing_here", "coverage", "", "Life A", "open")]

    def test_pending_evidence_explains_it(self, noyo_group, ana, member, linked_plan):
        election = ElectionFactory(
            employee=ana, benefit=linked_plan.plan.benefit, plan=linked_plan.plan
        )
        request = EoiRequestFactory(election=election)
        CarrierCoverageFactory(
            member=member, carrier_plan=linked_plan.carrier_plan, volume="150000.00"
        )

        compare(noyo_group)

        found = Difference.objects.get()
        assert (found.field, found.eoi_request_id) == ("volume", request.pk)
        assert election.volume == Decimal(100_000)

    def test_goes_away_by_itself_and_comes_back(self, noyo_group, ana, member):
        member.date_of_birth = date(1980, 3, 15)
        member.save()
        compare(noyo_group)
        first = Difference.objects.get()
        member.date_of_birth = ana.date_of_birth
        member.save()

        assert compare(noyo_group) == 0
        member.date_of_birth = date(1980, 3, 15)
        member.save()
        assert compare(noyo_group) == 1

        assert Difference.objects.get().pk == first.pk

    def test_dismissed_stays_so_until_it_changes(self, noyo_group, ana, member, user):
        member.date_of_birth = date(1980, 3, 15)
        member.save()
        compare(noyo_group)
        with pytest.raises(differences.DifferenceError):
            differences.decide(rows=Difference.objects.all(), state="dismissed", user=user, at=AT)
        differences.decide(
            rows=Difference.objects.all(), state="dismissed", user=user, at=AT, note="Known typo."
        )

        assert compare(noyo_group) == 0
        member.date_of_birth = date(1980, 3, 16)
        member.save()

        assert compare(noyo_group) == 1

    def test_resolved_opens_again_when_the_carrier_still_says_so(
        self, noyo_group, ana, member, user
    ):
        member.date_of_birth = date(1980, 3, 15)
        member.save()
        compare(noyo_group)
        differences.decide(rows=Difference.objects.all(), state="resolved", user=user, at=AT)

        assert compare(noyo_group) == 0
        noyo_group.pulled_at = AT + timedelta(hours=1)

        assert compare(noyo_group) == 1
