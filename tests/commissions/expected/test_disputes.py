"""What becomes of disputes: by the rules, by people, and by the ledger."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencyhub.records.models import Batch, Change
from agencyhub.records.services import undo
from commissions.expected import disputes, states
from commissions.models import CommissionLine, Dispute, ExpectedPay, PayChange, PayTerm
from commissions.services import disputes as services
from commissions.services import paying
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.commissions import CommissionLineFactory
from tests.factories.expected import ExpectedPayFactory, PayTermFactory
from tests.factories.individuals import AddressFactory
from tests.factories.policies import PolicyFactory

TODAY = date(2026, 11, 22)
JUNE = date(2026, 6, 1)
STATES = (*disputes.OPEN, *disputes.CLOSED)
TOLD = (disputes.MISSING, disputes.SETTLED, disputes.NOTHING, disputes.WAITS)


class TestFollow:
    @pytest.mark.parametrize("state", disputes.OPEN)
    def test_an_open_dispute_closes_when_it_is_paid_or_not_expected(self, state):
        assert disputes.follow(state, "", disputes.SETTLED) == (
            disputes.ACCEPTED_PAID, state, disputes.PAID_MEANWHILE,
        )  # fmt: skip
        assert disputes.follow(state, "", disputes.NOTHING) == (
            disputes.WITHDRAWN, state, disputes.NOT_EXPECTED,
        )  # fmt: skip

    @pytest.mark.parametrize("state", disputes.OPEN)
    @pytest.mark.parametrize("told", [disputes.SETTLED, disputes.NOTHING])
    def test_and_is_again_what_it_was_when_it_is_missing_again(self, state, told):
        closed = disputes.follow(state, "", told)

        again = disputes.follow(closed.state, closed.before, disputes.MISSING)

        assert again == (state, "", disputes.MISSING_AGAIN)

    @pytest.mark.parametrize("state", disputes.SAYS_PAID)
    def test_what_the_carrier_says_it_paid_opens_once_that_was_seen_and_reversed(self, state):
        assert disputes.follow(state, "", disputes.MISSING) == (state, "", "")
        seen = disputes.follow(state, "", disputes.SETTLED)
        assert seen == (state, disputes.TO_DO, disputes.CONFIRMED)
        assert disputes.follow(*seen[:2], disputes.MISSING).state == disputes.TO_DO

    @pytest.mark.parametrize(
        "state", [disputes.DENIED, disputes.OTHER_AOR, disputes.TERMINATED, disputes.WITHDRAWN]
    )
    @pytest.mark.parametrize("told", TOLD)
    def test_what_people_closed_for_another_reason_stays_closed(self, state, told):
        assert disputes.follow(state, "", told) == (state, "", "")

    @given(st.sampled_from(STATES), st.sampled_from(("", *disputes.OPEN)), st.sampled_from(TOLD))
    def test_twice_is_once(self, state, before, told):
        once = disputes.follow(state, before, told)

        assert disputes.follow(once.state, once.before, told)[:2] == once[:2]
        assert bool(once.why) == (once[:2] != (state, before))

    def test_every_state_of_the_ledger_tells_something(self):
        told = {state: disputes.standing(state) for state in ExpectedPay.State.values}

        assert {one for one, what in told.items() if what == disputes.MISSING} == set(states.OPEN)
        assert told["paid"] == disputes.SETTLED
        assert told["due"] == told["not_due"] == disputes.WAITS
        assert told["zero_by_contract"] == disputes.standing(None) == disputes.NOTHING

    def test_the_models_states_are_those_of_the_rules(self):
        assert set(Dispute.State.values) == set(STATES)


@pytest.fixture
def user():
    return UserFactory(owner=True)


@pytest.fixture
def month():
    """A month that was never paid."""
    return ExpectedPayFactory()


def _answer(month, user, state=disputes.IN_RECONCILIATION, seen=0, note=""):
    return services.answer(
        pay_id=month.pk, state=state, note=note, reference="", seen=seen, user=user,
        at=timezone.now(),
    )  # fmt: skip


def _assign(month, user, to, seen=0):
    return services.assign(pay_id=month.pk, to=to, seen=seen, user=user, at=timezone.now())


def _snooze(month, user, days=14, seen=0):
    return services.snooze(
        pay_id=month.pk, until=TODAY + timedelta(days=days), reason="Waits for the carrier",
        seen=seen, user=user, at=timezone.now(), today=TODAY,
    )  # fmt: skip


@pytest.mark.django_db
class TestActs:
    def test_assign_begins_a_dispute_and_twice_changes_nothing(self, month, user):
        _assign(month, user, user)
        _assign(month, user, user)

        one = Dispute.objects.get()
        assert (one.row_id, one.assigned_to, one.state, one.version) == (
            month.pk, user, disputes.TO_DO, 2,
        )  # fmt: skip
        assert (one.policy_id, one.month, one.kind) == (month.policy_id, month.month, month.kind)

    def test_somebody_who_does_not_see_the_policy_cannot_be_assigned(self, month, user):
        stranger = UserFactory(roles=[RoleFactory(permissions=[services.CHANGE])])

        with pytest.raises(services.NotTheirsError) as refusal:
            _assign(month, user, stranger)

        assert refusal.value.field == "to"
        assert not Dispute.objects.exists()

    def test_of_two_people_at_once_the_second_is_told(self, month, user):
        other = UserFactory(owner=True, first_name="Ana", last_name="Soto")
        _assign(month, other, other)

        with pytest.raises(services.ChangedMeanwhileError, match="Ana Soto"):
            _assign(month, user, user)

        assert Dispute.objects.get().assigned_to == other

    def test_snooze_needs_a_day_to_come_within_a_year(self, month, user):
        for days in (0, -1, 400):
            with pytest.raises(services.BadDayError) as refusal:
                _snooze(month, user, days=days)
            assert refusal.value.field == "until"
        assert not Dispute.objects.exists()

    def test_snooze_and_wake(self, month, user):
        _snooze(month, user)
        assert Dispute.objects.get().snoozed_until == TODAY + timedelta(days=14)

        services.wake(pay_id=month.pk, seen=2, user=user, at=timezone.now())

        one = Dispute.objects.get()
        assert (one.snoozed_until, one.snooze_reason) == (None, "")

    def test_a_closed_dispute_does_not_rest(self, month, user):
        _snooze(month, user)
        _answer(month, user, disputes.DENIED, seen=2, note="Not ours")
        one = Dispute.objects.get()
        assert (one.state, one.note, one.snoozed_until) == (disputes.DENIED, "Not ours", None)

        with pytest.raises(services.NothingToDisputeError, match="Denied"):
            _snooze(month, user, seen=3)

    def test_an_act_is_undone(self, month, user):
        _assign(month, user, user)
        batch = _answer(month, user, seen=2)

        undo.undo_batch(batch_id=batch.pk, user=user, at=timezone.now())
        one = Dispute.objects.get()
        assert (one.state, one.assigned_to) == (disputes.TO_DO, user)

    def test_who_and_when_are_in_the_history(self, month, user):
        _answer(month, user, note="Case opened")

        found = Change.objects.filter(table_name=Dispute._meta.db_table).order_by("pk")
        assert [one.batch.user for one in found] == [user, user]
        assert found.last().after["note"] == "Case opened"

    def test_the_ledger_looks_at_it_again(self, month, user):
        PayChange.objects.all().delete()
        _answer(month, user)

        found = PayChange.objects.values_list("kind", "first_id", "last_id").distinct()
        assert list(found) == [(PayChange.Kind.POLICY, month.policy_id, month.policy_id)]


@pytest.fixture
def june():
    """June 2026 of a policy that was never paid."""
    policy = PolicyFactory(effective_date=date(2025, 1, 1))
    AddressFactory(individual=policy.subscriber, state="IA", is_primary=True)
    PayTermFactory(carrier=policy.carrier)
    paying.reckon(today=TODAY)
    return ExpectedPay.objects.get(month=JUNE)


def _pay(june, amount=None):
    return CommissionLineFactory(
        carrier=june.carrier, policy_number=june.policy.policy_number, kind="renewal",
        amount=june.expected if amount is None else amount, payment_period=JUNE,
    )  # fmt: skip


@pytest.mark.django_db
class TestFollowingTheLedger:
    def test_closes_when_it_is_paid_and_opens_when_the_line_goes(self, june, user):
        _answer(june, user)
        line = _pay(june)
        paying.reckon(today=TODAY)

        one = Dispute.objects.get()
        assert (one.state, one.before) == (disputes.ACCEPTED_PAID, disputes.IN_RECONCILIATION)
        assert Batch.objects.filter(summary__contains="paid meanwhile").count() == 1

        CommissionLine.objects.filter(pk=line.pk).update(superseded_at=timezone.now())
        paying.reckon(today=TODAY)
        one.refresh_from_db()
        assert (one.state, one.before) == (disputes.IN_RECONCILIATION, "")

    def test_goes_on_where_the_payment_is_taken_back(self, june, user):
        _answer(june, user, note="Case opened")
        _assign(june, user, user, seen=2)
        _pay(june)
        paying.reckon(today=TODAY)
        _pay(june, amount=-june.expected)
        paying.reckon(today=TODAY)

        back = Dispute.objects.get(kind="chargeback")
        assert (back.state, back.assigned_to, back.note, back.month) == (
            disputes.IN_RECONCILIATION, user, "Case opened", JUNE,
        )  # fmt: skip
        assert back.row.state == "chargeback_unexpected"
        services.answer(
            pay_id=back.row_id, state=disputes.DENIED, note="", reference="", seen=1, user=user,
            at=timezone.now(),
        )  # fmt: skip
        paying.reckon_everything(today=TODAY)
        assert Dispute.objects.get(kind="chargeback").state == disputes.DENIED

    def test_a_month_that_leaves_the_ledger_takes_nothing_with_it(self, june, user):
        _answer(june, user)
        PayTerm.objects.all().delete()
        paying.reckon(today=TODAY)
        one = Dispute.objects.get()
        assert (one.row_id, one.state) == (None, disputes.WITHDRAWN)

        PayTermFactory(carrier=june.carrier)
        paying.reckon(today=TODAY)

        one.refresh_from_db()
        assert one.row == ExpectedPay.objects.get(month=JUNE)
        assert one.state == disputes.IN_RECONCILIATION

    def test_nothing_changes_when_nothing_changed(self, june, user):
        _answer(june, user)
        paying.reckon(today=TODAY)
        before = Dispute.objects.get().version

        paying.reckon_everything(today=TODAY)

        assert Dispute.objects.get().version == before

    def test_what_was_disputed_while_it_was_paid_closes_as_well(self, june, user):
        _pay(june, Decimal(june.expected))
        paying.reckon(today=TODAY)
        _answer(june, user)

        paying.reckon(today=TODAY)

        assert Dispute.objects.get().state == disputes.ACCEPTED_PAID
