"""Who has paid what, as the carriers know it: of everybody enrolled on any of the sandbox's sites.

Nobody has paid at first: the initial payment is due. A person changes that on the page, and the
next statement tells it, through whichever door.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sandbox import enrolled
from sandbox.carriers.members import carrier_of
from sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS premier_payment (
  policy_number TEXT PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;
"""
NEW, PAID, MISSED, AHEAD, CANCELLED = "new", "paid", "missed", "ahead", "cancelled"
STATES = {
    NEW: "Has not paid yet",
    PAID: "Has paid",
    MISSED: "Has missed a payment",
    AHEAD: "Has paid ahead",
    CANCELLED: "Is cancelled, not paid",
}
COLUMNS = (
    "policy_number", "member_id", "policy_status", "payment_month", "payment_status", "due_date",
    "paid_through_date", "amount_due", "past_due_amount", "grace_period_start_date", "autopay",
)  # fmt: skip
Row = dict[str, object]


@dataclass(frozen=True)
class Account:
    """One policy and how its payments stand."""

    enrolled: enrolled.Enrolled
    state: str

    @property
    def number(self) -> str:
        return self.enrolled.confirmation_number


def accounts(store: Store, carrier: str) -> list[Account]:
    """Every policy of a carrier, in the order of enrollment."""
    known = {row["policy_number"]: row["state"] for row in store.rows(_ALL)}
    return [
        Account(each, known.get(each.confirmation_number, NEW))
        for each in enrolled.every(store)
        if carrier_of(each.carrier) == carrier
    ]


def change(store: Store, number: str, state: str) -> None:
    """Let a policy's payments stand otherwise.

    Raises:
        KeyError: there is no such state.
    """
    if state not in STATES:
        raise KeyError(state)
    with store.transaction() as db:
        db.execute("INSERT OR REPLACE INTO premier_payment VALUES (?, ?)", (number, state))


def statement(store: Store, carrier: str, today: date) -> list[Row]:
    """What a carrier says on a day: of each policy its month, and its first payment."""
    return [row for one in accounts(store, carrier) for row in _rows(one, today)]


def now() -> str:
    """The moment that a statement tells of: no two are the same."""
    return datetime.now(UTC).isoformat()


def _rows(account: Account, today: date) -> Iterator[Row]:
    first = account.enrolled.effective_date
    month = max(first, today).replace(day=1)
    premium = f"{account.enrolled.premium:.2f}"
    status = "Effectuated" if account.state in (PAID, MISSED, AHEAD) else "Pending effectuation"
    base: Row = dict.fromkeys(COLUMNS)
    base |= {"policy_number": account.number, "autopay": False, "policy_status": status}
    binder = base | {"payment_month": f"{first:%Y-%m}", "due_date": first.isoformat()}
    monthly = base | {"payment_month": f"{month:%Y-%m}", "due_date": month.isoformat()}
    if account.state == CANCELLED:
        yield binder | {"policy_status": "Cancelled", "payment_status": "Cancelled for nonpayment"}
        return
    if account.state == NEW:
        late = "Binder past due" if first < today else "Action needed"
        yield binder | {"payment_status": late, "amount_due": premium}
        return
    yield binder | {"payment_status": "Binder paid", "amount_due": "0.00"}
    if account.state == MISSED:
        yield monthly | {
            "payment_status": "Past due",
            "amount_due": premium,
            "past_due_amount": premium,
            "grace_period_start_date": month.isoformat(),
        }
        return
    ahead = account.state == AHEAD
    yield monthly | {
        "payment_status": "Paid ahead" if ahead else "Paid",
        "paid_through_date": _end(_end(month) + timedelta(days=1) if ahead else month).isoformat(),
        "amount_due": "0.00",
        "past_due_amount": "0.00",
    }


def _end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


_ALL = "SELECT policy_number, state FROM premier_payment"
