"""The reasons of ``policies.risk`` in words, and how each kind of risk looks."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from agencyhub.lib.templatetags.ui import usd
from policies.models import PaymentStatus
from policies.models.risks import Risk

# Kind: tone and icon; the words stand beside them.
LOOKS = {
    Risk.Kind.COVERAGE: ("danger", "alert-circle"),
    Risk.Kind.IN_GRACE: ("warning", "clock"),
    Risk.Kind.PAST_DUE: ("warning", "alert-triangle"),
    Risk.Kind.BINDER_DUE: ("info", "calendar"),
    Risk.Kind.COMMISSION: ("warning", "credit-card"),
    Risk.Kind.UNKNOWN: ("neutral", "help"),
}
# From here on a deadline is written in red.
URGENT_DAYS = 5
# Of a payment: tone and icon.
STATUS_LOOKS = {
    PaymentStatus.UNKNOWN: ("neutral", "help"),
    PaymentStatus.NOT_REQUIRED: ("neutral", "minus"),
    PaymentStatus.BINDER_DUE: ("info", "calendar"),
    PaymentStatus.BINDER_PAST_DUE: ("danger", "alert-circle"),
    PaymentStatus.CURRENT: ("success", "circle-check"),
    PaymentStatus.DUE_SOON: ("info", "calendar"),
    PaymentStatus.PAST_DUE: ("warning", "alert-triangle"),
    PaymentStatus.IN_GRACE: ("warning", "clock"),
    PaymentStatus.PAID_AHEAD: ("success", "circle-check"),
    PaymentStatus.CANCELLED_NONPAY: ("danger", "circle-x"),
    PaymentStatus.TERMINATED_NONPAY: ("danger", "circle-x"),
}  # fmt: skip


def in_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every reason as a sentence in the reader's language."""
    return [_sentence(one) for one in reasons]


def days_left(deadline: date | None, today: date) -> str:
    """How long there is to act, in words."""
    if deadline is None:
        return gettext("No deadline known")
    days = (deadline - today).days
    if days < 0:
        return ngettext("%d day over", "%d days over", -days) % -days
    if days == 0:
        return gettext("Last day")
    return ngettext("%d day left", "%d days left", days) % days


def _sentence(reason: Mapping[str, Any]) -> str:
    values = {
        "deadline": _day(reason.get("deadline")),
        "since": _day(reason.get("since")),
        "said": PaymentStatus(reason["said"]).label if "said" in reason else "",
    }
    words = _WORDS[reason["code"]][0 if values["deadline"] else 1]
    sentence = str(words) % values
    owed = reason.get("owed")
    if not owed:
        return sentence
    return gettext("%(why)s %(owed)s is owed.") % {"why": sentence, "owed": usd(Decimal(owed))}


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%m/%d/%Y}" if text else ""


def _both(words: Any) -> tuple[Any, Any]:
    return words, words


# With a deadline, and without.
_WORDS = {
    "ending": (
        gettext_lazy("The carrier ends the coverage on %(deadline)s because it was not paid."),
        gettext_lazy("The carrier ends the coverage because it was not paid."),
    ),
    "binder_missed": _both(
        gettext_lazy(
            "The initial payment was due by %(deadline)s: without it the coverage never starts."
        )
    ),
    "binder_past_due": (
        gettext_lazy("The initial payment is past due. The carrier takes it until %(deadline)s."),
        gettext_lazy("The initial payment is past due: without it the coverage never starts."),
    ),
    "deadline_passed": _both(
        gettext_lazy(
            "The last day to pay was %(deadline)s: the carrier may end the coverage any day."
        )
    ),
    "grace_ending": _both(
        gettext_lazy("The grace period ends on %(deadline)s, and the coverage with it.")
    ),
    "in_grace": (
        gettext_lazy("In the grace period until %(deadline)s."),
        gettext_lazy("In the grace period; the carrier did not say until when."),
    ),
    "past_due": (
        gettext_lazy("The payment is past due; the last day to pay is %(deadline)s."),
        gettext_lazy("The payment is past due."),
    ),
    "binder_due": (
        gettext_lazy("The initial payment is due by %(deadline)s."),
        gettext_lazy("The initial payment is due."),
    ),
    "stale": _both(
        gettext_lazy(
            "The carrier’s status is out of date (it was “%(said)s”): nobody knows what is due."
        )
    ),
    "not_told": _both(gettext_lazy("The carrier does not say whether money is due.")),
    "agent_ended": _both(
        gettext_lazy("The carrier names no agent of record since %(since)s: commission may stop.")
    ),
    "agent_other": _both(
        gettext_lazy("The carrier names somebody else as agent of record since %(since)s.")
    ),
    "commission_stopped": _both(
        gettext_lazy(
            "The policy is in force, but no commission has come since the month of %(since)s."
        )
    ),
}
