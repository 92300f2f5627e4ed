"""Statements of carriers applied: the newest wins, and of everything else nothing changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from agencyhub.records.models import Change
from policies.models import Carrier, Payment, PaymentFact, Policy, Standing, Told
from policies.selectors.payments import facts_of
from policies.services import payments
from policies.services.payments import Applied
from tests.factories.policies import (
    PolicyFactory,
    PremierTermFactory,
    policy_status,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture
def carrier() -> Carrier:
    """A Premier Partner since January."""
    return PremierTermFactory().carrier


@pytest.fixture
def policy(carrier: Carrier) -> Policy:
    return PolicyFactory(carrier=carrier, policy_number="00-AB 123")


def row(**said: Any) -> dict[str, Any]:
    """November is paid, as of this morning; say only what the test is about."""
    return {
        "row": 1, "policy_number": "AB123", "as_of": MORNING, "month": date(2026, 11, 1),
        "status": "current", "carrier_status": "Paid", **said,
    }  # fmt: skip


def tell(carrier: Carrier, *rows: dict[str, Any], **more: Any) -> Applied:
    names = {name for one in rows for name in one}
    frame = pl.DataFrame(
        list(rows), schema={name: dtype for name, dtype in payments.ROWS.items() if name in names}
    )
    return payments.apply(
        frame, carrier_id=carrier.pk, source=more.pop("source", Told.Source.PUSH), at=AT, **more
    )


class TestApply:
    def test_keeps_all_that_a_new_month_says_with_who_said_it(self, carrier, policy):
        applied = tell(
            carrier,
            row(
                status="past_due", carrier_status="Past Due", due_date=date(2026, 11, 5),
                paid_through_date=date(2026, 10, 31), amount_due=Decimal("28.50"),
                past_due_amount=Decimal("28.5"), grace_start_date=date(2026, 11, 1), autopay=False,
            ),
            message_id=7,
        )  # fmt: skip

        assert applied == Applied(told=1, new=1)
        payment = Payment.objects.get()
        assert (payment.policy_id, payment.month, payment.is_binder) == (
            policy.pk, date(2026, 11, 1), False,
        )  # fmt: skip
        assert (payment.status, payment.carrier_status) == ("past_due", "Past Due")
        assert payment.due_date == date(2026, 11, 5)
        assert payment.paid_through_date == date(2026, 10, 31)
        assert (payment.amount_due, payment.past_due_amount) == (Decimal("28.50"), Decimal("28.50"))
        assert (payment.grace_start_date, payment.autopay) == (date(2026, 11, 1), False)
        assert (payment.source, payment.as_of, payment.told_at) == ("push", MORNING, AT)
        assert (payment.message_id, payment.import_id, payment.user_id) == (7, None, None)
        assert PaymentFact.objects.count() == 0
        standing = Standing.objects.get()
        assert (standing.status, standing.deadline) == ("past_due", date(2026, 12, 31))
        assert standing.stale_at == MORNING + timedelta(hours=36)

    def test_says_nothing_new_the_second_time(self, carrier, policy):
        tell(carrier, row())

        assert tell(carrier, row()) == Applied(told=1, same=1)
        assert PaymentFact.objects.count() == 0

    def test_moves_only_the_moment_of_what_is_said_again(self, carrier, policy):
        tell(carrier, row(as_of=MORNING - timedelta(days=1)))

        applied = tell(carrier, row(), message_id=9)

        assert applied == Applied(told=1, same=1)
        (fact,) = facts_of(policy)
        assert (fact.as_of, fact.source) == (MORNING, "push")
        assert PaymentFact.objects.count() == 0
        assert Standing.objects.get().stale_at == MORNING + timedelta(hours=36)

    def test_keeps_the_moment_said_last_as_a_fact_of_what_is_replaced(self, carrier, policy):
        tell(carrier, row(as_of=MORNING - timedelta(days=2)))
        tell(carrier, row(as_of=MORNING - timedelta(days=1)), message_id=9)

        tell(carrier, row(status="past_due"))

        fact = PaymentFact.objects.get()
        assert (fact.status, fact.message_id) == ("current", 9)
        assert fact.as_of == MORNING - timedelta(days=1)
        assert [one.as_of for one in facts_of(policy)] == [MORNING, fact.as_of]

    def test_lets_a_later_statement_win_as_a_whole(self, carrier, policy):
        earlier = MORNING - timedelta(days=1)
        tell(carrier, row(as_of=earlier, status="past_due", past_due_amount=Decimal(9)))

        applied = tell(carrier, row())

        assert applied == Applied(told=1, changed=1)
        payment = Payment.objects.get()
        assert (payment.status, payment.past_due_amount) == ("current", None)
        assert PaymentFact.objects.count() == 1

    def test_lets_an_earlier_statement_change_nothing(self, carrier, policy):
        tell(carrier, row())
        before = Payment.objects.values().get(), Standing.objects.values().get()

        applied = tell(carrier, row(as_of=MORNING - timedelta(hours=1), status="past_due"))

        assert applied == Applied(told=1, late=1)
        assert (Payment.objects.values().get(), Standing.objects.values().get()) == before

    def test_takes_the_newest_of_several_rows_about_one_month(self, carrier, policy):
        tell(
            carrier,
            row(row=1, as_of=MORNING),
            row(row=2, as_of=MORNING - timedelta(hours=3), status="past_due"),
        )

        assert Payment.objects.get().status == "current"

    def test_keeps_the_initial_payment_apart(self, carrier, policy):
        tell(carrier, row(), row(row=2, status="binder_due", is_binder=True))

        assert Payment.objects.count() == 2

    def test_names_rows_of_policies_that_nobody_knows(self, carrier, policy):
        applied = tell(
            carrier, row(), row(row=5, policy_number="ZZ9"), row(row=6, policy_number="-")
        )

        assert applied == Applied(told=3, new=1, unknown=[5, 6])

    def test_finds_a_policy_by_the_member_id_where_that_is_its_number(self, carrier, policy):
        assert tell(carrier, row(policy_number="other", member_id="ab-123")).new == 1

    def test_does_not_choose_between_two_policies(self, carrier, policy):
        PolicyFactory(carrier=carrier, policy_number="AB-123")

        assert tell(carrier, row()).unknown == [1]

    def test_takes_the_policy_whose_number_is_written_the_same(self, carrier, policy):
        other = PolicyFactory(carrier=carrier, policy_number="AB-123")

        tell(carrier, row(policy_number="AB-123"))

        assert Payment.objects.get().policy_id == other.pk

    def test_leaves_other_carriers_alone(self, carrier):
        PolicyFactory(policy_number="AB123")

        assert tell(carrier, row()).unknown == [1]

    @pytest.mark.parametrize(
        "as_of",
        [
            pytest.param(datetime(2025, 12, 31, 12, tzinfo=UTC), id="before the term"),
            pytest.param(AT + timedelta(hours=25), id="of tomorrow"),
        ],
    )
    def test_refuses_what_is_told_of_another_time(self, carrier, policy, as_of):
        assert tell(carrier, row(as_of=as_of)) == Applied(told=1, refused=[1])
        assert not Payment.objects.exists()

    def test_refuses_all_of_a_carrier_that_is_no_premier_partner(self):
        policy = PolicyFactory(policy_number="AB123")

        assert tell(policy.carrier, row()).refused == [1]

    def test_refuses_a_payment_of_no_month(self, carrier, policy):
        assert tell(carrier, row(month=None)).refused == [1]


class TestPolicyStatus:
    def said(self, label: str, **more: Any) -> dict[str, Any]:
        status = policy_status(label)
        told = {"policy_status": label.lower(), "policy_status_id": status.pk, **more}
        return row(status=None, carrier_status=None, month=None, **told)

    def test_follows_known_words_with_the_last_day_told(self, carrier, policy):
        applied = tell(carrier, self.said("Terminated", termination_date=date(2026, 10, 31)))

        assert applied.statuses == 1
        policy.refresh_from_db()
        assert (policy.status.label, policy.termination_date) == ("Terminated", date(2026, 10, 31))
        change = Change.objects.select_related("batch").get(
            table_name="policies_policy", record_id=policy.pk, action="update"
        )
        name = carrier.name
        assert change.batch.summary == f"Policy statuses as {name} says (Carrier's push)"

    def test_takes_back_a_last_day_that_it_told(self, carrier, policy):
        earlier = MORNING - timedelta(days=1)
        ended = {"as_of": earlier, "termination_date": date(2026, 10, 31)}
        tell(carrier, self.said("Terminated", **ended))

        tell(carrier, self.said("Active"))

        policy.refresh_from_db()
        assert (policy.status.label, policy.termination_date) == ("Active", None)

    def test_leaves_a_last_day_of_somebody_else(self, carrier):
        last = date(2026, 12, 31)
        policy = PolicyFactory(carrier=carrier, policy_number="AB123", termination_date=last)

        tell(carrier, self.said("Pending"))

        policy.refresh_from_db()
        assert (policy.status.label, policy.termination_date) == ("Pending", last)

    def test_reads_an_end_before_the_beginning_as_never_in_force(self, carrier, policy):
        tell(carrier, self.said("Terminated", termination_date=date(2025, 12, 31)))

        policy.refresh_from_db()
        assert (policy.status.label, policy.termination_date) == ("Cancelled", None)

    def test_keeps_unknown_words_and_leaves_the_status(self, carrier, policy):
        applied = tell(carrier, row(policy_status="Zorp"))

        assert applied.statuses == 0
        policy.refresh_from_db()
        assert policy.status.label == "Active"
        standing = Standing.objects.get()
        assert (standing.carrier_status, standing.applied_status) == ("Zorp", "")

    def test_leaves_what_a_person_chose_while_the_words_stay_the_same(self, carrier, policy):
        tell(carrier, self.said("Active", as_of=MORNING - timedelta(days=1)))
        Policy.objects.update(status=policy_status("Pending termination"))

        tell(carrier, self.said("Active"))

        policy.refresh_from_db()
        assert policy.status.label == "Pending termination"

    def test_lets_older_words_change_nothing(self, carrier, policy):
        tell(carrier, self.said("Active"))

        applied = tell(carrier, self.said("Cancelled", as_of=MORNING - timedelta(days=1)))

        assert applied.statuses == 0
        policy.refresh_from_db()
        assert policy.status.label == "Active"

    def test_knows_a_policy_of_whose_payments_nothing_was_told(self, carrier, policy):
        tell(carrier, self.said("Active"))

        standing = Standing.objects.get()
        assert (standing.status, standing.month, standing.as_of) == ("unknown", None, MORNING)
        assert standing.stale_at == MORNING + timedelta(hours=36)
