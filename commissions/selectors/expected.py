"""What the pages of expected pay show: one amount explained, and the months of a policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from commissions import paywords
from commissions.expected import ledger
from commissions.expected.ledger import Entry
from commissions.models import AgentContract, CommissionLine, ExpectedPay
from commissions.selectors import paying
from commissions.shares import Share, Terms, split

VIEW, VIEW_LINES = "commissions.view_expectedpay", "commissions.view_commissionline"
SHOWN_MONTHS = 24


@dataclass(frozen=True)
class Explained:
    """One step in words, and the amount it leads to."""

    words: str
    amount: Decimal | None


@dataclass(frozen=True)
class PaidPart:
    """A line, and how much of it counts for this month."""

    line: CommissionLine
    amount: Decimal


@dataclass(frozen=True)
class Why:
    """Why an amount is expected, and what paid it.

    ``parts`` are the lines that the reader may see, ``hidden`` is how many others there are.
    ``shares`` say who gets what of the expected amount by the agent's contract.
    """

    steps: list[Explained]
    next_step: str
    true_up: str
    parts: list[PaidPart]
    hidden: int
    shares: Sequence[tuple[Share, str]]


def rows_for_page(user: User) -> QuerySet[ExpectedPay]:
    """Rows with what the page of one shows."""
    rows = ExpectedPay.objects.visible_to(user)
    return rows.select_related(
        "policy__subscriber", "policy__servicing_agent", "carrier", "dispute__assigned_to"
    )


def months_of(policy_id: int, *, user: User) -> list[ExpectedPay]:
    """The newest months of a policy that the user may see."""
    rows = rows_for_page(user).filter(policy=policy_id)
    return list(rows.order_by("-month", "kind", "pk")[:SHOWN_MONTHS])


def why(row: ExpectedPay, *, user: User, today: date) -> Why | None:
    """Work the row's policy out again and explain the row; None when it is no more.

    The ledger may be a minute older than what is read here.
    """
    entry = _entry_of(row, today)
    if entry is None:
        return None
    amounts = dict(entry.parts)
    lines = CommissionLine.objects.filter(pk__in=amounts).select_related("carrier", "agent")
    seen = list(lines.visible_to(user).order_by("paid_date", "pk"))
    if not user.has_perm(VIEW_LINES):
        seen = []
    totals: dict[int, Decimal] = {}
    for pk, amount in entry.parts:
        totals[pk] = totals.get(pk, Decimal(0)) + amount
    left = f"${entry.true_up:,.2f}" if entry.true_up else ""
    return Why(
        steps=[Explained(paywords.in_words(one), one.amount) for one in entry.steps],
        next_step=str(paywords.NEXT_STEPS[entry.state]),
        true_up=str(paywords.TRUE_UP) % {"amount": left} if left else "",
        parts=[PaidPart(one, totals[one.pk]) for one in seen],
        hidden=len(amounts) - len(seen),
        shares=_shares(row, entry),
    )


def _entry_of(row: ExpectedPay, today: date) -> Entry | None:
    (asked,) = list(paying.asked([row.policy_id])) or (None,)
    if asked is None:
        return None
    found = ledger.entries(asked.coverage, asked.lines, paying.book_of(asked.carrier_id, today))
    return next((one for one in found if (one.month, one.kind) == (row.month, row.kind)), None)


def _shares(row: ExpectedPay, entry: Entry) -> list[tuple[Share, str]]:
    """Who gets what of the expected amount; nothing without a contract."""
    agent = row.policy.servicing_agent_id
    if agent is None or not entry.expected:
        return []
    on = entry.due_date
    contracts = AgentContract.objects.filter(
        agent=agent, carrier=row.carrier_id, start_date__lte=on
    ).exclude(end_date__lt=on)
    contract = contracts.select_related("agent", "upline").order_by("pk").first()
    if contract is None:
        return []
    terms = Terms(agent, contract.percent, contract.upline_id, contract.upline_percent)
    names = {agent: contract.agent.full_name}
    if contract.upline:
        names[contract.upline.pk] = contract.upline.full_name
    return [(one, names.get(one.agent_id or 0, "")) for one in split(entry.expected, terms)]
