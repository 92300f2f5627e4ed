"""Differences between what we know of people and what the carrier knows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from groups.models import LineOfCoverage
from integrations.noyo.models import Difference
from integrations.noyo.services import differences, members
from tests.factories.accounts import UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import (
    BenefitFactory,
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


@pytest.fixture
def noyo_group():
    return NoyoGroupFactory()


@pytest.fixture
def ana(noyo_group):
    return EmployeeFactory(group=noyo_group.group, ssn=SSN)


@pytest.fixture
def user():
    return UserFactory()


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
