"""What the carrier changes: exactly the touched turns stale, and nothing confirmed is lost."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from integrations.noyo.changes import Changes, FieldChange
from integrations.noyo.links import Pane
from integrations.noyo.models import (
    Account,
    ClassRule,
    Link,
    Mapping,
    PlanLink,
    UnitLink,
)
from integrations.noyo.services import mapping as services
from integrations.noyo.services import readiness, reopening, suggestions
from tests.factories.groups import BenefitClassFactory
from tests.factories.noyo import (
    ClassRuleFactory,
    GroupConnectionFactory,
    MappingFactory,
    NoyoCarrierFactory,
    NoyoGroupFactory,
    PlanLinkFactory,
    PlanYearFactory,
    RuleConditionFactory,
    UnitLinkFactory,
)
from tests.noyo.mapping.conftest import AT, Studio

pytestmark = pytest.mark.django_db
State = Link.State
LATER = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def mapped(studio: Studio) -> Studio:
    """Dental and vision are confirmed, and so is one class; it is marked as mapped."""
    GroupConnectionFactory(**studio.here)
    for line in ("dental", "vision"):
        ours, theirs = studio.ours(line.title(), line), studio.theirs(line.title(), line=line)
        PlanLinkFactory(mapping=studio.mapping, plan=ours, carrier_plan=theirs, confirmed=True)
    unit = BenefitClassFactory(group=studio.mapping.group)
    option = studio.option("Full time", "0001")
    studio.option("Part time", "0002")
    UnitLinkFactory(mapping=studio.mapping, option=option, benefit_class=unit, confirmed=True)
    studio.mapping.status = Mapping.Status.READY
    studio.mapping.save()
    return studio


def pull(studio: Studio, changes: Changes, at: datetime = LATER) -> None:
    reopening.after_pull(noyo_group=studio.here["noyo_group"], changes=changes, at=at)
    studio.mapping.refresh_from_db()


def state_of(line: str) -> str:
    return PlanLink.objects.get(
        carrier_plan__line=line, state__in=(State.CONFIRMED, State.STALE)
    ).state


class TestChanges:
    def test_a_new_version_of_a_plan(self, mapped: Studio) -> None:
        dental = PlanLink.objects.get(carrier_plan__line="dental")
        change = FieldChange("name", "Dental", "Dental Plus")

        pull(mapped, Changes(plans={dental.carrier_plan.noyo_id: [change]}))

        dental.refresh_from_db()
        assert (dental.state, dental.changes) == (
            State.STALE, [{"field": "name", "before": "Dental", "after": "Dental Plus"}],
        )  # fmt: skip
        assert state_of("vision") == State.CONFIRMED
        assert UnitLink.objects.get(state=State.CONFIRMED)
        assert (mapped.mapping.status, mapped.mapping.reason) == (
            Mapping.Status.REOPENED, Mapping.Reason.PLANS,
        )  # fmt: skip

    def test_two_changes_show_the_first_before_and_the_last_after(self, mapped: Studio) -> None:
        dental = PlanLink.objects.get(carrier_plan__line="dental")
        noyo_id = dental.carrier_plan.noyo_id

        pull(mapped, Changes(plans={noyo_id: [FieldChange("name", "A", "B")]}))
        pull(mapped, Changes(plans={noyo_id: [FieldChange("name", "B", "C")]}))

        dental.refresh_from_db()
        assert dental.changes == [{"field": "name", "before": "A", "after": "C"}]

    def test_a_class_that_is_dropped(self, mapped: Studio) -> None:
        link = UnitLink.objects.get(state=State.CONFIRMED)
        rule = ClassRuleFactory(mapping=mapped.mapping, option=link.option)
        link.option.gone_at = LATER
        link.option.save()

        pull(mapped, Changes(gone_options={link.option_id}))

        link.refresh_from_db()
        rule.refresh_from_db()
        assert (link.state, rule.is_stale) == (State.STALE, True)
        assert {state_of("dental"), state_of("vision")} == {State.CONFIRMED}
        assert mapped.mapping.reason == Mapping.Reason.STRUCTURE

    def test_a_plan_that_is_split(self, mapped: Studio) -> None:
        dental = PlanLink.objects.get(carrier_plan__line="dental")
        plan = dental.carrier_plan
        plan.member_types, plan.name = ["employee"], "Dental - Employee"
        plan.save()
        new = mapped.theirs("Dental - Dependent", member_types=["spouse", "child"])
        change = FieldChange("member_types", "all", "employee")

        pull(mapped, Changes(plans={plan.noyo_id: [change]}, new_plans={new.noyo_id}))

        states = mapped.links()
        assert states[dental.plan_id, plan.pk] == State.STALE
        assert states[dental.plan_id, new.pk] == State.SUGGESTED
        assert state_of("vision") == State.CONFIRMED

    def test_something_new_opens_it_although_nothing_is_stale(self, mapped: Studio) -> None:
        new = mapped.theirs("Second dental plan")

        pull(mapped, Changes(new_plans={new.noyo_id}))

        assert mapped.mapping.status == Mapping.Status.REOPENED
        assert not PlanLink.objects.filter(state=State.STALE).exists()

    def test_something_new_for_another_plan_year_does_not(self, mapped: Studio) -> None:
        new = mapped.theirs("Dental 2027", effective_date=date(2027, 1, 1))

        pull(mapped, Changes(new_plans={new.noyo_id}))

        assert mapped.mapping.status == Mapping.Status.READY

    def test_a_plan_year_that_is_over_is_left_alone(self, mapped: Studio) -> None:
        dental = PlanLink.objects.get(carrier_plan__line="dental")

        pull(
            mapped,
            Changes(gone_plans={dental.carrier_plan.noyo_id}),
            at=datetime(2027, 2, 1, 12, tzinfo=UTC),
        )

        assert state_of("dental") == State.CONFIRMED
        assert mapped.mapping.status == Mapping.Status.READY

    def test_nothing_changed_nothing_written(self, mapped: Studio) -> None:
        opened = mapped.mapping.opened_at

        pull(mapped, Changes())

        assert (mapped.mapping.status, mapped.mapping.opened_at) == (
            Mapping.Status.READY, opened,
        )  # fmt: skip

    def test_a_stale_link_is_accepted_again(self, mapped: Studio) -> None:
        dental = PlanLink.objects.get(carrier_plan__line="dental")
        pull(mapped, Changes(plans={dental.carrier_plan.noyo_id: [FieldChange("code", "", "D")]}))

        services.accept(
            mapping=mapped.mapping, pane=Pane.PLANS, links=[dental.pk], user=mapped.user, at=LATER
        )

        dental.refresh_from_db()
        assert (dental.state, dental.changes) == (State.CONFIRMED, [])


class TestFirstConnection:
    def test_opens_the_plan_year_with_suggestions(self, studio: Studio) -> None:
        other = NoyoCarrierFactory()
        here = {"noyo_group": studio.here["noyo_group"], "carrier": other}
        GroupConnectionFactory(**here)
        PlanYearFactory(effective_date=date(2026, 7, 1), termination_date=date(2027, 6, 30), **here)

        pull(studio, Changes(first_connection={other.pk}))

        opened = Mapping.objects.get(carrier=other)
        assert (opened.start_date, opened.end_date, opened.reason) == (
            date(2026, 7, 1), date(2027, 6, 30), Mapping.Reason.CONNECTED,
        )  # fmt: skip

    def test_a_group_that_is_none_of_ours_has_no_mapping(self) -> None:
        stranger = NoyoGroupFactory(group=None)
        GroupConnectionFactory(noyo_group=stranger)

        reopening.after_pull(noyo_group=stranger, changes=Changes(), at=AT)

        assert not Mapping.objects.exists()


class TestRenewal:
    @pytest.fixture
    def renewing(self, mapped: Studio) -> Studio:
        """It renews on 1 January; the carrier has new IDs for dental, and dropped a class."""
        Account.objects.create(pk=1)
        dental = PlanLink.objects.get(carrier_plan__line="dental").carrier_plan
        dental.termination_date, dental.code = date(2026, 12, 31), "D-26"
        dental.save()
        mapped.theirs("Dental", code="D-26", effective_date=date(2027, 1, 1))
        gone = mapped.option("Old", "0009", gone_at=AT)
        RuleConditionFactory(rule__mapping=mapped.mapping, rule__option=gone)
        ClassRuleFactory(
            mapping=mapped.mapping,
            option=UnitLink.objects.get(state=State.CONFIRMED).option,
            default=True,
        )
        return mapped

    def test_last_years_links_come_back_as_suggestions(self, renewing: Studio) -> None:
        pull(renewing, Changes())

        coming = Mapping.objects.get(previous=renewing.mapping)
        assert (coming.start_date, coming.end_date, coming.reason) == (
            date(2027, 1, 1), date(2027, 12, 31), Mapping.Reason.RENEWAL,
        )  # fmt: skip
        carried = PlanLink.objects.filter(mapping=coming)
        assert {one.state for one in carried} == {State.SUGGESTED}
        assert {one.carrier_plan.line for one in carried} == {"dental", "vision"}
        assert all(one.carried_from.mapping_id == renewing.mapping.pk for one in carried)
        assert carried.get(carrier_plan__line="dental").carrier_plan.effective_date.year == 2027
        assert UnitLink.objects.get(mapping=coming, carried_from__isnull=False)
        rules = ClassRule.objects.filter(mapping=coming)
        assert {(one.is_default, one.is_stale) for one in rules} == {(True, False), (False, True)}
        assert rules.get(is_default=False).conditions.count() == 1

    def test_nothing_of_this_year_changes(self, renewing: Studio) -> None:
        before = renewing.links()

        pull(renewing, Changes())

        assert renewing.links() == before
        assert renewing.mapping.status == Mapping.Status.READY

    def test_it_opens_once(self, renewing: Studio) -> None:
        pull(renewing, Changes())
        pull(renewing, Changes(), at=AT.replace(month=12))

        assert Mapping.objects.count() == 2

    def test_not_before_the_window(self, renewing: Studio) -> None:
        pull(renewing, Changes(), at=datetime(2026, 9, 1, 12, tzinfo=UTC))

        assert not Mapping.objects.filter(previous=renewing.mapping).exists()

    def test_what_is_confirmed_later_comes_along_too(self, studio: Studio) -> None:
        ours, guard = studio.ours(), studio.theirs("Dental")
        coming = MappingFactory(
            noyo_group=studio.here["noyo_group"], carrier=studio.mapping.carrier,
            start_date=date(2027, 1, 1), end_date=date(2027, 12, 31), previous=studio.mapping,
        )  # fmt: skip
        suggestions.refresh(mapping=studio.mapping, at=AT)
        link = PlanLink.objects.get(mapping=studio.mapping)
        services.accept(
            mapping=studio.mapping, pane=Pane.PLANS, links=[link.pk], user=studio.user, at=AT
        )

        readiness.mark_ready(mapping=studio.mapping, user=studio.user, at=timezone.now())

        carried = PlanLink.objects.get(mapping=coming)
        assert (carried.plan, carried.carrier_plan, carried.carried_from) == (ours, guard, link)
