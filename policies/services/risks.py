"""Policies at risk: opened, changed and closed as what is known about them changes."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from psycopg import sql

from agencyhub.imports.engine import frames
from agencyhub.lib.db import AnyOf
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies import risk, stakes
from policies.models import Policy, Risk, Standing
from policies.risk import Closed, Facts, Reason
from policies.selectors import premier

PIECE = 2_000
# For more policies it costs less to ask for all that may be at risk.
MANY = 10_000
FIELDS = (
    "kind", "severity", "reasons", "deadline", "premium_at_stake", "commission_at_stake",
    "commission_as_of", "as_of",
)  # fmt: skip
_READ = (
    "pk", "carrier_id", "premium", "termination_date", "status__meaning",
    "subscriber__deceased_date", "standing__status", "standing__is_binder", "standing__stale_at",
    "standing__month", "standing__deadline", "standing__grace_start_date",
    "standing__past_due_amount", "standing__amount_due", "standing__as_of",
)  # fmt: skip
# One statement for all rows of a piece; values are read as the types of their columns.
_FOUND = sql.SQL(
    "jsonb_to_recordset(%s::jsonb) AS found (id bigint, policy_id bigint, kind text,"
    " severity smallint, reasons jsonb, deadline date, premium_at_stake numeric,"
    " commission_at_stake numeric, commission_as_of date, as_of timestamptz,"
    " opened_at timestamptz)"
)
_OPEN = sql.SQL(
    "INSERT INTO policies_risk ({names}, policy_id, opened_at, outcome, outcome_reason)"
    " SELECT {names}, policy_id, opened_at, '', '' FROM {found}"
    " ON CONFLICT (policy_id) WHERE closed_at IS NULL DO NOTHING RETURNING policy_id"
).format(names=frames.names(FIELDS), found=_FOUND)
_CHANGE = sql.SQL("UPDATE policies_risk AS r SET {sets} FROM {found} WHERE r.id = found.id").format(
    sets=sql.SQL(", ").join(
        sql.SQL("{0} = found.{0}").format(sql.Identifier(one)) for one in FIELDS
    ),
    found=_FOUND,
)
_SUMMARY = "Policies at risk looked at"


def refresh(*, policy_ids: Collection[int] | None, at: datetime) -> int:
    """Bring the risks of policies up to date; answer how many were opened, changed or closed.

    ``None`` means every policy whose risk may have changed because time passed. A risk whose
    reasons are gone closes as passed by itself. What a person said about a policy stays until
    something newer contradicts it. A second run changes nothing. Inside a transaction this is part
    of it, and other runs wait for what it holds.
    """
    if policy_ids is None:
        due = _due(at)
    elif len(policy_ids) > MANY:
        due = _due(at).intersection(policy_ids)
    else:
        due = _due(at, among=policy_ids)
    return sum(_refresh(piece, at=at) for piece in _pieces(due))


def refresh_endangered(*, at: datetime) -> int:
    """Look at every policy whose commission is at risk: statements tell that, not the clock."""
    found = stakes.dangers(None, on=timezone.localdate(at))
    return sum(_refresh(piece, at=at) for piece in _pieces(found))


def _pieces(policy_ids: Iterable[int]) -> list[list[int]]:
    ordered = sorted(set(policy_ids))
    return [ordered[at : at + PIECE] for at in range(0, len(ordered), PIECE)]


def _due(at: datetime, *, among: Collection[int] | None = None) -> set[int]:
    """Policies of which payments may be a reason, or that have an open risk to close."""
    is_open = Q(status__in=risk.OPEN_STATUSES) | Q(stale_at__lte=at)
    standings, risks = Standing.objects.filter(is_open), Risk.objects.open()
    if among is not None:
        standings = standings.filter(AnyOf("pk", among))
        risks = risks.filter(AnyOf("policy", among))
    return {*standings.values_list("pk", flat=True), *risks.values_list("policy_id", flat=True)}


@dataclass
class _Changes:
    """What one piece of a run writes: rows of ``FIELDS`` beside their keys, and keys to close."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.opened) + len(self.changed) + len(self.closed)


def _refresh(policy_ids: Sequence[int], *, at: datetime) -> int:
    """Look at some policies; those for whom somebody else opened a risk meanwhile once more."""
    written, left = 0, policy_ids
    with transaction.atomic():
        while left:
            changes = _plan(left, at=at)
            if not len(changes):
                break
            with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=_SUMMARY):
                left = _write(changes, at=at)
            written += len(changes) - len(left)
    return written


