"""Payments where a client, a policy and a carrier are shown, and the initial one set by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from policies.models import Payment, Standing
from policies.selectors.payments import card_of
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import (
    CarrierFactory,
    PaymentFactory,
    PolicyFactory,
    PremierTermFactory,
    RiskFactory,
    StandingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NOW = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
LIST = reverse("policies:policy_list")
SHIELD = 'aria-label="Premier Partner: status updated daily"'
PAY = "https://pay.example.com/members"


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def told():
    """A policy of a Premier Partner, in grace since September."""
    carrier = CarrierFactory(name="Aqua Health", payment_url=PAY)
    PremierTermFactory(carrier=carrier)
    policy = PolicyFactory(subscriber=IndividualFactory(), carrier=carrier)
    PaymentFactory(policy=policy, month=date(2026, 8, 1), carrier_status="Paid in full")
    late = {"status": "in_grace", "as_of": NOW}
    owed = Decimal("57.00")
    PaymentFactory(policy=policy, month=date(2026, 9, 1), past_due_amount=owed, **late)
    StandingFactory(
        policy=policy,
        month=date(2026, 9, 1),
        deadline=date(2026, 10, 31),
        past_due_amount=owed,
        paid_through_date=date(2026, 8, 31),
        autopay=False,
        **late,
    )
    return policy


def page(client, name, pk):
    return client.get(reverse(name, args=[pk])).content.decode()


class TestClientPage:
    def test_shows_where_payments_stand(self, client, owner, told):
        shown = page(client, "individuals:individual_detail", told.subscriber_id)

        for words in (
            "In grace period", "15 days left", "10/31/2026", "$57.00", "08/31/2026", "Off",
            "Carrier&#x27;s file", "as of", "August 2026: Paid", "September 2026: In grace period",
            "October 2026: Nothing reported", "November 2026: Nothing reported", "“Paid in full”",
            SHIELD,
        ):  # fmt: skip
            assert words in shown
        assert f'href="{PAY}" target="_blank" rel="noopener"' in shown
        assert shown.count('<span class="month-mark">') == 12

    def test_says_so_where_the_carrier_takes_no_payments(self, client, owner, told):
        told.carrier.payment_url = ""
        told.carrier.save()

        shown = page(client, "individuals:individual_detail", told.subscriber_id)

        assert "No payment page of this carrier is known" in shown
        assert "Make a payment" not in shown

    def test_shows_what_is_stale_as_unknown(self, client, owner, told):
        Standing.objects.update(stale_at=NOW)

        shown = page(client, "individuals:individual_detail", told.subscriber_id)

        assert "Stale since" in shown
        assert "It was “In grace period”; whether money is due is not known." in shown
        assert "15 days left" not in shown

    def test_shows_what_is_at_risk_with_its_outcomes(self, client, owner, told):
        risk = RiskFactory(policy=told, reasons=[{"code": "past_due", "owed": "57.00"}])

        shown = page(client, "individuals:individual_detail", told.subscriber_id)

        assert "The payment is past due. $57.00 is owed." in shown
        url = reverse("policies:risk_close", args=[risk.pk])
        answer = client.post(url, {"outcome": "saved", "back": "client"})
        assert answer.url == reverse("individuals:individual_detail", args=[told.subscriber_id])

    def test_shows_other_carriers_initial_payment_only(self, client, owner):
        policy = PolicyFactory(effective_date=date(2026, 11, 1))
        PaymentFactory(policy=policy)

        shown = page(client, "individuals:individual_detail", policy.subscriber_id)

        assert "Initial payment" in shown
        assert "This carrier does not report payments." in shown
        assert "month-mark" not in shown
        assert SHIELD not in shown

    def test_says_nothing_of_initial_payments_long_ago(self, client, owner):
        policy = PolicyFactory(effective_date=date(2025, 1, 1))

        assert "Initial payment" not in page(
            client, "individuals:individual_detail", policy.subscriber_id
        )

    def test_keeps_payments_from_whoever_may_not_see_them(self, client, agent, told):
        told.servicing_agent = agent
        told.save()

        assert "In grace period" not in page(client, "policies:policy_detail", told.pk)


class TestPolicyPage:
    def test_shows_every_statement(self, client, owner, told):
        told.payment_facts.create(
            month=date(2026, 8, 1), status="past_due", carrier_status="Unpaid", source="push",
            as_of=NOW, due_date=date(2026, 8, 5), amount_due=Decimal("28.50"),
        )  # fmt: skip

        shown = page(client, "policies:policy_detail", told.pk)

        for words in ("What was said about payments", "“Unpaid”", "$28.50", "08/05/2026"):
            assert words in shown


class TestPaymentSet:
    def test_sets_the_initial_payment(self, client, owner):
        policy = PolicyFactory(effective_date=date(2026, 11, 1))
        url = reverse("policies:payment_set", args=[policy.pk])
        assert client.get(url).status_code == 200

        client.post(url, {"status": "binder_due", "due_date": "2026-11-01"})

        payment = Payment.objects.get()
        assert (payment.status, payment.due_date, payment.user) == (
            "binder_due", date(2026, 11, 1), owner,
        )  # fmt: skip
        shown = page(client, "policies:policy_detail", policy.pk)
        assert "last refreshed" in shown
        assert "Set by hand" in shown

    def test_refuses_what_the_carrier_tells(self, client, owner, told):
        url = reverse("policies:payment_set", args=[told.pk])

        answer = client.post(url, {"status": "current"})

        assert answer.status_code == 422
        assert "reports its payments automatically" in answer.content.decode()

    def test_asks_for_the_right(self, client, agent, told):
        assert client.get(reverse("policies:payment_set", args=[told.pk])).status_code == 403


class TestPolicyList:
    def shown(self, client, **params):
        return client.get(LIST, params).context["table"].pks

    def test_filters_by_where_payments_stand_today(self, client, owner, told):
        paid = StandingFactory(policy__carrier=told.carrier).policy
        old = StandingFactory(policy__carrier=told.carrier, status="past_due", stale_at=NOW).policy
        PolicyFactory(carrier=told.carrier)

        assert self.shown(client, payment="in_grace") == [told.pk]
        assert self.shown(client, payment="owed") == [told.pk]
        assert self.shown(client, payment="current") == [paid.pk]
        assert self.shown(client, payment="past_due") == []
        assert self.shown(client, payment="unknown") == [old.pk]

    def test_sorts_by_deadline_what_is_known(self, client, owner, told):
        later = StandingFactory(policy__carrier=told.carrier, deadline=date(2026, 11, 30)).policy
        never = StandingFactory(policy__carrier=told.carrier).policy
        PolicyFactory(carrier=told.carrier)

        response = client.get(LIST, {"sort": "deadline"})

        assert response.context["table"].pks == [told.pk, later.pk, never.pk]
        assert "Anything known" in response.content.decode()

    def test_marks_premier_partners_with_one_query(
        self, client, owner, told, django_assert_max_num_queries
    ):
        StandingFactory.create_batch(11, policy__carrier=told.carrier)
        PolicyFactory()
        client.get(LIST)

        with django_assert_max_num_queries(14):
            shown = client.get(LIST).content.decode()
        assert shown.count(SHIELD) == 12


class TestShield:
    @pytest.mark.parametrize("day", [NOW.date(), None])
    def test_is_shown_as_long_as_the_term_holds(self, client, owner, day):
        carrier = CarrierFactory()
        start = date(2026, 1, 1)
        PremierTermFactory(carrier=carrier, start_date=start, end_date=day or date(2026, 10, 15))

        is_shown = day is not None
        assert (SHIELD in page(client, "policies:carrier_detail", carrier.pk)) is is_shown
        shown = client.get(reverse("policies:carrier_list")).content.decode()
        assert (SHIELD in shown) is is_shown


class TestMonths:
    """The strip of months; today is 16 October 2026."""

    @pytest.mark.parametrize(
        ("begins", "paid", "first"),
        [
            (date(2026, 1, 1), date(2026, 10, 1), date(2025, 12, 1)),
            (date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 1)),
            (date(2027, 1, 15), date(2027, 1, 1), date(2027, 1, 1)),
            (date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 1)),
            (date(2027, 1, 1), date(2025, 1, 1), date(2025, 12, 1)),
            (None, date(2026, 10, 1), date(2025, 12, 1)),
        ],
        ids=["begun", "begins", "mid-month", "told-before", "told-long-before", "no-day"],
    )
    def test_begin_no_earlier_than_a_policy_that_has_yet_to_begin(self, begins, paid, first):
        term = PremierTermFactory()
        policy = PolicyFactory(carrier=term.carrier, effective_date=begins)
        PaymentFactory(policy=policy, month=paid)

        card = card_of(policy, partners={term.carrier_id}, at=NOW)

        months = [one.first for one in card.months]
        assert (months[0], len(months)) == (first, 12)
        assert (date(2026, 10, 1) in months) == (first < NOW.date())
