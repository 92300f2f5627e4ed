"""From the guide's two sample responses to a mapping that Noyo has: read, linked, told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.records.models import Batch
from groups.models import GroupPlan
from integrations.errors import PartnerRejectedError
from integrations.noyo.client import Noyo
from integrations.noyo.links import Pane
from integrations.noyo.models import Account, Link, Mapping, NoyoGroup, PlanLink, UnitLink
from integrations.noyo.selectors import problems, refusals, who
from integrations.noyo.services import accounts, publishing, pulling, readiness, rules
from integrations.noyo.services import mapping as services
from integrations.noyo.services.carriers import Carriers
from sandbox.noyo import samples
from tests.factories.accounts import UserFactory
from tests.factories.groups import BenefitClassFactory, EmployeeFactory, GroupPlanFactory
from tests.factories.noyo import MappingFactory, NoyoCarrierFactory, NoyoGroupFactory
from tests.noyo.conftest import FakeNoyo

State = Link.State


@pytest.fixture
def sample(account: Account) -> Mapping:
    """The guide's group is one of ours, with a dental plan and two classes, and was read."""
    carrier = NoyoCarrierFactory(noyo_id=samples.GUARDIAN)
    noyo_group = NoyoGroupFactory(noyo_id=samples.GUIDE, pulled_at=None)
    GroupPlanFactory(
        benefit__group=noyo_group.group, benefit__lookup_code="dental", benefit__line="dental",
        benefit__name="Dental",
        carrier=carrier.carrier, name="Dental PPO", basis=GroupPlan.Basis.NONE,
    )  # fmt: skip
    california = BenefitClassFactory(group=noyo_group.group, code="CA", name="California")
    BenefitClassFactory(group=noyo_group.group, code="REST", name="All others")
    EmployeeFactory(group=noyo_group.group, benefit_class=california)
    EmployeeFactory(group=noyo_group.group)
    pull(noyo_group)
    return Mapping.objects.get(group=noyo_group.group)


def pull(noyo_group: NoyoGroup) -> None:
    at = timezone.now()
    with Noyo(accounts.active()) as noyo:
        pulling.pull(noyo=noyo, group=noyo_group, carriers=Carriers(noyo, at=at), at=at)


def finish(mapping: Mapping) -> None:
    """What somebody clicks: accept, defaults, ready."""
    acting: dict[str, Any] = {"mapping": mapping, "user": UserFactory()}
    at = timezone.now()
    for pane, model in ((Pane.PLANS, PlanLink), (Pane.UNITS, UnitLink)):
        found = model.objects.filter(mapping=mapping, state=State.SUGGESTED, score__gte="0.5")
        links = list(found.values_list("pk", flat=True))
        services.accept(pane=pane, links=links, at=at, **acting)
    for label in ("All Members", "All Other Employees"):
        option = mapping.group.noyo_group.options.get(label=label)
        rules.set_default(option=option.pk, name="Everybody else", **acting)
    readiness.mark_ready(at=at, **acting)


def tell(mapping: Mapping) -> int:
    """Tell Noyo; answer how many calls that took."""
    mapping.refresh_from_db()
    with Noyo(accounts.active()) as noyo:
        publishing.publish(mapping=mapping, noyo=noyo, at=timezone.now())
        return noyo.calls


