"""Carriers' words to ours."""

import pytest

from integrations.premier.mapping import MEANINGS, WORDS, Meaning, read_payment, read_policy
from policies.models import PaymentStatus


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Paid", Meaning("current")),
        ("paid in full", Meaning("current")),
        ("Past Due", Meaning("past_due")),
        ("PAST-DUE", Meaning("past_due")),
        ("Action needed", Meaning("binder_due", is_binder=True)),
        ("Binder past due", Meaning("binder_past_due", is_binder=True)),
        ("Binder paid", Meaning("current", is_binder=True)),
        ("In grace period", Meaning("in_grace")),
        ("Paid ahead", Meaning("paid_ahead")),
        ("Upcoming", Meaning("due_soon")),
        ("No payment needed", Meaning("not_required")),
        ("Cancelled for non-payment", Meaning("cancelled_nonpay")),
        ("Lapsed", Meaning("terminated_nonpay")),
        ("Unknown", Meaning("unknown")),
        ("Zorp", None),
        ("", None),
    ],
)
def test_read_payment_knows_the_usual_words(words, meaning):
    assert read_payment(words) == meaning


@pytest.mark.parametrize("status", PaymentStatus.values)
def test_read_payment_knows_every_status_of_ours(status):
    assert (
        WORDS.get(status.replace("_", "")) is None
        or WORDS[status.replace("_", "")].status == status
    )


def test_every_status_can_be_said_to_be_meant():
    assert {one.status for one in MEANINGS} == set(PaymentStatus.values)
    assert set(WORDS.values()) <= set(MEANINGS)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Effectuated", "effectuated"),
        ("Active Policy", "effectuated"),
        ("pending_effectuation", "pending"),
        ("Terminated", "terminated"),
        ("Cancelled", "cancelled"),
        ("Deceased", "terminated"),
        ("Zorp", ""),
    ],
)
def test_read_policy_comes_down_to_the_meaning_of_an_option(words, meaning):
    assert read_policy(words) == meaning
