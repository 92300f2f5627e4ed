"""Carriers' words about payments and policies to ours. Pure.

Source: reference/medicare.md 3.2 and 10.1 (read 2026-11-22). No carrier publishes its list of
words: what is not known here is kept as it is, counts as unknown, and is asked about once.
"""

from typing import Final, NamedTuple

from commissions import statuses


class Meaning(NamedTuple):
    """What words about a payment mean; ``is_binder``: they are about the initial payment."""

    status: str
    is_binder: bool = False


# What words can be said to mean. Their places are kept: new ones come last.
MEANINGS: Final = (
    Meaning("unknown"),
    Meaning("not_required"),
    Meaning("binder_due", is_binder=True),
    Meaning("binder_past_due", is_binder=True),
    Meaning("current"),
    Meaning("due_soon"),
    Meaning("past_due"),
    Meaning("in_grace"),
    Meaning("paid_ahead"),
    Meaning("cancelled_nonpay"),
    Meaning("terminated_nonpay"),
    Meaning("current", is_binder=True),
)
# Compared in lower case, without anything but letters and digits.
_WORDS: Final = {
    Meaning("not_required"): "notrequired nopaymentneeded nopaymentrequired zeropremium",
    Meaning("binder_due", is_binder=True): (
        "actionneeded binderdue binderpaymentdue binderpending firstpaymentdue"
        " initialpaymentdue initialpaymentneeded pendingbinder"
    ),
    Meaning("binder_past_due", is_binder=True): (
        "binderoverdue binderpastdue binderpaymentpastdue initialpaymentpastdue"
    ),
    Meaning("current", is_binder=True): (
        "binderpaid binderpaymentpaid firstpaymentreceived initialpaymentpaid"
        " initialpaymentreceived"
    ),
    Meaning("current"): "current goodstanding nobalance paid paidinfull paymentreceived uptodate",
    Meaning("due_soon"): "billed due duesoon invoiced paymentdue upcoming",
    Meaning("past_due"): "delinquent late overdue pastdue paymentpastdue",
    Meaning("in_grace"): "grace graceperiod ingrace ingraceperiod",
    Meaning("paid_ahead"): "paidahead paidinadvance prepaid",
    Meaning("cancelled_nonpay"): (
        "cancelednonpay cancelednonpayment canceledfornonpayment cancellednonpay"
        " cancellednonpayment cancelledfornonpayment"
    ),
    Meaning("terminated_nonpay"): (
        "lapsed lapsednonpayment terminatednonpay terminatednonpayment terminatedfornonpayment"
    ),
    Meaning("unknown"): "unknown",
}
WORDS: Final = {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
_OF_POLICIES: Final = {
    statuses.ACTIVE: "effectuated",
    statuses.PENDING_TERMINATION: "effectuated",
    statuses.TERMINATED: "terminated",
    statuses.DECEASED: "terminated",
    statuses.CANCELLED: "cancelled",
    statuses.SUBMITTED: "pending",
}


def read_payment(words: str) -> Meaning | None:
    """What a carrier's words about a payment mean; None where nobody knows."""
    return WORDS.get(_plain(words))


def read_policy(words: str) -> str:
    """The meaning of an option that a carrier's words about a policy come down to, or blank."""
    return _OF_POLICIES.get(statuses.WORDS.get(_plain(words), ""), "")


def _plain(words: str) -> str:
    return "".join(one for one in words.lower() if one.isalnum())