def _plan(policy_ids: Sequence[int], *, at: datetime) -> _Changes:
    """Compare what is with what should be, holding both sides until the transaction ends."""
    standings = Standing.objects.filter(AnyOf("pk", policy_ids)).order_by("pk")
    list(standings.select_for_update(no_key=True).values_list("pk"))
    held = Risk.objects.open().filter(AnyOf("policy", policy_ids)).order_by("pk")
    rows = held.select_for_update().values("pk", "policy_id", *FIELDS)
    is_open = {row["policy_id"]: row for row in rows}
    today = timezone.localdate(at)
    facts = _facts(policy_ids, at=at, today=today)
    at_risk = {pk: found for pk, one in facts.items() if (found := risk.reasons_of(one, today))}
    said = _said(at_risk)
    worth = stakes.of(list(at_risk), on=today)
    changes = _Changes()
    for pk, reasons in at_risk.items():
        as_of = _newest(facts[pk])
        values = _values(reasons, facts[pk], worth.get(pk), as_of)
        known = is_open.get(pk)
        if known is not None:
            if _differs(known, values):
                changes.changed.append({"id": known["pk"], **values})
        elif pk not in said or not risk.stands(said[pk], reasons, as_of):
            changes.opened.append({"policy_id": pk, "opened_at": at, **values})
    changes.closed += [known["pk"] for pk, known in is_open.items() if pk not in at_risk]
    return changes


def _facts(policy_ids: Sequence[int], *, at: datetime, today: date) -> dict[int, Facts]:
    monthly = premier.premier_carrier_ids(on=today)
    endangered = stakes.dangers(policy_ids, on=today)
    rows = Policy.objects.filter(AnyOf("pk", policy_ids)).values_list(*_READ, named=True)
    return {
        row.pk: Facts(
            has_ended=_has_ended(row, today),
            is_told_monthly=row.carrier_id in monthly,
            premium=row.premium,
            termination_date=row.termination_date,
            status=row.standing__status or "",
            is_binder=bool(row.standing__is_binder),
            is_stale=bool(row.standing__stale_at and row.standing__stale_at <= at),
            month=row.standing__month,
            deadline=row.standing__deadline,
            grace_start_date=row.standing__grace_start_date,
            owed=row.standing__past_due_amount or row.standing__amount_due,
            as_of=row.standing__as_of,
            danger=endangered.get(row.pk),
        )
        for row in rows
    }


def _has_ended(row: Any, today: date) -> bool:
    """Cancelled, terminated or lapsed, past its last day, or of somebody who died."""
    is_over = row.termination_date is not None and row.termination_date < today
    return is_over or row.status__meaning in risk.ENDED or row.subscriber__deceased_date is not None


def _newest(facts: Facts) -> datetime | None:
    """As of when the newest of the facts behind a risk is known."""
    days = [facts.as_of] if facts.as_of else []
    if facts.danger:
        midnight = datetime.combine(facts.danger.as_of, datetime.min.time())
        days.append(timezone.make_aware(midnight))
    return max(days, default=None)


def _values(
    reasons: Sequence[Reason], facts: Facts, stake: stakes.Stake | None, as_of: datetime | None
) -> dict[str, Any]:
    worst = reasons[0]
    return {
        "kind": worst.kind,
        "severity": worst.severity,
        "reasons": [one.as_json() for one in reasons],
        "deadline": worst.deadline,
        "premium_at_stake": facts.premium,
        "commission_at_stake": stake.yearly if stake else None,
        "commission_as_of": stake.as_of if stake else None,
        "as_of": as_of,
    }


def _differs(known: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether more than the moment differs: a statement that repeats itself is no change."""
    return any(known[name] != values[name] for name in FIELDS if name != "as_of")


def _said(policy_ids: Collection[int]) -> dict[int, Closed]:
    """What was said last about policies, by people or by their scripts."""
    rows = Risk.objects.filter(AnyOf("policy", policy_ids), outcome__in=risk.SAID)
    last = rows.order_by("policy_id", "-closed_at", "-pk").distinct("policy_id")
    columns = ("policy_id", "outcome", "closed_at", "reasons")
    return {pk: Closed(*words) for pk, *words in last.values_list(*columns)}


def _write(changes: _Changes, *, at: datetime) -> list[int]:
    """Write, and answer the policies for whom somebody else has opened a risk meanwhile."""
    if changes.closed:
        closed = Risk.objects.filter(AnyOf("pk", changes.closed))
        closed.update(closed_at=at, outcome=Risk.Outcome.PASSED)
    with connection.cursor() as cursor:
        if changes.changed:
            cursor.execute(_CHANGE, [_json(changes.changed)])
        if not changes.opened:
            return []
        cursor.execute(_OPEN, [_json(changes.opened)])
        opened = {pk for (pk,) in cursor.fetchall()}
    return [row["policy_id"] for row in changes.opened if row["policy_id"] not in opened]


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, cls=DjangoJSONEncoder)
