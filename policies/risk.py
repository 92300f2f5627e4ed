"""Why a policy may be lost on a day: pure rules over what is known about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

COVERAGE, IN_GRACE, PAST_DUE = "coverage", "in_grace", "past_due"
BINDER_DUE, COMMISSION, UNKNOWN = "binder_due", "commission", "unknown"
# The gravest first: what a board sorts by.
SEVERITY = {
    COVERAGE: 1, IN_GRACE: 2, PAST_DUE: 3, BINDER_DUE: 4, COMMISSION: 5, UNKNOWN: 6,
}  # fmt: skip
ENDS_SOON_DAYS = 30
BINDER_DAYS = 15
# Carriers post payments late: for so long a repeated "unpaid" is no news to who wrote "saved".
POSTED_WITHIN = timedelta(days=3)
# What a standing can say that puts a policy at risk; the others never do.
OPEN_STATUSES = (
    "unknown", "binder_due", "binder_past_due", "past_due", "in_grace", "terminated_nonpay",
)  # fmt: skip
# Meanings of a policy's status that leave nothing to save.
ENDED = ("cancelled", "terminated", "lapsed")
SAVED, LOST = "saved", "lost"
# What somebody says of a risk; everything else passes by itself.
SAID = (SAVED, LOST)


@dataclass(frozen=True)
class Danger:
    """Why the commission of a policy is at risk: a code, since when, and as of when it is known."""

    code: str
    since: date
    as_of: date


@dataclass(frozen=True)
class Facts:
    """What is known about one policy.

    ``status`` is where its payments stand (blank: nobody ever told), ``is_told_monthly`` whether
    the carrier tells every month's payment by itself; of other carriers only the initial payment
    counts. ``has_ended`` says that there is nothing left to save.
    """

    has_ended: bool = False
    is_told_monthly: bool = True
    premium: Decimal | None = None
    termination_date: date | None = None
    status: str = ""
    is_binder: bool = False
    is_stale: bool = False
    month: date | None = None
    deadline: date | None = None
    grace_start_date: date | None = None
    owed: Decimal | None = None
    as_of: datetime | None = None
    danger: Danger | None = None


@dataclass(frozen=True)
class Reason:
    """One reason: its code, the kind of risk it makes, its last day, and values for its words."""

    code: str
    kind: str
    deadline: date | None = None
    values: dict[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> int:
        return SEVERITY[self.kind]

    def as_json(self) -> dict[str, Any]:
        """What is kept of it; ``policies.reasons`` puts it into words."""
        kept = {"code": self.code, **self.values}
        return kept | {"deadline": self.deadline.isoformat()} if self.deadline else kept


@dataclass(frozen=True)
class Closed:
    """What a person said about an earlier risk of the policy."""

    outcome: str
    closed_at: datetime
    reasons: Sequence[dict[str, Any]]


def reasons_of(facts: Facts, today: date) -> tuple[Reason, ...]:
    """Every reason why the policy is at risk on ``today``: the gravest first, then the soonest.

    What ended, and what costs nothing, is never at risk of payment. A stale statement says nothing
    but that nobody knows.
    """
    if facts.has_ended:
        return ()
    found = [one for one in (_of_payment(facts, today), _of_commission(facts)) if one]
    return tuple(sorted(found, key=lambda one: (one.severity, one.deadline or date.max)))


def _of_payment(facts: Facts, today: date) -> Reason | None:
    is_told = facts.is_told_monthly or facts.is_binder
    if not facts.status or not is_told or facts.premium == 0 or facts.status == "not_required":
        return None
    if facts.is_stale:
        return Reason("stale", UNKNOWN, values={"said": facts.status})
    if facts.status == "terminated_nonpay":
        return _ending(facts, today)
    build = _BUILDERS.get(facts.status)
    return build(facts, today) if build else None


def _ending(facts: Facts, today: date) -> Reason | None:
    """The carrier ends it for non-payment, but has not yet."""
    last = facts.termination_date
    return Reason("ending", COVERAGE, last, _owed(facts)) if last and last >= today else None


def _not_told(_facts: Facts, _today: date) -> Reason:
    return Reason("not_told", UNKNOWN)


def _binder(facts: Facts, today: date) -> Reason | None:
    last = facts.deadline
    if last and last < today:
        return Reason("binder_missed", COVERAGE, last, _owed(facts))
    if facts.status == "binder_past_due":
        return Reason("binder_past_due", COVERAGE, last, _owed(facts))
    if last and (last - today).days > BINDER_DAYS:
        return None
    return Reason("binder_due", BINDER_DUE, last, _owed(facts))


def _late(facts: Facts, today: date) -> Reason:
    last = facts.deadline
    values = _owed(facts)
    if facts.grace_start_date:
        values["since"] = facts.grace_start_date.isoformat()
    if last and last < today:
        return Reason("deadline_passed", COVERAGE, last, values)
    if facts.status == "past_due":
        return Reason("past_due", PAST_DUE, last, values)
    if last and (last - today).days <= ENDS_SOON_DAYS:
        return Reason("grace_ending", COVERAGE, last, values)
    return Reason("in_grace", IN_GRACE, last, values)


_BUILDERS = {
    "unknown": _not_told,
    "binder_due": _binder,
    "binder_past_due": _binder,
    "past_due": _late,
    "in_grace": _late,
}


def _owed(facts: Facts) -> dict[str, str]:
    values = {"owed": f"{facts.owed:.2f}"} if facts.owed else {}
    return values | ({"month": facts.month.isoformat()} if facts.month else {})


def _of_commission(facts: Facts) -> Reason | None:
    danger = facts.danger
    if danger is None:
        return None
    values = {"since": danger.since.isoformat(), "as_of": danger.as_of.isoformat()}
    return Reason(danger.code, COMMISSION, values=values)


def stands(closed: Closed, reasons: Sequence[Reason], as_of: datetime | None) -> bool:
    """Whether what a person said about a policy still holds against ``reasons``, as of ``as_of``.

    Nothing older than their word contradicts it. Afterwards something else does: another kind of
    risk, another month, another day. The same said once more contradicts "saved" when a payment
    would have been posted by then, and "lost" never.
    """
    if as_of is None or as_of <= closed.closed_at:
        return True
    before = {_identity(one) for one in closed.reasons}
    if any(_identity(one.as_json()) not in before for one in reasons):
        return False
    return closed.outcome == LOST or as_of <= closed.closed_at + POSTED_WITHIN


def _identity(reason: dict[str, Any]) -> tuple[Any, ...]:
    """What makes it another risk; what is owed may change without making one."""
    return reason.get("code"), reason.get("month"), reason.get("deadline"), reason.get("since")
