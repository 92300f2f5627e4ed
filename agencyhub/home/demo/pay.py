"""What the demo's carriers are to pay, and what four months of older statements say they paid.

Most months are paid; some are short, over, late or taken back, so that every state has rows.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet

from agencyhub.home.demo import disputing
from agencyhub.home.demo.load import Row, copy
from agencyhub.records import history
from agencyhub.records.models import Batch, Option
from commissions.expected import ledger, months, states
from commissions.expected.types import CHARGEBACK, RENEWAL
from commissions.models import CommissionLine, Line, PayTerm
from commissions.selectors import paying
from commissions.services.paying import reckon
from policies.models import Carrier, Policy

MONTHS_BACK = 4
# Carrier, and what it pays of the CMS maximum; its supplements pay a share of the premium.
CMS = (("Humana", "100"), ("UnitedHealthcare", "100"), ("Aetna", "95"))
SUPPLEMENTS = ("Humana", "UnitedHealthcare", "Aetna")
FIRST_YEARS, LATER_YEARS, PAID_YEARS = Decimal(20), Decimal(10), 5
# What becomes of one policy after the other, over and over: of what is expected so much is paid.
SHARES = ("1", "1", "1", "1", "1", "1", "0.8", "1", "1", "1", "1", "", "1", "1", "1", "1.5", "1")
# One in so many is taken back in its last month, though it goes on.
TAKEN_BACK = 61


def write_pay(*, as_of: date) -> None:
    """Say what carriers pay, write what they paid before, and reckon. May run twice."""
    begins = months.add(months.first(as_of), -MONTHS_BACK)
    if not PayTerm.objects.exists():
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Terms of carriers"):
            PayTerm.objects.bulk_create(_terms(begins))
            _forget_a_premium(begins)
            ended = _end_a_first_year(begins)
            copy(CommissionLine, [*_lines(as_of), *_first_year_of(ended, as_of)])
    reckon(today=as_of)
    if disputing.write_disputes(as_of=as_of):
        reckon(today=as_of)


def _terms(begins: date) -> Iterator[PayTerm]:
    names = dict(CMS)
    for carrier in Carrier.objects.filter(name__in=names).order_by("pk"):
        percent = Decimal(names[carrier.name])
        for line in (Line.MED_ADV, Line.PDP):
            yield PayTerm(
                carrier=carrier, line=line, basis=PayTerm.Basis.CMS, start_date=begins,
                initial_percent=percent, renewal_percent=percent, prorates_new=False,
            )  # fmt: skip
        yield PayTerm(
            carrier=carrier, line=Line.MED_SUPP, basis=PayTerm.Basis.PREMIUM, start_date=begins,
            initial_percent=FIRST_YEARS, renewal_percent=LATER_YEARS, pays_years=PAID_YEARS,
        )  # fmt: skip


def _lines(as_of: date) -> Iterator[Row]:
    """What was paid until last month, for policies that came with no application."""
    book, terms = paying.book(as_of), paying.terms()
    policies = Policy.objects.filter(carrier__in=terms, applications=None).exclude(policy_number="")
    known = {one.pk: one for one in policies.select_related("subscriber").order_by("pk")}
    for at, asked in enumerate(paying.asked(list(known))):
        policy = known[asked.policy_id]
        own = ledger.Book(book.rates, terms[asked.carrier_id], book.rules, as_of)
        share = SHARES[at % len(SHARES)]
        due = [
            one
            for one in ledger.entries(asked.coverage, (), own)
            if one.expected and one.month < months.first(as_of) and one.state != states.NOT_DUE
        ]
        # Who is never paid was paid once, a while ago.
        for entry in due if share else due[:1]:
            amount = months.cents((entry.expected or Decimal(0)) * Decimal(share or 1))
            yield _line(policy, asked.coverage.line, entry, amount)
        if at % TAKEN_BACK == 0 and due and due[-1].kind == RENEWAL:
            yield _line(policy, asked.coverage.line, due[-1], -(due[-1].expected or Decimal(0)))


def _candidates() -> QuerySet[Policy]:
    """Policies that came with no application, and whose person has no other."""
    alone = Policy.objects.values("subscriber").annotate(held=Count("pk")).filter(held=1)
    found = Policy.objects.filter(applications=None, termination_date=None)
    return found.filter(subscriber__in=alone.values("subscriber")).exclude(policy_number="")


def _forget_a_premium(begins: date) -> None:
    """One share of a premium that nobody knows: a fact is missing."""
    kinds = _coverage_types(Line.MED_SUPP)
    found = Policy.objects.filter(applications=None, termination_date=None)
    found = found.filter(carrier__name__in=SUPPLEMENTS, coverage_type__in=kinds)
    # The newest: the oldest earn nothing any more.
    one = found.filter(effective_date__lt=begins).order_by("-effective_date", "pk").first()
    if one:
        Policy.objects.filter(pk=one.pk).update(premium=None)


def _end_a_first_year(begins: date) -> Policy | None:
    """Somebody new to Medicare who left in the second month: the carrier will take it back."""
    kinds = _coverage_types(Line.MED_ADV)
    found = _candidates().filter(carrier__name__in=dict(CMS), coverage_type__in=kinds)
    one = found.select_related("subscriber").order_by("-pk").first()
    if one is None:
        return None
    type(one.subscriber).objects.filter(pk=one.subscriber_id).update(part_b_effective_date=begins)
    statuses = Option.objects.filter(list=Option.List.POLICY_STATUS, meaning="terminated")
    one.effective_date = begins
    one.termination_date = months.add(begins, 2) - timedelta(days=1)
    one.status = statuses.order_by("pk").first() or one.status
    one.save(update_fields=["effective_date", "termination_date", "status"])
    return one


def _coverage_types(line: str) -> list[int]:
    return [pk for pk, name in paying.lines_of_coverage_types().items() if name == line]


def _first_year_of(policy: Policy | None, as_of: date) -> Iterator[Row]:
    """What was paid for a first year before it ended."""
    if policy is None:
        return
    (asked,) = paying.asked([policy.pk])
    book = paying.book_of(asked.carrier_id, as_of)
    whole = ledger.entries(replace(asked.coverage, last=None), (), book)
    for entry in whole[:1]:
        yield _line(policy, asked.coverage.line, entry, entry.expected or Decimal(0))


def _line(policy: Policy, line: str, entry: ledger.Entry, amount: Decimal) -> Row:
    paid = months.add(entry.month, 1)
    return {
        "carrier_id": policy.carrier_id,
        "agent_id": policy.servicing_agent_id,
        "policy_number": policy.policy_number,
        "first_name": policy.subscriber.first_name,
        "last_name": policy.subscriber.last_name,
        "line": line,
        "kind": CHARGEBACK if amount < 0 else entry.kind,
        "amount": amount,
        "payment_period": entry.month,
        "months": 1,
        "effective_date": policy.effective_date,
        "statement_date": paid.replace(day=5),
        "paid_date": paid.replace(day=8),
        "created_at": f"{paid:%Y-%m}-09T08:00:00Z",
    }
