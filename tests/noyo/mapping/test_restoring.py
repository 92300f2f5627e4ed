"""What the carrier changes and changes back, and links of last year that are exactly the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agencyhub.records.models import Batch
from integrations.noyo import links as kinds
from integrations.noyo.changes import Changes, FieldChange
from integrations.noyo.links import Pane
from integrations.noyo.models import (
    CarrierPlan,
    ClassRule,
    Link,
    Mapping,
    PlanLink,
    Snapshot,
    UnitLink,
)
from integrations.noyo.selectors import past
from integrations.noyo.services import mapping as services
from integrations.noyo.services import opening, reopening, rules
from integrations.noyo.services.restoring import BACK, MAPPED_AGAIN
from tests.factories.groups import BenefitClassFactory
from tests.factories.noyo import MappingFactory, UnitLinkFactory
from tests.noyo.mapping.conftest import AT, Studio

pytestmark = pytest.mark.django_db
State = Link.State
# The history notes what people did by the database's own clock: the carrier changes things later.
FIRST = datetime.now(UTC) + timedelta(days=1)
SECOND = FIRST + timedelta(days=1)
PPO = b"as it is now"


def told(plan: CarrierPlan, at: datetime = AT, **content: Any) -> None:
    """What Noyo told of a plan, from a moment on."""
    Snapshot.objects.create(
        noyo_group=plan.noyo_group, kind="plan", subject=plan.noyo_id, seen_from=at,
        content={"id": plan.noyo_id, "name": plan.name, "code": plan.code} | content,
        digest=bytes(plan.digest),
    )  # fmt: skip


@pytest.fixture
def dental(studio: Studio) -> PlanLink:
    """Confirmed by somebody; the mapping is marked as mapped."""
    ours, theirs = studio.ours(), studio.theirs(version="v1")
    told(theirs)
    services.pair_plans(
        mapping=studio.mapping, plan=ours.pk, carrier_plan=theirs.pk, user=studio.user, at=AT
    )
    studio.mapping.status, studio.mapping.ready_at = Mapping.Status.READY, AT
    studio.mapping.save()
    return PlanLink.objects.select_related("carrier_plan").get()


def change(studio: Studio, link: PlanLink, at: datetime, name: str, version: str) -> None:
    """The carrier says another name; the digest follows what is said."""
    plan = link.carrier_plan
    assert plan is not None
    found = [FieldChange("name", plan.name, name)] if plan.name != name else []
    found = found or [FieldChange("version", plan.version, version)]
    plan.name, plan.version, plan.digest = name, version, f"digest of {name}".encode()
    plan.save()
    pull(studio, Changes(plans={plan.noyo_id: found}), at)
    link.refresh_from_db()


def pull(studio: Studio, changes: Changes, at: datetime) -> None:
    reopening.after_pull(noyo_group=studio.here["noyo_group"], changes=changes, at=at)
    studio.mapping.refresh_from_db()


class TestChangedBack:
    def test_the_link_holds_again_and_the_history_says_why(
        self, studio: Studio, dental: PlanLink
    ) -> None:
        assert dental.carrier_plan is not None
        name = dental.carrier_plan.name
        change(studio, dental, FIRST, "Renamed", "v2")
        was_stale = (dental.state, studio.mapping.status)

        change(studio, dental, SECOND, name, "v3")

        assert was_stale == (State.STALE, Mapping.Status.REOPENED)
        assert (dental.state, dental.changes, dental.confirmed_version) == (
            State.CONFIRMED, [], "v3",
        )  # fmt: skip
        assert {BACK, MAPPED_AGAIN} <= {one.text for one in past.acts(studio.mapping)}
        assert (studio.mapping.status, studio.mapping.ready_at) == (Mapping.Status.READY, AT)

    def test_a_version_alone_has_to_be_the_confirmed_one(
        self, studio: Studio, dental: PlanLink
    ) -> None:
        assert dental.carrier_plan is not None
        name = dental.carrier_plan.name
        change(studio, dental, FIRST, name, "v2")
        change(studio, dental, FIRST, name, "v3")
        still = dental.state

        change(studio, dental, SECOND, name, "v1")

        assert (still, dental.state) == (State.STALE, State.CONFIRMED)

    def test_a_plan_that_was_gone_and_is_there_again(
        self, studio: Studio, dental: PlanLink
    ) -> None:
        plan = dental.carrier_plan
        assert plan is not None
        CarrierPlan.objects.filter(pk=plan.pk).update(gone_at=FIRST)
        pull(studio, Changes(gone_plans={plan.noyo_id}), FIRST)
        dental.refresh_from_db()
        gone = dental.state

        CarrierPlan.objects.filter(pk=plan.pk).update(gone_at=None)
        pull(studio, Changes(new_plans={plan.noyo_id}), SECOND)

        dental.refresh_from_db()
        assert (gone, dental.state) == (State.STALE, State.CONFIRMED)
        assert studio.mapping.status == Mapping.Status.READY

    def test_only_what_is_back_holds_again(self, studio: Studio, dental: PlanLink) -> None:
        change(studio, dental, FIRST, "Renamed", "v2")

        change(studio, dental, SECOND, "Renamed again", "v3")

        assert dental.state == State.STALE
        assert not Batch.objects.filter(summary=BACK).exists()

    def test_a_mapping_that_somebody_worked_on_stays_open(
        self, studio: Studio, dental: PlanLink
    ) -> None:
        assert dental.carrier_plan is not None
        name = dental.carrier_plan.name
        change(studio, dental, FIRST, "Renamed", "v2")
        services.annotate(
            mapping=studio.mapping, pane=Pane.PLANS, link=dental.pk, note="Asked", user=studio.user
        )
        Batch.objects.filter(user=studio.user).update(created_at=SECOND)

        change(studio, dental, SECOND, name, "v3")

        assert (dental.state, studio.mapping.status) == (State.CONFIRMED, Mapping.Status.REOPENED)

    def test_something_new_keeps_it_open(self, studio: Studio, dental: PlanLink) -> None:
        assert dental.carrier_plan is not None
        name = dental.carrier_plan.name
        change(studio, dental, FIRST, "Renamed", "v2")
        told(studio.theirs("Second dental plan"), FIRST)

        change(studio, dental, SECOND, name, "v3")

        assert (dental.state, studio.mapping.status) == (State.CONFIRMED, Mapping.Status.REOPENED)

    def test_options_and_rules_hold_again(self, studio: Studio) -> None:
        option = studio.option("Full time", "0001")
        studio.option("Part time", "0002")
        unit = BenefitClassFactory(group=studio.mapping.group)
        acting: dict[str, Any] = {"mapping": studio.mapping, "user": studio.user}
        services.pair_unit(kind="benefit_class", unit=unit.pk, option=option.pk, at=AT, **acting)
        rules.set_default(option=option.pk, name="Everybody else", **acting)
        for at, label in ((FIRST, "Full"), (SECOND, "Full time")):
            before, option.label = option.label, label
            option.save()
            pull(studio, Changes(options={option.pk: [FieldChange("label", before, label)]}), at)
            link, rule = UnitLink.objects.get(state__in=("stale", "confirmed")), None
            rule = ClassRule.objects.get()
            assert (link.state == State.STALE) == rule.is_stale == (label == "Full")


class TestLastYear:
    @pytest.fixture
    def coming(self, studio: Studio) -> Mapping:
        """2027, which follows the studio's 2026."""
        found: Mapping = MappingFactory(
            noyo_group=studio.here["noyo_group"], carrier=studio.mapping.carrier,
            start_date=date(2027, 1, 1), end_date=date(2027, 12, 31), previous=studio.mapping,
        )  # fmt: skip
        return found

    def link(self, studio: Studio, **next_year: Any) -> None:
        """Confirmed in 2026; in 2027 the carrier has the plan under another ID."""
        first = {"name": "Dental Value", "code": "DEN-26"}
        ours = studio.ours("Dental Value", code="DEN-26")
        old = studio.theirs(**first, digest=PPO, termination_date=date(2026, 12, 31))
        new = studio.theirs(
            **(first | {k: v for k, v in next_year.items() if k in first}),
            digest=b"of 2027", effective_date=date(2027, 1, 1),
        )  # fmt: skip
        services.pair_plans(
            mapping=studio.mapping, plan=ours.pk, carrier_plan=old.pk, user=studio.user, at=AT
        )
        told(old, effective_start_date="2026-01-01", waiting_periods=[])
        more = {k: v for k, v in next_year.items() if k not in first}
        told(new, **({"effective_start_date": "2027-01-01", "waiting_periods": []} | more))

    def renewed(self, coming: Mapping) -> PlanLink:
        opening.carry(mapping=coming)
        opening.suggestions.refresh(mapping=coming, at=FIRST)
        return PlanLink.objects.get(mapping=coming)

    def test_exactly_the_same_is_confirmed_unseen(self, studio: Studio, coming: Mapping) -> None:
        self.link(studio)

        link = self.renewed(coming)

        assert (link.state, link.is_automatic, link.decided_by) == (State.CONFIRMED, True, None)
        assert link.carried_from is not None
        assert link.confirmed_digest is not None

    @pytest.mark.parametrize(
        "next_year",
        [
            {"waiting_periods": [{"days": 30}]},
            {"plan_configuration": {"benefit_class_identifiers": ["0001"]}},
            {"name": "Dental Value Plus"},
        ],
        ids=str,
    )
    def test_any_other_fact_waits(
        self, studio: Studio, coming: Mapping, next_year: dict[str, Any]
    ) -> None:
        self.link(studio, **next_year)

        assert self.renewed(coming).state == State.SUGGESTED

    def test_what_went_stale_last_year_waits(self, studio: Studio, coming: Mapping) -> None:
        self.link(studio)
        PlanLink.objects.filter(mapping=studio.mapping).update(state=State.STALE)

        assert self.renewed(coming).state == State.SUGGESTED

    def test_what_was_linked_without_a_code_waits(self, studio: Studio, coming: Mapping) -> None:
        self.link(studio)
        CarrierPlan.objects.update(code="")

        assert self.renewed(coming).state == State.SUGGESTED

    def test_what_somebody_took_back_waits(self, studio: Studio, coming: Mapping) -> None:
        self.link(studio)
        link = self.renewed(coming)

        services.withdraw(
            mapping=coming, pane=Pane.PLANS, links=[link.pk], user=studio.user, at=SECOND
        )

        link.refresh_from_db()
        assert link.state == State.SUGGESTED

    def test_units_by_the_same_rule(self, studio: Studio, coming: Mapping) -> None:
        same, other = studio.option("Full time", "FT01"), studio.option("Part time", "PT02")
        for option in (same, other):
            unit = BenefitClassFactory(
                group=studio.mapping.group, name=option.label,
                code=option.identifiers["benefit_class_identifier"],
            )  # fmt: skip
            UnitLinkFactory(
                mapping=studio.mapping, option=option, benefit_class=unit, confirmed=True,
                confirmed_digest=kinds.option_digest(option),
            )  # fmt: skip
        other.parts = {"benefit_class_name": "Part time", "hours": "20"}
        other.save()

        opening.carry(mapping=coming)
        opening.suggestions.refresh(mapping=coming, at=FIRST)

        links = UnitLink.objects.filter(mapping=coming, carried_from__isnull=False)
        assert {one.option_id: one.state for one in links} == {
            same.pk: State.CONFIRMED, other.pk: State.SUGGESTED,
        }  # fmt: skip
