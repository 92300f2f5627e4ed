"""What a dispute pack tells a carrier: each month with what was expected, what came, and why.

No MBI and no SSN: the carrier knows its members by its own numbers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from agencyhub.accounts.models import User
from agencyhub.lib.templatetags import ui
from commissions import paywords
from commissions.expected import disputes, ledger
from commissions.expected.ledger import Entry
from commissions.expected.types import Step
from commissions.models import (
    BookRow,
    CommissionLine,
    Dispute,
    DisputePack,
    ExpectedPay,
    WritingNumber,
)
from commissions.selectors import paying

Month = tuple[int, date, str]


@dataclass(frozen=True)
class PackRow:
    """One month as a carrier reads it; amounts are USD."""

    pay: ExpectedPay
    policy_number: str
    member_id: str
    member: str
    effective_date: date | None
    months: str
    expected: Decimal | None
    received: Decimal
    difference: Decimal
    why: str
    agent: str
    writing_number: str
    statements: str
    reference: str


@dataclass(frozen=True)
class Content:
    """The months of a pack that are still missing, and how many are settled since."""

    rows: Sequence[PackRow]
    settled: int

    @property
    def total(self) -> Decimal:
        """What is missing of all months together, in USD."""
        return sum((row.difference for row in self.rows), Decimal(0))


@dataclass(frozen=True)
class OfCarrier:
    """How much of what was chosen is one carrier's."""

    carrier: str
    months: int
    total: Decimal


def visible(user: User) -> QuerySet[DisputePack]:
    """The packs with a month that the user sees, and how many such ``months`` they have."""
    seen = Dispute.objects.visible_to(user)
    packs = DisputePack.objects.select_related("carrier", "made_by")
    counted = packs.annotate(months=Count("disputes", filter=Q(disputes__in=seen.values("pk"))))
    return counted.filter(Exists(seen.filter(packs=OuterRef("pk"))))


def by_carrier(rows: QuerySet[ExpectedPay]) -> list[OfCarrier]:
    """What is missing of these months, the carrier with most dollars first."""
    found = rows.filter(state__in=disputes.ASKED_FOR).order_by().values_list("carrier__name")
    sums = found.annotate(months=Count("pk"), total=Sum("gap"))
    parts = [OfCarrier(name, months, total or Decimal(0)) for name, months, total in sums]
    return sorted(parts, key=lambda one: (-one.total, one.carrier))


def content(pack: DisputePack, *, user: User, today: date) -> Content:
    """What a pack holds today, as far as the user sees it: most dollars first, then the oldest."""
    seen = Dispute.objects.visible_to(user).filter(packs=pack)
    rows = ExpectedPay.objects.filter(dispute__in=seen.values("pk"), state__in=disputes.ASKED_FOR)
    rows = rows.select_related("policy__subscriber", "policy__servicing_agent", "dispute")
    found = list(rows.order_by("-gap", "due_date", "pk"))
    return Content(_rows(found, pack.carrier_id, today), seen.count() - len(found))


def _rows(found: Sequence[ExpectedPay], carrier_id: int, today: date) -> list[PackRow]:
    policies = {one.policy_id for one in found}
    entries = _entries(policies, carrier_id, today)
    members = _member_ids(policies)
    numbers = dict(
        WritingNumber.objects.filter(carrier=carrier_id)
        .order_by("-pk")
        .values_list("agent_id", "number")
    )
    lines = _statements({pk for one in entries.values() for pk, _amount in one.parts})
    return [
        _row(one, entries.get((one.policy_id, one.month, one.kind)), members, numbers, lines)
        for one in found
    ]


def _row(
    pay: ExpectedPay,
    entry: Entry | None,
    members: dict[int, str],
    numbers: dict[int, str],
    lines: dict[int, str],
) -> PackRow:
    policy = pay.policy
    agent = policy.servicing_agent
    parts = dict(entry.parts) if entry else {}
    return PackRow(
        pay=pay,
        policy_number=policy.policy_number,
        member_id=members.get(policy.pk, ""),
        member=policy.subscriber.full_name,
        effective_date=policy.effective_date,
        months=paywords.month_words(pay.month, pay.through),
        expected=pay.expected,
        received=pay.paid,
        difference=pay.gap,
        why=_why(entry),
        agent=agent.full_name if agent else "",
        writing_number=numbers.get(agent.pk, "") if agent else "",
        statements="; ".join(lines[pk] for pk in parts if pk in lines),
        reference=pay.dispute.reference,
    )


def _why(entry: Entry | None) -> str:
    """The steps from the rate to the cent, as one text."""
    if entry is None:
        return ""
    return "; ".join(_step(one) for one in entry.steps)


def _step(one: Step) -> str:
    words = paywords.in_words(one).rstrip(".")
    return words if one.amount is None else f"{words} = {ui.usd(one.amount)}"


def _entries(policies: Collection[int], carrier_id: int, today: date) -> dict[Month, Entry]:
    book = paying.book_of(carrier_id, today)
    return {
        (asked.policy_id, entry.month, entry.kind): entry
        for asked in paying.asked(policies)
        for entry in ledger.entries(asked.coverage, asked.lines, book)
    }


def _member_ids(policies: Collection[int]) -> dict[int, str]:
    """The carrier's numbers of the members, as its book says it last."""
    rows = BookRow.objects.filter(policy__in=policies).exclude(member_id="")
    return dict(rows.order_by("updated_at", "pk").values_list("policy_id", "member_id"))


def _statements(pks: Collection[int]) -> dict[int, str]:
    """What each line was on which statement."""
    rows = CommissionLine.objects.filter(pk__in=pks).order_by("pk")
    return {one.pk: _statement(one) for one in rows}


def _statement(line: CommissionLine) -> str:
    day = line.statement_date or line.paid_date
    on = f"{day:%m/%d/%Y}" if day else "no date"
    return f"{on}: {ui.usd(line.amount)}"