def told(mapping: Mapping) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The plans and the rules that Noyo has."""
    mapping.refresh_from_db()
    with Noyo(accounts.active()) as noyo:
        [plans] = noyo.whole(f"/group_mappings/{mapping.noyo_id}/plan_mapping_rules")
        return plans["details"], noyo.whole(f"/group_mappings/{mapping.noyo_id}/rules")


@pytest.mark.django_db
class TestSamples:
    def test_lead_to_a_finished_mapping(self, sample: Mapping) -> None:
        begins = (sample.status, sample.reason, sample.start_date.month, sample.start_date.day)

        finish(sample)

        assert begins == (Mapping.Status.IN_PROGRESS, Mapping.Reason.CONNECTED, 1, 1)
        sample.refresh_from_db()
        assert sample.status == Mapping.Status.READY
        linked = PlanLink.objects.get(mapping=sample, state=State.CONFIRMED)
        assert linked.carrier_plan is not None
        assert linked.carrier_plan.name == "Dental - SmileDirect Plus"
        units = UnitLink.objects.filter(mapping=sample, state=State.CONFIRMED)
        assert {one.benefit_class.code: one.option.label for one in units} == {
            "CA": "All CA Employees", "REST": "All Other Employees",
        }  # fmt: skip
        counted = who.summarize(sample, who.categories(sample), on=date(2026, 11, 22))
        assert [one.unmapped for one in counted] == [0, 0]
        assert not [one for one in problems.of(sample, on=date(2026, 11, 22)) if one.blocks]

    def test_reading_again_leaves_it_finished(self, sample: Mapping) -> None:
        finish(sample)

        pull(sample.group.noyo_group)

        sample.refresh_from_db()
        assert sample.status == Mapping.Status.READY


@pytest.mark.django_db
class TestPublishing:
    def test_noyo_has_plans_rules_and_that_it_is_ready(self, sample: Mapping) -> None:
        finish(sample)

        tell(sample)

        plans, ruled = told(sample)
        assert plans == {
            "group_dental_plans": {"Dental PPO": ["4bf04f73-0aad-48ac-b28a-e5f4def7c5e9"]}
        }
        assert {(one["resulting_field_name"], one["rule_type"]) for one in ruled} >= {
            ("bill_groups.bill_group_identifier", "default"),
            ("benefit_classes.benefit_class_identifier", "default"),
            ("benefit_classes.benefit_class_identifier", "normal"),
        }
        assert {one["resulting_field_value"] for one in ruled} == {"0000", "0001", "0002"}
        with Noyo(accounts.active()) as noyo:
            [header] = noyo.whole(f"/groups/{samples.GUIDE}/group_mappings")
        assert (header["status"], header["id"]) == ("ready", sample.noyo_id)

    def test_telling_twice_changes_nothing(self, sample: Mapping) -> None:
        finish(sample)
        tell(sample)
        before = told(sample)

        tell(sample)

        assert told(sample) == before

    def test_what_is_no_longer_so_goes(self, sample: Mapping) -> None:
        finish(sample)
        tell(sample)
        link = UnitLink.objects.get(mapping=sample, benefit_class__code="REST", state="confirmed")
        UnitLink.objects.filter(pk=link.pk).update(state=State.REJECTED)

        tell(sample)

        _, ruled = told(sample)
        assert [one["name"] for one in ruled if one["rule_type"] == "normal"] == ["California"]

    def test_somebody_else_was_faster(self, sample: Mapping, fake: FakeNoyo) -> None:
        finish(sample)
        fake.control(manners={"conflict_next": 1})

        tell(sample)

        _, ruled = told(sample)
        assert len(ruled) == 4


def tell_waiting(at: datetime) -> int:
    with Noyo(accounts.active()) as noyo:
        return publishing.publish_waiting(noyo=noyo, at=at)


@pytest.mark.django_db
class TestRefusals:
    AT = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def test_stand_on_the_mapping_and_go_when_noyo_takes_it(
        self, sample: Mapping, fake: FakeNoyo, client: Any
    ) -> None:
        finish(sample)
        fake.control(manners={"refuse_rules": 1})

        assert tell_waiting(self.AT) == 0

        sample.refresh_from_db()
        assert sample.refusal is not None
        assert (sample.refusal["status"], sample.refusal["part"], sample.refused_at) == (
            422, "rules", self.AT,
        )  # fmt: skip
        client.force_login(UserFactory(owner=True))
        studio = reverse("noyo:mapping_rules", args=[sample.group_id, sample.pk])
        page = client.get(studio).text
        assert "Noyo did not take the rule" in page
        assert "What they get" in page
        assert "The carrier does not know this value." in page
        assert "Open the mapping again, correct the rule or the link" in page
        assert "Send to Noyo again" in page
        listed = client.get(reverse("noyo:mapping_list"), {"refused": "yes"}).text
        assert "Refused by Noyo" in listed
        assert "1 mapping was refused by Noyo" in client.get("/").text

        assert tell_waiting(self.AT) == 1

        sample.refresh_from_db()
        assert (sample.refusal, sample.refused_at) == (None, None)
        assert "Noyo did not take" not in client.get(studio).text

    @pytest.mark.parametrize(
        ("manners", "what"),
        [
            ({"refuse_rules": 1}, "the rule or the link"),
            ({"fail_next": [0, 0, 0, 0, 0, 422]}, "what is named"),
        ],
        ids=["rules", "plans"],
    )
    def test_of_an_open_mapping_ask_nobody_to_open_it(
        self, sample: Mapping, fake: FakeNoyo, client: Any, manners: Any, what: str
    ) -> None:
        finish(sample)
        fake.control(manners=manners)
        tell_waiting(self.AT)
        sample.refresh_from_db()
        client.force_login(UserFactory(owner=True))
        studio = reverse("noyo:mapping_detail", args=[sample.group_id, sample.pk])
        closed = client.get(studio).text

        readiness.reopen(mapping=sample, user=UserFactory(owner=True), at=self.AT)

        opened = client.get(studio).text
        assert f"Open the mapping again, correct {what}, and mark it as mapped." in closed
        assert "Open the mapping again" not in opened
        assert f"Correct {what}, and mark the mapping as mapped." in opened

    def test_the_same_again_is_no_new_act(self, sample: Mapping, fake: FakeNoyo) -> None:
        finish(sample)
        for _ in range(2):
            fake.control(manners={"refuse_rules": 1})
            tell_waiting(self.AT)

        assert Batch.objects.filter(summary=publishing.REFUSED).count() == 1

    @pytest.mark.parametrize(
        ("status", "calls", "part"), [(400, 1, "structure"), (404, 3, "header"), (422, 5, "plans")]
    )
    def test_say_of_which_part_and_keep_noyo_from_no_other(
        self, sample: Mapping, fake: FakeNoyo, monkeypatch: Any, client: Any,
        status: int, calls: int, part: str,
    ) -> None:  # fmt: skip
        finish(sample)
        other = MappingFactory(status="ready", ready_at=self.AT)
        seen = []
        real = publishing.publish

        def publish(*, mapping: Mapping, **more: Any) -> None:
            seen.append(mapping.pk)
            if mapping.pk == sample.pk:
                real(mapping=mapping, **more)

        monkeypatch.setattr(publishing, "publish", publish)
        fake.control(manners={"fail_next": [0] * calls + [status]})

        tell_waiting(self.AT)

        sample.refresh_from_db()
        assert sorted(seen) == sorted([sample.pk, other.pk])
        assert sample.refusal is not None
        assert (sample.refusal["status"], sample.refusal["part"]) == (status, part)
        client.force_login(UserFactory(owner=True))
        page = client.get(reverse("noyo:mapping_detail", args=[sample.group_id, sample.pk]))
        assert "Noyo did not take" in page.text

    def test_an_account_that_may_not_write_says_whom_to_ask(
        self, sample: Mapping, fake: FakeNoyo
    ) -> None:
        finish(sample)
        fake.control(manners={"fail_next": [0, 403]})

        with pytest.raises(PartnerRejectedError):
            tell_waiting(self.AT)

        sample.refresh_from_db()
        found = refusals.of(sample)
        assert found is not None
        assert found.remedy.startswith("Ask Noyo to let your account write mappings")

    def test_a_conflict_that_does_not_end_needs_nobody(
        self, sample: Mapping, fake: FakeNoyo, client: Any
    ) -> None:
        finish(sample)
        tell(sample)
        Mapping.objects.filter(pk=sample.pk).update(told_at=None)
        UnitLink.objects.filter(mapping=sample, state=State.CONFIRMED).update(state=State.REJECTED)
        fake.control(manners={"conflict_next": 9})

        tell_waiting(self.AT)

        sample.refresh_from_db()
        assert sample.refusal is not None
        assert sample.refusal["status"] == 409
        client.force_login(UserFactory(owner=True))
        page = client.get(reverse("noyo:mapping_detail", args=[sample.group_id, sample.pk]))
        assert "It is told again after every reading." in page.text
