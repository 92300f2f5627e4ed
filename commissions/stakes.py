"""What policies earn in commission, and whose commission is at risk: from what carriers wrote."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from agencyhub.lib.db import AnyOf
from commissions.models import AgentOfRecord, BookLink, BookRow, CommissionLine, LineLink
from commissions.models.links import Link
from policies import stakes
from policies.risk import Danger
from policies.stakes import Stake

# Carriers pay up to three months late (reference/competitors.md, K12); a fourth is no delay.
MOST_LATE = timedelta(days=120)
REGULAR_MONTHS = 3
Kind = CommissionLine.Kind
EARNED = (Kind.INITIAL, Kind.RENEWAL, Kind.TRUE_UP, Kind.ADVANCE, Kind.CHARGEBACK)
_LINK = "book_row__links"
_POLICY = f"{_LINK}__application__policy"
DAY = Coalesce("line__paid_date", "line__statement_date", "line__payment_period")


def yearly(policy_ids: Collection[int], on: date) -> dict[int, Stake]:
    """What carriers paid for policies in the year before ``on``, first years and renewals alike.

    What was taken back is taken off; overrides and bonuses are not the policy's.
    """
    lines = (
        _lines(policy_ids).annotate(day=DAY).filter(day__gt=_year_before(on), line__kind__in=EARNED)
    )
    paid = lines.values("application__policy").annotate(total=Sum("line__amount"), last=Max("day"))
    found = paid.filter(total__gt=0).order_by().values_list("application__policy", "total", "last")
    return {pk: Stake(total, last) for pk, total, last in found}


def _year_before(on: date) -> date:
    """The day after which the year up to ``on`` begins; 365 days would lose one of a leap year."""
    last_day = monthrange(on.year - 1, on.month)[1]
    return on.replace(year=on.year - 1, day=min(on.day, last_day))


def endangered(policy_ids: Collection[int] | None, on: date) -> dict[int, Danger]:
    """Policies in force whose agent of record is gone, or whose commission has stopped coming."""
    found = _stopped(policy_ids, on)
    rows = _last_of_active_rows(policy_ids)
    for code, agents in (("agent_ended", _ended(rows, on)), ("agent_other", _taken_over(rows))):
        columns = (_POLICY, "start_date", "end_date", "book_row__as_of_date")
        for pk, start, end, as_of in agents.order_by("pk").values_list(*columns):
            since = end + timedelta(days=1) if end else start
            found[pk] = Danger(code, since, as_of or since)
    return found


def _last_of_active_rows(policy_ids: Collection[int] | None) -> QuerySet[AgentOfRecord]:
    """The newest agent of record of each active book row that belongs to one of the policies."""
    later = AgentOfRecord.objects.filter(
        book_row=OuterRef("book_row"), start_date__gt=OuterRef("start_date")
    )
    return AgentOfRecord.objects.filter(
        Q(**{f"{_POLICY}__isnull": False}) if policy_ids is None else AnyOf(_POLICY, policy_ids),
        ~Exists(later),
        **{f"{_LINK}__state": Link.State.LINKED},
        book_row__status=BookRow.Status.ACTIVE,
        book_row__termination_date=None,
    )


def _ended(rows: QuerySet[AgentOfRecord], on: date) -> QuerySet[AgentOfRecord]:
    return rows.filter(end_date__lt=on)


def _taken_over(rows: QuerySet[AgentOfRecord]) -> QuerySet[AgentOfRecord]:
    """The carrier names somebody who is none of our agents, where it named one before."""
    ours = AgentOfRecord.objects.filter(
        book_row=OuterRef("book_row"), start_date__lt=OuterRef("start_date"), agent__isnull=False
    )
    is_named = ~Q(agent_npn="") | ~Q(agent_number="") | ~Q(agent_name="")
    return rows.filter(is_named, Exists(ours), agent=None, end_date=None)


def _lines(policy_ids: Collection[int] | None) -> QuerySet[LineLink]:
    """Links of lines that count to applications of policies."""
    rows = LineLink.objects.filter(state=Link.State.LINKED, line__superseded_at=None)
    if policy_ids is None:
        return rows.filter(application__policy__isnull=False)
    return rows.filter(AnyOf("application__policy", policy_ids))


def _stopped(policy_ids: Collection[int] | None, on: date) -> dict[int, Danger]:
    """Paid month by month until some months ago, and the carrier has paid others since."""
    still = BookLink.objects.filter(
        application=OuterRef("application"),
        state=Link.State.LINKED,
        book_row__status=BookRow.Status.ACTIVE,
        book_row__termination_date=None,
    )
    paid = (
        _lines(policy_ids)
        .filter(Exists(still), line__payment_period__gt=_year_before(on), line__amount__gt=0)
        .values(policy_id=F("application__policy"), carrier_id=F("line__carrier"))
        .annotate(
            months=Count("line__payment_period", distinct=True), last=Max("line__payment_period")
        )
        .filter(months__gte=REGULAR_MONTHS, last__lt=on - MOST_LATE)
        .order_by()
    )
    found = {}
    newest: dict[int, date | None] = {}
    for row in paid:
        carrier = row["carrier_id"]
        if carrier not in newest:
            newest[carrier] = _paid_others(carrier, on)
        as_of = newest[carrier]
        if as_of:
            found[row["policy_id"]] = Danger("commission_stopped", row["last"], as_of)
    return found


def _paid_others(carrier_id: int, on: date) -> date | None:
    """A day on which the carrier paid for a month that it would have paid for by now."""
    lines = CommissionLine.objects.filter(
        carrier=carrier_id, superseded_at=None, payment_period__gte=on - MOST_LATE
    )
    days = lines.values_list(Coalesce("paid_date", "statement_date", "payment_period"), flat=True)
    return next(iter(days[:1]), None)


stakes.register(yearly)
stakes.register_dangers(endangered)
