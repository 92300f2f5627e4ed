"""Statements in any order, any number of times, in any parts, and at once: one end state."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.models import Payment, Policy, Standing, Told
from policies.services import payments, repeating
from tests.factories.policies import PolicyFactory, PremierTermFactory, policy_status

pytestmark = pytest.mark.load

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
# Policies know nothing of each other: a statement about eight is as good as four about two.
NUMBERS = tuple(f"A-{number}" for number in range(8))
STATUSES = (
    "current", "past_due", "binder_due", "due_soon", "in_grace", "unknown", "terminated_nonpay",
)  # fmt: skip
LABELS = ("Active", "Terminated", "Cancelled", "Pending")
PAYMENT = [
    *("policy_id", "month", "is_binder", "status", "carrier_status", "due_date", "amount_due"),
    *("paid_through_date", "autopay", "source", "as_of"),
]  # fmt: skip


@st.composite
def _rows(draw):
    """Few months and moments, so that statements about a policy meet."""
    status = draw(st.one_of(st.none(), st.sampled_from(STATUSES)))
    words = draw(st.one_of(st.none(), st.sampled_from((*LABELS, "Zorp"))))
    return {
        "policy_number": draw(st.sampled_from(NUMBERS)),
        "as_of": FIRST + timedelta(days=draw(st.integers(0, 3))),
        "month": date(2026, draw(st.integers(9, 11)), 1),
        "is_binder": status == "binder_due",
        "status": status,
        "carrier_status": draw(st.sampled_from(("One", "Other"))),
        "amount_due": draw(st.sampled_from((None, Decimal("5.00"), Decimal("28.50")))),
        "paid_through_date": draw(st.sampled_from((None, date(2026, 9, 30), date(2026, 10, 31)))),
        "policy_status": words,
        "termination_date": draw(st.sampled_from((None, date(2026, 10, 31)))),
    }


def _told(carrier, rows) -> None:
    known = {label: policy_status(label).pk for label in LABELS}
    full = [
        {"row": at, "policy_status_id": known.get(row["policy_status"]), **row}
        for at, row in enumerate(rows)
    ]
    if full:
        schema = {name: dtype for name, dtype in payments.ROWS.items() if name in full[0]}
        frame = pl.DataFrame(full, schema=schema)
        payments.apply(frame, carrier_id=carrier.pk, source=Told.Source.PUSH, at=AT)


def _state():
    policy_ids = Policy.objects.values_list("pk", flat=True)
    repeating.settle(pl.Series(list(policy_ids), dtype=pl.Int64))
    standings = [one.name for one in Standing._meta.fields if one.name != "digest"]
    return (
        sorted(Payment.objects.values_list(*PAYMENT), key=repr),
        sorted(Standing.objects.values_list(*standings), key=repr),
        list(Policy.objects.order_by("pk").values_list("status__label", "termination_date")),
    )


def _after(carrier, *parts, forgets=False):
    """The state after some statements; then everything is as before.

    Who ``forgets`` what was said last compares each month with what is known of it.
    """
    with transaction.atomic():
        for part in parts:
            _told(carrier, part)
            if forgets:
                Standing.objects.update(digest=None)
        state = _state()
        transaction.set_rollback(True)
    return state


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(_rows(), min_size=12, max_size=40), data=st.data())
def test_statements_end_the_same_in_any_order(premier, rows, data):
    shuffled = data.draw(st.permutations(rows))
    backwards = rows[::-1]
    half = data.draw(st.integers(0, len(rows)))

    expected = _after(premier, rows)

    assert _after(premier, rows, rows) == expected
    assert _after(premier, shuffled[:half], shuffled[half:]) == expected
    assert _after(premier, *(backwards[at : at + 4] for at in range(0, len(rows), 4))) == expected
    assert _after(premier, shuffled[half:], rows[:half], shuffled) == expected


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(days=st.lists(st.lists(_rows(), min_size=4, max_size=20), min_size=1, max_size=2))
def test_statements_said_again_end_as_if_each_month_were_compared(premier, days):
    parts = [
        [{**row, "as_of": FIRST + timedelta(days=later + at)} for row in rows]
        for at, rows in enumerate(days)
        for later in (0, 2, 2, 4)
    ]

    assert _after(premier, *parts) == _after(premier, *parts, forgets=True)


@pytest.fixture
def premier(db):
    """A Premier Partner with policies that nobody has told a last day of."""
    carrier = PremierTermFactory().carrier
    for number in NUMBERS:
        PolicyFactory(carrier=carrier, policy_number=number)
    return carrier


@pytest.mark.django_db(transaction=True)
def test_two_feeds_at_once_end_the_same(default_options):
    carrier = PremierTermFactory().carrier
    for number in range(40):
        PolicyFactory(carrier=carrier, policy_number=f"B-{number}")
    early = [_row(number, FIRST, "past_due", "Terminated") for number in range(40)]
    late = [_row(number, FIRST + timedelta(days=1), "current", "Active") for number in range(40)]
    gate = threading.Barrier(4, timeout=60)
    failures = []

    def feed(rows) -> None:
        try:
            gate.wait()
            for start in range(0, 40, 10):
                _told(carrier, rows[start : start + 10])
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=feed, args=(rows,))
        for rows in (early, late, early[::-1], late[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert not failures
    assert set(Payment.objects.values_list("status", "as_of")) == {
        ("current", FIRST + timedelta(days=1))
    }
    assert Payment.objects.count() == Standing.objects.count() == 40
    assert set(Policy.objects.values_list("status__label", flat=True)) == {"Active"}


def _row(number, as_of, status, label):
    return {
        "policy_number": f"B-{number}", "as_of": as_of, "month": date(2026, 11, 1),
        "is_binder": False, "status": status, "carrier_status": status, "amount_due": None,
        "paid_through_date": None, "policy_status": label, "termination_date": None,
    }  # fmt: skip
