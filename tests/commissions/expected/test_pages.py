"""Pages of expected pay: the list, why an amount is what it is, and what carriers are to pay."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.records.models import Batch
from commissions.expected import ledger
from commissions.lists.expected import STATES, TONES
from commissions.models import AgentContract, ExpectedPay, PayChange, PayRate, PaySettings, PayTerm
from commissions.paywords import _STEPS, ACTIONS, NEXT_STEPS, in_words
from commissions.services import paying
from commissions.tasks import sweep_pay
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.commissions import CommissionLineFactory
from tests.factories.expected import ExpectedPayFactory, PayTermFactory
from tests.factories.individuals import AddressFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

pytestmark = pytest.mark.django_db
LIST = reverse("commissions:expectedpay_list")
TODAY = date(2026, 11, 22)


@pytest.fixture
def page(client):
    client.force_login(UserFactory(owner=True))
    return client


@pytest.fixture
def row():
    """November 2026 of a policy from 2025, paid in part."""
    agent = AgentFactory(first_name="Luis", last_name="Ortega")
    policy = PolicyFactory(effective_date=date(2025, 1, 1), servicing_agent=agent)
    AddressFactory(individual=policy.subscriber, state="IA", is_primary=True)
    PayTermFactory(carrier=policy.carrier)
    CommissionLineFactory(
        carrier=policy.carrier, policy_number=policy.policy_number, amount=Decimal("20.00"),
        kind="renewal", payment_period=date(2026, 10, 1), agent=agent,
    )  # fmt: skip
    paying.reckon(today=TODAY)
    return ExpectedPay.objects.get(month=date(2026, 10, 1))


def words(answer):
    return " ".join(answer.content.decode().split())


class TestWords:
    def test_every_state_has_words_and_a_look(self):
        assert set(STATES) == set(NEXT_STEPS) == set(ACTIONS) == set(TONES)

    def test_every_step_takes_its_values(self, row):
        (one,) = paying.paying.asked([row.policy_id])
        book = paying.paying.book_of(one.carrier_id, TODAY)

        found = ledger.entries(one.coverage, one.lines, book)

        assert all(in_words(step) for entry in found for step in entry.steps)
        assert all("%" not in str(text) or "%(" in str(text) for text in _STEPS.values())


class TestList:
    def test_most_dollars_first_then_age(self, page):
        small = ExpectedPayFactory(gap=5)
        young = ExpectedPayFactory(gap=90, due_date=date(2026, 11, 1))
        old = ExpectedPayFactory(gap=90, due_date=date(2026, 9, 1))
        ExpectedPayFactory(gap=0, is_open=False, state="paid")

        answer = page.get(LIST)

        text = answer.content.decode()
        places = [text.index(f'{LIST}{one.pk}/"') for one in (old, young, small)]
        assert places == sorted(places)
        assert answer.context["page"].words.startswith("3 ")

    def test_is_a_fragment_for_htmx(self, page):
        ExpectedPayFactory()

        answer = page.get(LIST, headers={"HX-Request": "true", "HX-Target": "list"})

        assert b"<html" not in answer.content

    def test_needs_the_right(self, client):
        client.force_login(UserFactory(may=["commissions.view_commissionline"]))

        assert client.get(LIST).status_code == 403

    def test_shows_agents_their_own_policies(self, client):
        user = UserFactory(may=["commissions.view_expectedpay"], may__reach=Role.Scope.OWN)
        own = ExpectedPayFactory(policy__servicing_agent=AgentFactory(user=user))
        other = ExpectedPayFactory(policy__servicing_agent=AgentFactory())
        client.force_login(user)

        text = client.get(LIST).content.decode()

        assert (f"{LIST}{own.pk}/" in text, f"{LIST}{other.pk}/" in text) == (True, False)
        assert client.get(f"{LIST}{other.pk}/").status_code == 404

    def test_costs_the_same_however_many(self, page, django_assert_max_num_queries):
        ExpectedPayFactory.create_batch(12)
        page.get(LIST)

        with django_assert_max_num_queries(16):
            page.get(LIST)


class TestWhy:
    @pytest.fixture(autouse=True)
    def _in_november(self, time_machine):
        """The page reckons by today's ledger, which forgets the years before the last one."""
        time_machine.move_to(datetime(2026, 11, 22, 17, tzinfo=UTC))

    def test_shows_every_step_and_the_lines(self, page, row):
        contract = AgentContract.objects.create(
            agent=row.policy.servicing_agent, carrier=row.carrier, percent=60,
            start_date=date(2026, 1, 1),
        )  # fmt: skip

        text = words(page.get(f"{LIST}{row.pk}/"))

        assert "CMS maximum of 2026, renewal, states without their own rate" in text
        assert "$347.00" in text
        assert "The carrier pays 100 percent of it" in text
        assert "$28.92" in text
        assert "Renewal $20.00" in text
        assert (contract.agent.full_name in text, "$17.36" in text) == (True, True)

    def test_hides_lines_that_the_reader_may_not_see(self, client, row):
        client.force_login(UserFactory(may=["commissions.view_expectedpay"]))

        text = words(client.get(f"{LIST}{row.pk}/"))

        assert "Renewal $20.00" not in text
        assert "1 line that you may not see counts as well." in text

    def test_says_so_when_the_month_is_no_more(self, page, row):
        PayTerm.objects.all().delete()

        assert "recalculated" in words(page.get(f"{LIST}{row.pk}/"))

    def test_stands_on_the_page_of_the_policy(self, page, row):
        url = reverse("policies:policy_detail", args=[row.policy_id])

        text = words(page.get(url))

        assert f"{LIST}{row.pk}/" in text

    def test_is_not_on_the_policys_page_without_the_right(self, client, row):
        client.force_login(UserFactory(may=["policies.view_policy"]))

        answer = client.get(reverse("policies:policy_detail", args=[row.policy_id]))

        assert (answer.status_code, b"expected-pay" in answer.content) == (200, False)


