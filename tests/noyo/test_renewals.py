"""Renewals: what is expected is sent once, and what carriers answer is shown with what to do."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.noyo.client import Noyo
from integrations.noyo.models import Link, RenewalDecision
from integrations.noyo.selectors import renewals as selectors
from integrations.noyo.services import accounts, renewals
from sandbox.noyo.scenarios import LARGE
from tests.factories.accounts import UserFactory
from tests.factories.groups import GroupPlanFactory
from tests.factories.noyo import (
    CarrierPlanFactory,
    GroupConnectionFactory,
    MappingFactory,
    NoyoCarrierFactory,
    NoyoGroupFactory,
    PlanLinkFactory,
    RenewalDecisionFactory,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = date(2027, 1, 1)
Status = RenewalDecision.Status


@pytest.fixture
def today(monkeypatch):
    """22 November 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda *_at: AT.date())


@pytest.fixture
def owner():
    """Somebody who may do everything."""
    return UserFactory(is_superuser=True)


@pytest.fixture
def noyo_group():
    """A group that renews on 1 January, connected with one carrier in the sandbox."""
    carrier = NoyoCarrierFactory(noyo_id=LARGE.carrier)
    found = NoyoGroupFactory(noyo_id=LARGE.id, group__renewal_date=DAY)
    GroupConnectionFactory(noyo_group=found, carrier=carrier)
    return found


@pytest.fixture
def dental(noyo_group):
    """The group's dental plan, linked with the carrier's two by a confirmed mapping."""
    carrier = noyo_group.connections.get().carrier
    mapping = MappingFactory(noyo_group=noyo_group, carrier=carrier)
    first = PlanLinkFactory(mapping=mapping, confirmed=True, carrier_plan__name="Dental EE")
    theirs = CarrierPlanFactory(noyo_group=noyo_group, carrier=carrier, name="Dental DEP")
    PlanLinkFactory(mapping=mapping, plan=first.plan, carrier_plan=theirs, confirmed=True)
    return first.plan


def prepare(noyo_group, user, **more):
    lines = selectors.lines(noyo_group.group, on=DAY)
    given = {"keys": [one.key for one in lines], "opens": None, "closes": None} | more
    return renewals.prepare(group=noyo_group.group, user=user, **given)


class TestExpected:
    def test_linked_plans_go_by_the_carriers_ids(self, noyo_group, dental):
        (line,) = selectors.lines(noyo_group.group, on=DAY)

        assert (line.line, [plan.name for plan in line.plans]) == (
            "dental", ["Dental EE", "Dental DEP"],
        )  # fmt: skip
        assert all(plan.noyo_id for plan in line.plans)

    def test_others_go_by_our_name(self, noyo_group, dental):
        links = dental.noyo_links.all()
        links.update(state=Link.State.STALE)

        (line,) = selectors.lines(noyo_group.group, on=DAY)

        assert line.plans == (selectors.Wanted(dental.name),)

    def test_what_ends_before_or_is_not_offered_is_left_out(self, noyo_group, dental):
        mapping = dental.noyo_links.first().mapping
        theirs = {"carrier_plan": None, "state": Link.State.NOT_OFFERED}
        more = {"benefit__group": noyo_group.group, "carrier": dental.carrier}
        PlanLinkFactory(mapping=mapping, plan=GroupPlanFactory(**more), **theirs)
        GroupPlanFactory(termination_date=date(2026, 12, 31), **more)

        assert [one.line for one in selectors.lines(noyo_group.group, on=DAY)] == ["dental"]

    def test_a_carrier_without_lines_is_only_asked_for_any_plan(self, noyo_group, dental, owner):
        decision = prepare(noyo_group, owner, keys=[])

        told = {"carrier_id": LARGE.carrier, "lines_of_coverage": {}}
        assert decision.body == {"carriers": [told]}
        assert selectors.chosen(decision.body, selectors.lines(noyo_group.group, on=DAY)) == []

    def test_enrollment_dates_are_told_with_every_line(self, noyo_group, dental, owner):
        days = {"opens": date(2026, 11, 1), "closes": date(2026, 11, 30)}

        decision = prepare(noyo_group, owner, **days)

        assert selectors.dates_of(decision.body) == ("2026-11-01", "2026-11-30")

    def test_groups_are_to_be_sent_within_sixty_days(self, noyo_group, owner, rf):
        due = [selectors.to_send(owner, on=date(2026, 11, day)) for day in (1, 2)]
        assert [found.count() for found in due] == [0, 1]

        RenewalDecisionFactory(noyo_group=noyo_group)
        assert selectors.to_send(owner, on=AT.date()).count() == 0


