"""Reading all groups: lists, structures, plans, what changed, and what goes wrong meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from integrations.noyo import client as calls
from integrations.noyo.models import (
    CarrierOption,
    CarrierPlan,
    GroupConnection,
    NoyoGroup,
    PlanYear,
    Snapshot,
    SyncRun,
)
from integrations.noyo.services import reading, runs
from sandbox.noyo import samples, scenarios

State = SyncRun.State
LARGE = scenarios.LARGE.id


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    quick = calls.Patience(retries=2, first_seconds=0.01, longest_seconds=0.05)
    monkeypatch.setattr(calls, "PATIENCE", quick)


def read_all(seconds=float("inf")):
    run = runs.start_run(user=None, at=timezone.now())
    return reading.work(run_id=run.pk, seconds=seconds)


@pytest.mark.usefixtures("account")
class TestFirstReading:
    def test_everything_is_there(self):
        run = read_all()

        assert (run.state, run.error, run.failed) == (State.DONE, "", 0)
        groups = scenarios.GROUPS
        assert run.groups == NoyoGroup.objects.filter(pulled_at__isnull=False).count() == run.total
        assert CarrierPlan.objects.filter(noyo_group__noyo_id=LARGE).count() == len(
            scenarios.LARGE.plans
        )
        assert GroupConnection.objects.count() >= len(groups)
        assert PlanYear.objects.exists()

    def test_the_samples_of_the_guide(self):
        read_all()

        plan = CarrierPlan.objects.get(noyo_id="4bf04f73-0aad-48ac-b28a-e5f4def7c5e9")
        assert (plan.code, plan.member_types, plan.termination_date) == ("", ["all"], None)
        assert plan.class_identifiers == {"benefit_class_identifiers": ["0001", "0002"]}
        options = CarrierOption.objects.filter(noyo_group=plan.noyo_group).order_by("pk")
        assert [(one.category, one.label, one.identifiers) for one in options] == [
            (
                "bill_groups",
                "All Members",
                {"bill_group_identifier": "0000", "bill_subgroup_identifier": ""},
            ),
            (
                "benefit_classes",
                "All CA Employees",
                {"benefit_class_identifier": "0001", "benefit_subclass_identifier": ""},
            ),
            (
                "benefit_classes",
                "All Other Employees",
                {"benefit_class_identifier": "0002", "benefit_subclass_identifier": ""},
            ),
        ]
        configuration = plan.noyo_group.configurations.get()
        assert configuration.values == {"master_agreement_number": "00110011"}

    def test_numbers_are_texts(self):
        read_all()

        options = CarrierOption.objects.filter(noyo_group__noyo_id=LARGE, category="bill_groups")
        assert {one.identifiers["bill_group_number"] for one in options} == {
            "10010", "10020", "10030", "10099",
        }  # fmt: skip
        assert not options.get(label="Former Omaha yard").is_open


@pytest.mark.usefixtures("account")
class TestSecondReading:
    def test_nothing_changed(self, django_assert_max_num_queries):
        read_all()
        versions = Snapshot.objects.count()

        run = read_all()

        assert (run.changed, Snapshot.objects.count()) == (0, versions)

    def test_calls_are_no_more_than_needed(self, fake):
        read_all()
        fake.control(forget_calls=True)

        run = read_all()

        lists = 2
        silent = sum(1 for one in scenarios.GROUPS if not one.plans and not one.configuration)
        assert run.calls <= 1 + lists + 3 * run.groups + silent
        assert sum(fake.calls().values()) == run.calls

    def test_what_changed_is_told(self, fake):
        read_all()
        plan = CarrierPlan.objects.filter(noyo_group__noyo_id=LARGE, line="dental").get()
        fake.wish("change_plan", record=plan.noyo_id, fields={"name": "Dental PPO 1200"})

        run = read_all()

        assert run.changed == 1
        plan.refresh_from_db()
        assert plan.name == "Dental PPO 1200"
        versions = Snapshot.objects.filter(kind="plan", subject=plan.noyo_id).order_by("pk")
        assert [one.content["name"] for one in versions] == ["Dental PPO 1000", "Dental PPO 1200"]
        assert [one.seen_until is None for one in versions] == [False, True]
        assert versions[0].seen_until == versions[1].seen_from

    def test_what_is_gone_stays_and_may_come_back(self, fake):
        read_all()
        plan = CarrierPlan.objects.filter(noyo_group__noyo_id=LARGE, line="dental").get()
        fake.wish("drop_plan", record=plan.noyo_id)
        fake.wish("remove_option", group=LARGE, category="member_groups", identifier="2640213")

        read_all()

        plan.refresh_from_db()
        assert plan.gone_at is not None
        gone = CarrierOption.objects.get(noyo_group__noyo_id=LARGE, gone_at__isnull=False)
        assert gone.label == "PART TIME EMPLOYEES"


@pytest.mark.usefixtures("account")
class TestTrouble:
    @pytest.mark.parametrize("manners", [
        {"fail_next": [429, 500, 503]}, {"fail_every": 7, "retry_after": 0},
    ])  # fmt: skip
    def test_passing_failures_cost_nothing(self, fake, manners):
        fake.control(manners=manners)

        assert read_all().state == State.DONE

    def test_a_token_that_ends_is_renewed_once(self, fake):
        run = runs.start_run(user=None, at=timezone.now())
        reading.work(run_id=run.pk, seconds=0)
        fake.control(expire_tokens=True)

        assert reading.work(run_id=run.pk, seconds=float("inf")).state == State.DONE

    def test_a_reading_goes_on_where_it_was(self, fake):
        run = runs.start_run(user=None, at=timezone.now())
        slices = 0
        while run.state not in (State.DONE, State.FAILED):
            run = reading.work(run_id=run.pk, seconds=0)
            slices += 1

        assert run.groups == run.total == NoyoGroup.objects.count()
        assert slices > run.groups
        assert (
            max(count for what, count in fake.calls().items() if "carrier_configurations" in what)
            == run.groups
        )

    def test_noyo_away_lets_it_wait(self, fake):
        fake.control(manners={"fail_every": 1})

        run = read_all()

        assert (run.state, run.misses) == (State.WAITING, 1)
        assert run.resume_at > timezone.now()
        fake.control(forgive=True)
        assert reading.work(run_id=run.pk, seconds=float("inf")).state == State.DONE

    def test_a_dead_workers_reading_is_taken_up(self, settings):
        settings.NOYO_LEASE_SECONDS = 60
        run = runs.start_run(user=None, at=timezone.now())
        runs.NIGHTS.take(run.pk, at=timezone.now())
        assert runs.NIGHTS.to_take_up(at=timezone.now()) == []

        assert runs.NIGHTS.to_take_up(at=timezone.now() + timedelta(seconds=61)) == [run.pk]

    def test_a_group_that_is_left_out_is_asked_for_before_it_is_gone(self):
        read_all()
        lost = NoyoGroup.objects.create(
            noyo_id="00000000-0000-4000-8000-000000000000", name="Gone", seen_at=timezone.now()
        )

        read_all()

        lost.refresh_from_db()
        assert lost.gone_at is not None


class TestNights:
    def test_one_reading_a_night(self, account):
        account.activated_at = datetime(2026, 11, 1, tzinfo=UTC)
        account.save()
        at = datetime(2026, 11, 22, 12, tzinfo=UTC)

        first = runs.start_due_run(at=at)

        assert first is not None
        assert runs.start_due_run(at=at) is None
        second = runs.start_due_run(at=at + timedelta(days=1))
        first.refresh_from_db()
        assert (first.state, second.night - first.night) == (State.INCOMPLETE, timedelta(days=1))


@pytest.mark.usefixtures("account")
def test_events_make_a_group_due(fake):
    read_all()
    group = NoyoGroup.objects.get(noyo_id=samples.GUIDE)
    NoyoGroup.objects.filter(pk=group.pk).update(due_at=timezone.now())
    fake.control(forget_calls=True)

    assert reading.read_due(at=timezone.now()) == 1

    group.refresh_from_db()
    assert group.due_at is None
    assert reading.read_due(at=timezone.now()) == 0
