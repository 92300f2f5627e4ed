"""The ledger in the database: what changes it, and that it equals one worked out from nothing."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction

from commissions.expected import ledger
from commissions.models import (
    Application,
    CommissionLine,
    ExpectedPay,
    LineLink,
    PayChange,
    PayLook,
    PayRate,
    PaySettings,
    PayTerm,
)
from commissions.services import paying
from policies.models import Policy
from tests.factories.commissions import ApplicationFactory, CommissionLineFactory
from tests.factories.expected import PayTermFactory
from tests.factories.individuals import AddressFactory
from tests.factories.policies import PolicyFactory, coverage_type, policy_status

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
D = Decimal


@pytest.fixture
def term():
    PaySettings.objects.filter(pk=1).update(days_until_due=30)
    return PayTermFactory()


def _policy(term, **values):
    values = {"carrier": term.carrier, "effective_date": date(2025, 1, 1), **values}
    policy = PolicyFactory(**values)
    AddressFactory(individual=policy.subscriber, state="IA", is_primary=True)
    return policy


def _line(policy, amount="28.92", month=date(2026, 11, 1), **values):
    return CommissionLineFactory(
        carrier=policy.carrier, policy_number=policy.policy_number, amount=D(amount),
        kind=CommissionLine.Kind.RENEWAL, payment_period=month, **values,
    )  # fmt: skip


def _link(line, application):
    return LineLink.objects.create(
        application=application, line=line, state=1, method=3, score=1, reasons=[]
    )


def _rows(policy=None, today=TODAY):
    assert paying.reckon(today=today).is_done
    rows = ExpectedPay.objects.order_by("policy_id", "month", "kind")
    return list(rows.filter(policy=policy) if policy else rows)


def _at(policy, month=date(2026, 11, 1)):
    (row,) = [one for one in _rows(policy) if one.month == month]
    return row


class TestReckon:
    def test_expects_every_month_of_a_policy(self, term):
        rows = _rows(_policy(term))

        assert [row.month.month for row in rows] == list(range(1, 12))
        assert {(row.kind, row.line, row.carrier_id) for row in rows} == {
            ("renewal", "med_adv", term.carrier_id)
        }
        assert (rows[-1].state, rows[-1].gap, rows[-1].is_open) == ("due", D(0), False)
        assert (rows[0].state, rows[0].gap, rows[0].is_open) == ("late_90", D("28.92"), True)

    def test_nothing_of_a_carrier_without_terms(self, term):
        _policy(term, carrier=PolicyFactory().carrier)

        assert _rows() == []

    def test_lines_count_by_the_number_of_the_policy(self, term):
        policy = _policy(term, policy_number="00AZ-77")
        _line(policy)
        CommissionLine.objects.update(policy_number="az 77")

        row = _at(policy)

        assert (row.paid, row.state) == (D("28.92"), "paid")

    def test_a_number_of_two_policies_is_nobodys(self, term):
        policy = _policy(term, policy_number="0077")
        _line(policy)
        _rows()
        other = _policy(term, policy_number="77")

        assert (_at(policy).paid, _at(other).paid) == (0, 0)

        other.delete()
        assert _at(policy).paid == D("28.92")

    def test_lines_count_for_the_policy_of_their_application(self, term):
        policy, named = _policy(term), _policy(term)
        line = _line(named)
        link = _link(line, ApplicationFactory(carrier=term.carrier, policy=policy))

        assert (_at(policy).paid, _at(named).paid) == (D("28.92"), 0)

        link.delete()
        assert (_at(policy).paid, _at(named).paid) == (0, D("28.92"))

    def test_superseded_lines_do_not_count(self, term):
        policy = _policy(term)
        _line(policy)
        assert _at(policy).state == "paid"

        CommissionLine.objects.update(superseded_at="2026-11-20T00:00:00Z")

        assert _at(policy).state == "due"

    def test_deleted_lines_do_not_count(self, term):
        policy = _policy(term)
        line = _line(policy)
        assert _at(policy).state == "paid"

        line.delete()

        assert _at(policy).state == "due"

    def test_what_was_held_before_says_initial_or_renewal(self, term):
        policy = _policy(term, effective_date=date(2026, 10, 1))
        drugs = PolicyFactory(
            subscriber=policy.subscriber, coverage_type=coverage_type("PDP"),
            effective_date=date(2025, 1, 1), termination_date=date(2026, 9, 30),
        )  # fmt: skip
        assert [(row.kind, row.expected) for row in _rows(policy)] == [("initial", D("173.50"))]

        Policy.objects.filter(pk=drugs.pk).update(coverage_type=coverage_type("MAPD"))
        assert [row.kind for row in _rows(policy)] == ["renewal", "renewal"]

        drugs.delete()
        assert [row.kind for row in _rows(policy)] == ["renewal", "renewal"]

    def test_new_to_medicare_by_the_application(self, term):
        policy = _policy(term, effective_date=date(2026, 10, 1))
        ApplicationFactory(carrier=term.carrier, policy=policy, is_new_to_medicare=True)

        assert [row.expected for row in _rows(policy)] == [D("173.50")]

    @pytest.mark.parametrize(
        ("_case", "change", "expected"),
        [
            ("rate", lambda _p: PayRate.objects.filter(
                line="med_adv", state="", start_date=date(2026, 1, 1)).update(renewal=360),
             D("30.00")),
            ("term", lambda _p: PayTerm.objects.update(renewal_percent=50), D("14.46")),
            ("state", lambda p: p.subscriber.addresses.update(state="CA"), D("36.00")),
            ("status", lambda p: Policy.objects.update(status=policy_status("Cancelled")), None),
            ("end", lambda p: Policy.objects.update(termination_date=date(2026, 10, 31)), None),
            ("carrier", lambda p: Policy.objects.update(carrier=PolicyFactory().carrier), None),
        ],
    )  # fmt: skip
    def test_follows_what_changes(self, term, _case, change, expected):
        policy = _policy(term)
        assert _at(policy).expected == D("28.91")

        change(policy)

        november = [row.expected for row in _rows(policy) if row.month == date(2026, 11, 1)]
        assert november == ([] if expected is None else [expected])

    def test_terms_that_are_taken_back_leave_nothing(self, term):
        _policy(term)
        assert _rows()

        term.delete()

        assert (_rows(), PayLook.objects.count()) == ([], 0)

    def test_a_policy_that_goes_takes_its_rows(self, term):
        policy = _policy(term)
        _rows()

        policy.delete()

        assert (ExpectedPay.objects.count(), PayLook.objects.count()) == (0, 0)

    def test_a_new_day_changes_states_by_itself(self, term):
        policy = _policy(term)
        assert _at(policy).state == "due"

        states = [row.state for row in _rows(policy, date(2026, 12, 2)) if row.month.month >= 11]

        assert states == ["late_30", "due"]

    def test_rows_keep_their_keys_and_unchanged_ones_are_not_written(self, term):
        policy = _policy(term)
        before = {row.pk for row in _rows(policy)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(xmin::text::bigint) FROM commissions_expectedpay")
            written = cursor.fetchone()

        paying.reckon_everything(today=TODAY)

        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(xmin::text::bigint) FROM commissions_expectedpay")
            assert cursor.fetchone() == written
        assert {row.pk for row in _rows(policy)} == before

    def test_nothing_left_to_do_is_done_at_once(self, term):
        _rows(_policy(term))

        assert paying.reckon(today=TODAY) == paying.Reckoned(0, is_done=True)

    def test_stops_when_time_is_over_and_goes_on_later(self, term):
        policy = _policy(term)

        first = paying.reckon(today=TODAY, seconds=-1)

        assert not first.is_done
        assert _at(policy).expected == D("28.91")

    def test_whoever_is_killed_leaves_the_rest_noted(self, term, monkeypatch):
        _policy(term)

        def dies(*_args, **_named):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(ledger, "entries", dies)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                paying.reckon(today=TODAY)

        assert PayChange.objects.exists()
        assert len(_rows()) == 11


class TestFromNothing:
    @pytest.mark.parametrize("seed", range(4))
    def test_after_random_changes_it_is_what_nothing_would_give(self, term, seed):
        """Whatever happens in whatever order: working out what changed is enough."""
        world = _World(Random(seed), term)
        for _step in range(6):
            for _change in range(5):
                world.change()
            _rows(today=world.today)
        kept = _told()
        ExpectedPay.objects.all().delete()
        PayLook.objects.all().delete()

        paying.reckon_everything(today=world.today)

        assert _told() == kept
        assert kept


def _told():
    rows = ExpectedPay.objects.order_by("policy_id", "month", "kind")
    return [{name: value for name, value in row.items() if name != "id"} for row in rows.values()]


class _World:
    """Policies, lines, applications and terms that change at random."""

    def __init__(self, dice, term):
        self.dice, self.term, self.today = dice, term, TODAY
        self.policies = [
            _policy(term, effective_date=date(2026, dice.randrange(1, 12), 1),
                    policy_number=f"{'0' * dice.randrange(2)}{dice.randrange(4)}-{at}")
            for at in range(6)
        ]  # fmt: skip
        self.others = [PayTermFactory()]

    def change(self):
        what = self.dice.choice([
            self.pay, self.pay, self.pay, self.unpay, self.correct, self.link, self.unlink,
            self.renumber, self.end, self.status, self.person, self.terms, self.later, self.move,
        ])  # fmt: skip
        what()

    def pick(self):
        return Policy.objects.get(pk=self.dice.choice(self.policies).pk)

    def some(self, model):
        found = list(model.objects.order_by("pk"))
        return self.dice.choice(found) if found else None

    def pay(self):
        amount = self.dice.choice(["28.92", "347.00", "694.00", "-28.92", "12.00"])
        month = date(2026, self.dice.randrange(1, 12), 1)
        line = _line(self.pick(), amount, month, months=self.dice.choice([None, 1, 2]))
        kind = self.dice.choice(["initial", "renewal", "true_up"])
        CommissionLine.objects.filter(pk=line.pk).update(kind=kind)

    def unpay(self):
        line = self.some(CommissionLine)
        if line:
            line.delete()

    def correct(self):
        line = self.some(CommissionLine)
        if line:
            number = self.pick().policy_number
            CommissionLine.objects.filter(pk=line.pk).update(policy_number=number)

    def link(self):
        line = self.some(CommissionLine)
        if line and not line.links.exists():
            policy = self.dice.choice([self.pick(), None])
            _link(line, ApplicationFactory(carrier=self.term.carrier, policy=policy))

    def unlink(self):
        application = self.some(Application)
        if application:
            Application.objects.filter(pk=application.pk).update(policy=self.pick())

    def renumber(self):
        number = f"{self.dice.randrange(4)}-{self.dice.randrange(6)}"
        if not Policy.objects.filter(policy_number=number, carrier=self.term.carrier).exists():
            Policy.objects.filter(pk=self.pick().pk).update(policy_number=number)

    def end(self):
        policy = self.pick()
        last = policy.effective_date + timedelta(days=self.dice.randrange(200))
        Policy.objects.filter(pk=policy.pk).update(termination_date=self.dice.choice([last, None]))

    def status(self):
        label = self.dice.choice(["Active", "Cancelled"])
        Policy.objects.filter(pk=self.pick().pk).update(status=policy_status(label))

    def person(self):
        person = self.pick().subscriber
        Policy.objects.filter(pk=self.pick().pk).update(subscriber=person)
        person.addresses.update(state=self.dice.choice(["IA", "CA", ""]))

    def terms(self):
        percent = self.dice.choice([0, 50, 100])
        PayTerm.objects.filter(pk=self.term.pk).update(renewal_percent=percent)

    def later(self):
        self.today += timedelta(days=self.dice.randrange(20))

    def move(self):
        carrier = self.dice.choice([self.term, *self.others]).carrier
        number = self.pick().policy_number
        if not Policy.objects.filter(policy_number=number, carrier=carrier).exists():
            Policy.objects.filter(policy_number=number).update(carrier=carrier)
