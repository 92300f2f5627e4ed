"""What somebody decides about links, and what suggestions do meanwhile."""

from decimal import Decimal

import pytest

from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from integrations.noyo.links import Pane
from integrations.noyo.models import Link, Mapping, PlanLink, UnitLink
from integrations.noyo.selectors import missing, problems
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.services import mapping as services
from integrations.noyo.services import readiness, rules, suggestions
from integrations.noyo.services.acting import NotInMappingError, NotOpenError
from tests.factories.accounts import UserFactory
from tests.factories.groups import BenefitClassFactory, EmployeeFactory
from tests.factories.noyo import GroupConnectionFactory
from tests.noyo.mapping.conftest import AT, Studio

pytestmark = pytest.mark.django_db
State = Link.State
DEPENDENTS = ["spouse", "child"]


def refresh(studio: Studio) -> None:
    suggestions.refresh(mapping=studio.mapping, at=AT)


def decide(studio: Studio) -> dict[str, object]:
    return {"mapping": studio.mapping, "user": studio.user, "at": AT}


class TestRefresh:
    def test_suggests_and_confirms_exact_codes_alone(self, studio: Studio) -> None:
        dental, vision = studio.ours(), studio.ours("Vision Plus", "vision", code="V100")
        guard = studio.theirs()
        vsp = studio.theirs("VSP", line="vision", code="V100", plan_type="")

        refresh(studio)

        assert studio.links() == {
            (dental.pk, guard.pk): State.SUGGESTED,
            (vision.pk, vsp.pk): State.CONFIRMED,
        }
        sure = PlanLink.objects.get(plan=vision)
        assert (sure.is_automatic, sure.decided_by, sure.confirmed_version) == (
            True, None, vsp.version,
        )  # fmt: skip

    def test_again_it_writes_nothing(self, studio: Studio) -> None:
        studio.ours()
        studio.theirs()
        BenefitClassFactory(group=studio.mapping.group, name="Executives")
        studio.option("Executives", "0001")
        studio.option("Others", "0002")
        refresh(studio)
        before = Batch.objects.count()

        refresh(studio)

        assert len(studio.links()) == UnitLink.objects.count() == 1
        assert Batch.objects.count() == before

    def test_what_no_longer_fits_goes(self, studio: Studio) -> None:
        studio.ours()
        guard = studio.theirs()
        refresh(studio)
        guard.gone_at = AT
        guard.save()

        refresh(studio)

        assert studio.links() == {}

    def test_a_split_plan_gets_both_parts(self, studio: Studio) -> None:
        ours = studio.ours(code="D1X")
        employee = studio.theirs("Dental - Employee", code="D1X", member_types=["employee"])
        dependent = studio.theirs("Dental - Dependent", code="D1X", member_types=DEPENDENTS)

        refresh(studio)

        assert studio.links() == {
            (ours.pk, employee.pk): State.CONFIRMED,
            (ours.pk, dependent.pk): State.CONFIRMED,
        }


