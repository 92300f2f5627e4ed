"""Ledgers that are worked out once for all policies that are alike: each as if it were alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions.expected import alike, ledger
from commissions.expected.types import CMS, MED_ADV, MED_SUPP, PDP, PREMIUM, Coverage, Paid, Term
from commissions.models import CommissionLine, ExpectedPay
from commissions.selectors import paying as selectors
from commissions.services import paying
from commissions.services.reckoning import Desk
from tests.commissions.expected.rules import NEW, OLD, RATES, TERMS, book
from tests.factories.commissions import CommissionLineFactory
from tests.factories.expected import PayTermFactory
from tests.factories.individuals import AddressFactory
from tests.factories.policies import PolicyFactory

TODAY = date(2026, 11, 22)
D = Decimal
days = st.dates(date(2022, 1, 1), date(2027, 3, 31))
months = days.map(lambda day: day.replace(day=1))
coverages = st.builds(
    Coverage,
    line=st.sampled_from([MED_ADV, PDP, MED_SUPP]),
    first=days,
    last=st.none() | days,
    state=st.sampled_from(["", "IA", "TX", "CA"]),
    premium=st.none() | st.sampled_from([D("98.50"), D("120")]),
    is_void=st.sampled_from([False, False, False, True]),
    is_new_to_medicare=st.sampled_from([None, True, False]),
    part_b=st.none() | days,
    before=st.sampled_from(["", "same", "unlike"]),
    paid_as=st.sampled_from(["", "initial", "renewal"]),
)
lines = st.lists(
    st.builds(
        Paid,
        pk=st.integers(1, 9),
        kind=st.sampled_from(["initial", "renewal", "chargeback", "true_up", "advance", "bonus"]),
        amount=st.sampled_from([D("28.92"), D("694"), D("-28.92"), D("347"), D("-694"), D(7)]),
        month=months,
        months=st.sampled_from([1, 1, 1, 3, 12]),
    ),
    max_size=6,
)
MIXED = (
    Term(MED_ADV, date(2025, 1, 1), date(2026, 5, 31), PREMIUM, D(20), D(10), pays_years=2),
    Term(MED_ADV, date(2026, 6, 1), None, CMS, D(95), D(90), pays_years=3, prorates_new=False),
)
term_lists = st.sampled_from([TERMS, MIXED, ()])


def valid(coverage):
    if coverage.last is not None and coverage.last < coverage.first:
        return replace(coverage, last=coverage.first)
    return coverage


def told(coverage, paid, of):
    """What the database keeps of a ledger."""
    found = ledger.entries(coverage, paid, of)
    kept = [replace(one, steps=(), parts=()) for one in found]
    return kept, ledger.next_look(found, coverage, of)


@settings(max_examples=400, deadline=None)
@given(coverages.map(valid), lines, term_lists)
def test_what_is_left_out_makes_no_difference(coverage, paid, terms):
    own = book(TODAY, terms=terms)
    less = alike.plain(coverage, own.rates, terms, since=own.since)

    assert told(less, paid, own) == told(coverage, paid, own)
    assert alike.plain(less, own.rates, terms, since=own.since) == less


@settings(max_examples=400, deadline=None)
@given(coverages.map(valid), lines, term_lists)
def test_lines_from_before_make_none_either(coverage, paid, terms):
    """The rule of the statement that reads lines: see ``selectors.paying``."""
    own = book(TODAY, terms=terms)
    recent = [
        one
        for one in paid
        if coverage.first >= own.since or one.month > own.since - timedelta(31 * one.months)
    ]

    assert told(coverage, recent, own) == told(coverage, paid, own)


def test_policies_of_many_are_alike():
    def plain(**other):
        return alike.plain(replace(OLD, **other), RATES, TERMS, since=date(2025, 1, 1))

    some = {plain(), plain(premium=D(5)), plain(state="TX"), plain(first=date(2023, 5, 1))}
    others = {plain(state="CA"), plain(state=""), plain(line=PDP), plain(last=date(2026, 3, 31))}
    assert len(some) == 1
    assert len(some | others) == 5
    assert plain(last=date(2023, 3, 31)) == plain(last=date(2024, 7, 31))


def test_facts_of_a_first_year_that_is_told_stay():
    own = book(TODAY)
    began = replace(NEW, is_new_to_medicare=None, part_b=date(2026, 1, 1))
    late = replace(began, part_b=date(2025, 1, 1))

    plain = [alike.plain(one, own.rates, TERMS, since=own.since) for one in (began, late)]

    assert [one.part_b for one in plain] == [began.first, None]
    assert told(plain[0], (), own) != told(plain[1], (), own)


@pytest.mark.django_db
class TestReckoner:
    def policies(self):
        term = PayTermFactory(start_date=date(2025, 1, 1))
        other = PayTermFactory(start_date=date(2025, 1, 1))
        PayTermFactory(
            carrier=other.carrier, line=MED_SUPP, basis=PREMIUM, initial_percent=20,
            renewal_percent=10, start_date=date(2025, 1, 1), pays_years=3,
        )  # fmt: skip
        made = []
        for at, (carrier, first) in enumerate(
            (one.carrier, date(year, month, 1))
            for one in (term, other)
            for year in (2023, 2025, 2026)
            for month in (1, 11)
        ):
            policy = PolicyFactory(carrier=carrier, effective_date=first, premium=at)
            AddressFactory(
                individual=policy.subscriber, state=("IA", "CA")[at % 2], is_primary=True
            )
            made.append(policy)
            for place, month in enumerate((date(2023, 11, 1), date(2025, 1, 1), date(2026, 5, 1))):
                CommissionLineFactory(
                    carrier=carrier, policy_number=policy.policy_number, amount=D("28.92"),
                    kind=CommissionLine.Kind.RENEWAL, months=(None, 14, 1)[place],
                    payment_period=month if at % 3 else None, paid_date=month,
                )  # fmt: skip
        return made

    def test_writes_what_each_policy_comes_to_alone(self):
        made = self.policies()

        assert paying.reckon(today=TODAY).is_done

        wanted = {
            (asked.policy_id, one.month, one.kind, one.expected, one.paid, one.state, one.true_up)
            for asked in selectors.asked([one.pk for one in made])
            for one in ledger.entries(
                asked.coverage, asked.lines, selectors.book_of(asked.carrier_id, TODAY)
            )
        }
        written = ExpectedPay.objects.values_list(
            "policy_id", "month", "kind", "expected", "paid", "state", "true_up"
        )
        assert set(written) == wanted
        assert len(wanted) > 100

    def test_works_out_once_what_is_alike(self):
        self.policies()
        first = PolicyFactory()
        carrier = PayTermFactory(carrier=first.carrier, start_date=date(2025, 1, 1)).carrier
        same = [PolicyFactory(carrier=carrier, premium=at) for at in range(5)]
        reckoner = Desk(TODAY).reckoner()

        for one in selectors.told([one.pk for one in same], since=reckoner.book.since):
            reckoner.told(one)

        assert reckoner._ledger.cache_info().misses == 1

    def test_begins_anew_when_rates_or_terms_are_others(self):
        desk = Desk(TODAY)
        before = desk.reckoner()
        assert desk.reckoner() is before

        PayTermFactory()
        assert desk.reckoner() is not before