def _term(carrier, **values):
    return {
        "carrier": carrier.pk, "line": "med_adv", "basis": "cms", "initial_percent": "100",
        "renewal_percent": "100", "pays_years": "", "prorates_new": "on",
        "start_date": "2026-01-01", "end_date": "", **values,
    }  # fmt: skip


class TestSettings:
    def test_terms_are_added_and_noticed(self, page):
        carrier = CarrierFactory(name="Prairie Health")
        PayChange.objects.all().delete()

        answer = page.post(reverse("commissions:payterm_create"), _term(carrier), follow=True)

        assert "Prairie Health" in words(answer)
        assert Batch.objects.filter(summary="Carrier’s terms added").exists()
        (change,) = PayChange.objects.all()
        assert (change.kind, change.first_id) == (PayChange.Kind.CARRIER, carrier.pk)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({}, "The carrier has terms for this sub-line in these days."),
            ({"start_date": "2026-06-30", "end_date": "2026-06-01"}, "lies before the first"),
            ({"line": "med_supp"}, "CMS sets no maximum for this sub-line."),
            ({"line": "pdp", "initial_percent": "-1"}, "greater than or equal to 0"),
        ],
    )
    def test_terms_that_cannot_be_are_refused_in_words(self, page, values, message):
        carrier = PayTermFactory().carrier

        answer = page.post(reverse("commissions:payterm_create"), _term(carrier, **values))

        assert answer.status_code == 422
        assert message in words(answer)
        assert PayTerm.objects.count() == 1

    def test_terms_follow_each_other(self, page):
        term = PayTermFactory(end_date=date(2026, 6, 30))
        values = _term(term.carrier, start_date="2026-07-01", renewal_percent="90")

        page.post(reverse("commissions:payterm_create"), values)

        assert PayTerm.objects.count() == 2

    def test_are_changed_and_removed(self, page):
        term = PayTermFactory()
        edit = reverse("commissions:payterm_edit", args=[term.pk])

        page.post(edit, _term(term.carrier, renewal_percent="95"))
        term.refresh_from_db()
        assert term.renewal_percent == 95

        page.post(reverse("commissions:payterm_remove", args=[term.pk]))
        assert not PayTerm.objects.exists()

    def test_ship_with_what_cms_published(self, page):
        rates = PayRate.objects.filter(line="med_adv", start_date=date(2026, 1, 1))

        assert dict(rates.values_list("state", "renewal")) == {
            "": 347, "CT": 391, "PA": 391, "DC": 391, "CA": 432, "NJ": 432, "PR": 237, "VI": 237,
        }  # fmt: skip
        assert "All others" in words(page.get(reverse("commissions:payrate_list")))

    def test_a_state_has_one_rate_at_a_time(self, page):
        values = {
            "line": "med_adv", "state": "CA", "start_date": "2026-07-01", "end_date": "",
            "initial": "900", "renewal": "450", "source": "",
        }  # fmt: skip

        answer = page.post(reverse("commissions:payrate_create"), values)
        assert answer.status_code == 422
        assert "Another rate of this sub-line and state" in words(answer)

        answer = page.post(
            reverse("commissions:payrate_create"), {**values, "start_date": "2027-01-01"}
        )
        assert answer.status_code == 302
        rate = PayRate.objects.get(state="CA", start_date=date(2027, 1, 1))
        page.post(reverse("commissions:payrate_remove", args=[rate.pk]))
        assert not PayRate.objects.filter(pk=rate.pk).exists()

    def test_days_and_tolerance_are_set(self, page):
        values = {"days_until_due": "30", "tolerance_amount": "1.00", "tolerance_percent": "5"}

        page.post(reverse("commissions:paysettings"), values)

        rules = PaySettings.objects.get().as_rule()
        assert (rules.days_until_due, rules.tolerance_amount) == (30, Decimal("1.00"))

    @pytest.mark.parametrize(
        "name", ["payterm_list", "payterm_create", "payrate_list", "payrate_create", "paysettings"]
    )
    def test_need_the_right(self, client, name):
        client.force_login(UserFactory(may=["commissions.view_expectedpay"]))

        assert client.get(reverse(f"commissions:{name}")).status_code == 403


def test_the_task_brings_the_ledger_up_to_date(row):
    PayChange.objects.create(kind=PayChange.Kind.EVERYTHING, first_id=0, last_id=0)

    sweep_pay()

    assert not PayChange.objects.exists()