class TestDecisions:
    def test_accepting_leaves_no_other_suggestion_for_the_same_members(
        self, studio: Studio
    ) -> None:
        ours = studio.ours()
        guard, other = studio.theirs(), studio.theirs("Orthodontia")
        refresh(studio)

        link = PlanLink.objects.get(carrier_plan=guard)
        services.accept(pane=Pane.PLANS, links=[link.pk], **decide(studio))

        link.refresh_from_db()
        assert (link.state, link.decided_by, link.confirmed_version) == (
            State.CONFIRMED, studio.user, guard.version,
        )  # fmt: skip
        assert bytes(link.confirmed_digest or b"") == bytes(guard.digest)
        assert (ours.pk, other.pk) not in studio.links()

    def test_accepting_can_be_undone(self, studio: Studio) -> None:
        owner = UserFactory(is_superuser=True)
        studio.ours()
        studio.theirs()
        refresh(studio)
        link = PlanLink.objects.get()

        batch = services.accept(
            mapping=studio.mapping, pane=Pane.PLANS, links=[link.pk], user=owner, at=AT
        )
        undo.undo_batch(batch_id=batch.pk, user=owner, at=batch.created_at)

        link.refresh_from_db()
        assert link.state == State.SUGGESTED

    def test_a_rejected_pair_does_not_come_back(self, studio: Studio) -> None:
        studio.ours()
        studio.theirs()
        refresh(studio)

        services.reject(pane=Pane.PLANS, links=[PlanLink.objects.get().pk], **decide(studio))
        refresh(studio)

        assert PlanLink.objects.get().state == State.REJECTED

    def test_accept_all_leaves_equals_and_low_scores(self, studio: Studio) -> None:
        studio.ours("Dental PPO", code="")
        studio.theirs("Dental PPO"), studio.theirs("Dental PPO")
        vision = studio.ours("Vision Plus", "vision")
        vsp = studio.theirs("Vision Plus", line="vision", plan_type="")
        refresh(studio)

        _, low = services.accept_all(pane=Pane.PLANS, threshold=Decimal("1.001"), **decide(studio))
        _, count = services.accept_all(pane=Pane.PLANS, threshold=Decimal("0.5"), **decide(studio))

        assert (low, count) == (0, 1)
        assert studio.links()[vision.pk, vsp.pk] == State.CONFIRMED
        assert list(studio.links().values()).count(State.SUGGESTED) == 2

    def test_missing_and_not_offered(self, studio: Studio) -> None:
        GroupConnectionFactory(carrier_group_id="00110011", **studio.here)
        dental = studio.ours(code="D9")
        guard = studio.theirs()
        refresh(studio)

        services.set_plan_alone(
            plan=dental.pk, state=State.MISSING, note=" Ask Ann ", **decide(studio)
        )
        services.set_theirs_not_offered(pane=Pane.PLANS, theirs=guard.pk, **decide(studio))

        assert studio.links() == {
            (dental.pk, None): State.MISSING,
            (None, guard.pk): State.NOT_OFFERED,
        }
        [asked] = missing.of(studio.mapping)
        assert (asked.carrier_group_id, asked.kind, asked.code, asked.note) == (
            "00110011", "Dental", "D9", "Ask Ann",
        )  # fmt: skip

    def test_taking_back_makes_it_a_suggestion_although_the_code_is_exact(
        self, studio: Studio
    ) -> None:
        studio.ours(code="D100")
        studio.theirs(code="D100")
        refresh(studio)

        services.withdraw(pane=Pane.PLANS, links=[PlanLink.objects.get().pk], **decide(studio))

        refresh(studio)

        assert PlanLink.objects.get().state == State.SUGGESTED

    def test_a_pair_found_by_hand(self, studio: Studio) -> None:
        ours, guard = studio.ours(), studio.theirs("Nothing alike")
        vision = studio.theirs("VSP", line="vision")

        services.pair_plans(plan=ours.pk, carrier_plan=guard.pk, **decide(studio))

        assert studio.links() == {(ours.pk, guard.pk): State.CONFIRMED}
        with pytest.raises(NotInMappingError):
            services.pair_plans(plan=ours.pk, carrier_plan=vision.pk, **decide(studio))

    def test_a_unit_has_one_option_of_a_category(self, studio: Studio) -> None:
        unit = BenefitClassFactory(group=studio.mapping.group)
        one, other = studio.option("CA", "0001"), studio.option("Others", "0002")
        side = {"kind": "benefit_class", "unit": unit.pk}

        services.pair_unit(option=one.pk, **side, **decide(studio))
        services.pair_unit(option=other.pk, **side, **decide(studio))

        states = dict(UnitLink.objects.values_list("option", "state"))
        assert states == {one.pk: State.REJECTED, other.pk: State.CONFIRMED}

    def test_what_the_carrier_no_longer_has_is_not_accepted(self, studio: Studio) -> None:
        studio.ours()
        guard = studio.theirs()
        refresh(studio)
        guard.gone_at = AT
        guard.save()

        with pytest.raises(services.DecidedMeanwhileError):
            services.accept(pane=Pane.PLANS, links=[PlanLink.objects.get().pk], **decide(studio))


