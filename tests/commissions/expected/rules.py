"""What the tests of expected pay start from: CMS's rates of 2026, plain terms, a usual policy."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from commissions.expected.ledger import Book
from commissions.expected.types import (
    CMS,
    MED_ADV,
    MED_SUPP,
    PDP,
    PREMIUM,
    SAME,
    Coverage,
    Paid,
    Rate,
    Rules,
    Term,
)

D = Decimal
YEAR = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}
NEXT = {"start": date(2027, 1, 1), "end": date(2027, 12, 31)}
RATES = (
    Rate(MED_ADV, "", initial=D("694"), renewal=D("347"), **YEAR),
    Rate(MED_ADV, "CA", initial=D("864"), renewal=D("432"), **YEAR),
    Rate(PDP, "", initial=D("114"), renewal=D("57"), **YEAR),
    Rate(MED_ADV, "", initial=D("725"), renewal=D("363"), **NEXT),
)
WHOLE = D("100")
ADVANTAGE = Term(MED_ADV, date(2026, 1, 1), None, CMS, WHOLE, WHOLE)
DRUGS = Term(PDP, date(2026, 1, 1), None, CMS, WHOLE, WHOLE)
SUPPLEMENT = Term(MED_SUPP, date(2026, 1, 1), None, PREMIUM, D("20"), D("10"), pays_years=6)
TERMS = (ADVANTAGE, DRUGS, SUPPLEMENT)
RULES = Rules(days_until_due=30, tolerance_amount=D("0.10"), tolerance_percent=D("1"))
NEW = Coverage(MED_ADV, date(2026, 3, 1), state="IA", is_new_to_medicare=True)
MOVED = replace(NEW, is_new_to_medicare=False, before=SAME)
OLD = Coverage(MED_ADV, date(2024, 1, 1), state="IA")


def book(today: date = date(2026, 11, 22), **other: object) -> Book:
    """The book of the usual rates and terms on a day."""
    return replace(Book(RATES, TERMS, RULES, today), **other)


def paid(amount: str, month: date, kind: str = "renewal", *, pk: int = 1, months: int = 1) -> Paid:
    """A line."""
    return Paid(pk, kind, D(amount), month, months)