class TestSending:
    def test_is_sent_once_and_changed_after_that(self, account, noyo_group, dental, owner, today):
        decision = prepare(noyo_group, owner)

        renewals.send(decision=decision, user=owner, at=AT)
        first = decision.noyo_id
        RenewalDecision.objects.update(noyo_id="", version="", status=Status.DRAFT)  # a lost answer
        decision.refresh_from_db()
        renewals.send(decision=decision, user=owner, at=AT)

        assert (decision.noyo_id, decision.status, decision.sent_at) == (first, "submitted", AT)
        with Noyo(accounts.active()) as noyo:
            assert renewals.poll(noyo=noyo, at=AT) == 1
            assert renewals.poll(noyo=noyo, at=AT) == 0
        decision.refresh_from_db()
        assert (decision.status, decision.issues, decision.polled_at) == ("ready", [], AT)

    def test_what_is_not_ready_is_said_by_carrier_and_line(
        self, account, fake, noyo_group, dental, owner, today
    ):
        type(noyo_group.group).objects.update(renewal_date=date(2027, 1, 15))
        noyo_group.group.refresh_from_db()
        decision = prepare(noyo_group, owner)
        renewals.send(decision=decision, user=owner, at=AT)

        assert renewals.check(decision=decision, at=AT)

        (said,) = selectors.said(decision)
        carrier = noyo_group.connections.get().carrier.label
        assert (decision.status, said.carrier, said.line) == ("not_ready", carrier, "Dental")
        assert said.message == "Dental plan not available yet in carrier system"
        assert "Ask the carrier" in said.advice

    def test_a_version_conflict_changes_nothing_here(
        self, account, fake, noyo_group, dental, owner, today
    ):
        decision = prepare(noyo_group, owner)
        renewals.send(decision=decision, user=owner, at=AT)
        fake.control(manners={"conflict_next": 1})

        with pytest.raises(renewals.RenewalError, match="Send it again"):
            renewals.send(decision=decision, user=owner, at=AT)

        decision.refresh_from_db()
        assert decision.status == Status.SUBMITTED

    def test_not_before_six_months(self, account, noyo_group, dental, owner, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda *_at: date(2026, 6, 1))

        with pytest.raises(renewals.RenewalError, match="six months"):
            renewals.send(decision=prepare(noyo_group, owner), user=owner, at=AT)


class TestPages:
    def test_is_kept_then_sent_then_shown(self, client, account, noyo_group, dental, owner, today):
        client.force_login(owner)
        url = reverse("noyo:group_renewal", args=[noyo_group.group_id])
        save = reverse("noyo:renewal_save", args=[noyo_group.group_id])
        (line,) = selectors.lines(noyo_group.group, on=DAY)

        assert "Dental EE, Dental DEP" in client.get(url).text
        client.post(save, {"keys": [line.key]})
        assert RenewalDecision.objects.get().status == Status.DRAFT
        answer = client.post(save, {"keys": [line.key], "send": "1"}, follow=True)

        assert "Sent, not checked yet" in answer.text
        checked = reverse("noyo:renewal_check", args=[noyo_group.group_id])
        assert "Ready at the carrier" in client.post(checked, follow=True).text
        assert "Ready at the carrier" in client.get(reverse("noyo:renewal_list")).text

    def test_dates_that_run_backwards_are_refused(self, client, noyo_group, dental, owner, today):
        client.force_login(owner)
        save = reverse("noyo:renewal_save", args=[noyo_group.group_id])

        answer = client.post(save, {"opens": "2026-12-01", "closes": "2026-11-01"})

        assert answer.status_code == 422
        assert "It ends before it begins." in answer.text

    def test_a_group_without_a_date_is_asked_for_it(self, client, noyo_group, owner):
        type(noyo_group.group).objects.update(renewal_date=None)
        client.force_login(owner)

        answer = client.get(reverse("noyo:group_renewal", args=[noyo_group.group_id]))

        assert "When does the group renew?" in answer.text

    def test_the_list_names_who_is_to_be_sent(self, client, noyo_group, owner, today):
        client.force_login(owner)

        answer = client.get(reverse("noyo:renewal_list"))

        assert "1 group renews soon and has not been sent" in answer.text