class TestReady:
    def test_waits_until_plans_and_people_have_something(self, studio: Studio) -> None:
        studio.ours()
        studio.theirs()
        option = studio.option("All Members", "0000", category="bill_groups")
        EmployeeFactory(group=studio.mapping.group)
        refresh(studio)

        found = [one.code for one in problems.of(studio.mapping, on=AT.date()) if one.blocks]
        with pytest.raises(readiness.NotReadyError):
            readiness.mark_ready(**decide(studio))
        services.accept(pane=Pane.PLANS, links=[PlanLink.objects.get().pk], **decide(studio))
        rules.set_default(
            mapping=studio.mapping, option=option.pk, name="Everybody", user=studio.user
        )
        readiness.mark_ready(**decide(studio))

        assert found == [problems.Code.PLANS_OPEN, problems.Code.UNITS_OPEN]
        studio.mapping.refresh_from_db()
        assert studio.mapping.status == Mapping.Status.READY
        assert studio.mapping.ready_by == studio.user

    def test_a_class_that_the_carrier_has_the_plan_not_for(self, studio: Studio) -> None:
        part_time = BenefitClassFactory(group=studio.mapping.group, code="PT")
        studio.ours(code="D100").classes.add(part_time)
        studio.theirs(code="D100", class_identifiers={"benefit_class_identifiers": ["0001"]})
        studio.option("Full time", "0001")
        refresh(studio)

        services.pair_unit(
            kind="benefit_class", unit=part_time.pk,
            option=studio.option("Part time", "0002").pk, **decide(studio),
        )  # fmt: skip

        codes = {one.code for one in problems.of(studio.mapping, on=AT.date()) if not one.blocks}
        assert codes == {problems.Code.CLASS_WITHOUT_PLAN}

    def test_what_is_mapped_is_opened_before_it_changes(self, studio: Studio) -> None:
        ours = studio.ours()
        studio.mapping.status = Mapping.Status.READY
        studio.mapping.save()
        change = {"plan": ours.pk, "state": State.MISSING, **decide(studio)}

        with pytest.raises(NotOpenError):
            services.set_plan_alone(**change)
        readiness.reopen(**decide(studio))
        services.set_plan_alone(**change)

        assert studio.mapping.reason == Mapping.Reason.PERSON
        assert studio.links() == {(ours.pk, None): State.MISSING}


class TestPanes:
    def test_plans_with_numbers_facts_and_reasons(self, studio: Studio) -> None:
        studio.ours(code="D9")
        guard = studio.theirs("DentalGuard PPO")
        legacy = studio.theirs("Legacy", member_types=["child"], line="vision")
        refresh(studio)

        pane = selectors.plan_pane(studio.mapping)

        [row] = pane.rows
        [link] = row.links
        assert row.ours.numbers == ("D9",)
        assert link.theirs is not None
        assert link.theirs.numbers == (guard.noyo_id,)
        assert "same type of plan" in link.reasons
        assert (pane.waiting, row.is_decided, link.can_accept) == (1, False, True)
        assert [one.theirs.pk for one in pane.unlinked] == [guard.pk, legacy.pk]

    def test_categories_with_every_identifier(self, studio: Studio) -> None:
        BenefitClassFactory(group=studio.mapping.group, name="Executives")
        studio.option("All Members", "", category="bill_groups")
        studio.option("Executives", "0001")
        studio.option("Others", "0002")
        refresh(studio)

        classes, bills = selectors.category_panes(studio.mapping)

        assert bills.only_option is not None
        assert bills.only_option.numbers == ("Benefit class identifier: blank",)
        assert (classes.waiting, classes.only_option) == (1, None)
        assert classes.rows[0].links[0].percent

    def test_no_data_yet_is_not_no_plans(self, studio: Studio) -> None:
        before = selectors.carrier_state(studio.mapping)
        GroupConnectionFactory(**studio.here)
        studio.theirs(status="discontinued")

        assert before == selectors.CarrierState.NO_DATA
        assert selectors.carrier_state(studio.mapping) == selectors.CarrierState.NO_PLANS
