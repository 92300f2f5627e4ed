"""Expected pay in words: what to do about each state, and each step of "why this amount?"."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.states import STATES
from commissions.expected import disputes, states
from commissions.expected.types import Step

NEXT_STEPS: Mapping[str, Any] = {
    states.NOT_DUE: _("Nothing yet."),
    states.DUE: _("Wait for the carrier’s next statement."),
    states.PAID: _("Nothing: it is settled."),
    states.SHORT: _("Ask the carrier for the rest; a true-up may be on its way."),
    states.OVER: _("Check the rate and the terms. What is too much may be taken back."),
    states.LATE_30: _("Look for the line among those without an application, then wait."),
    states.LATE_60: _("Ask the carrier where it is."),
    states.LATE_90: _("Dispute it with the carrier."),
    states.CHARGEBACK_EXPECTED: _("Keep the amount ready: the carrier will take it back."),
    states.CHARGEBACK_UNEXPECTED: _("Ask the carrier why, or enter the last covered day."),
    states.ZERO_BY_CONTRACT: _("Nothing: the terms pay nothing for it."),
    states.NO_RATE: _("Enter what is missing; the amount follows automatically."),
}
# The same in a few words, for lists.
ACTIONS: Mapping[str, Any] = {
    states.NOT_DUE: _("Nothing yet"),
    states.DUE: _("Wait for the statement"),
    states.PAID: _("Settled"),
    states.SHORT: _("Ask for the rest"),
    states.OVER: _("Check rate and terms"),
    states.LATE_30: _("Look for the line"),
    states.LATE_60: _("Ask the carrier"),
    states.LATE_90: _("Dispute it"),
    states.CHARGEBACK_EXPECTED: _("Keep it ready"),
    states.CHARGEBACK_UNEXPECTED: _("Ask the carrier why"),
    states.ZERO_BY_CONTRACT: _("Nothing to do"),
    states.NO_RATE: _("Enter what is missing"),
}
# What to do about a dispute that the carrier has.
DISPUTED: Mapping[str, Any] = {
    disputes.IN_RECONCILIATION: _("Wait for the carrier’s answer"),
    disputes.LATE_PAYMENT: _("Look for it on the next statement"),
    disputes.ACCEPTED_PENDING: _("Look for the payment on the next statement"),
}
ASK_AGAIN = _("Ask again: no answer for %(days)s days")
# Carriers answer within a month, or not at all.
PATIENCE_DAYS = 30
# Each takes the values of its step.
_STEPS: Mapping[str, Any] = {
    "new_to_medicare": _("New to Medicare, as the application says: the initial rate."),
    "unlike_plan": _("Came from another kind of plan: the initial rate, by the months left."),
    "similar_plan": _("Came from a similar plan: the renewal rate from the first month."),
    "part_b_began": _("Part B began within three months before: the initial rate."),
    "carrier_says_initial": _("The carrier classed its first line as initial."),
    "not_new": _("Not new to Medicare, as the application says: the renewal rate."),
    "nothing_known": _("The plan before is not known: the renewal rate until a true-up."),
    "later_year": _("A later year: the renewal rate."),
    "first_year_of_policy": _("First year of the policy."),
    "later_year_of_policy": _("A later year of the policy."),
    "rate_initial": _("CMS maximum of %(year)s, initial, %(state)s"),
    "rate_renewal": _("CMS maximum of %(year)s, renewal, %(state)s"),
    "premium": _("Monthly premium"),
    "percent": _("The carrier pays %(percent)s percent of it, rounded to the cent"),
    "months_left": _("For %(months)s of 12 months, rounded to the cent"),
    "whole_year": _("The whole year: the terms do not pay by the months left"),
    "month_of_year": _(
        "One of 12 months: what is earned by the end of month %(month)s less what was before,"
        " so that the year adds up to the cent"
    ),
    "years_over": _("Year %(year)s of the policy: the terms pay for %(years)s years"),
    "no_rate": _("No rate is entered for %(state)s in %(year)s."),
    "no_state": _("The individual’s state is not known, and rates differ by state."),
    "no_premium": _("The premium of the policy is not known."),
    "rapid": _("Left in month %(months)s: whoever leaves within three months earns nothing"),
    "left_later": _("Covered %(months)s of %(of)s months: the rest is not earned"),
    "taken_back": _("To be taken back: what was paid beyond that, never more"),
    "reversed": _("Paid twice and taken back once, which settles itself"),
    "nothing_to_take": _("Nothing was to be taken back."),
    "never_effective": _("The policy never took effect."),
    "before_first": _("The month lies before the first covered day."),
    "after_last": _("The month lies after the last covered day."),
    "ahead": _("The month is paid ahead of time."),
}
TRUE_UP = _(
    "What was paid is the renewal rate. Carriers pay that first, and the rest as a true-up 4 to 6"
    " weeks later: %(amount)s is to come."
)


def in_words(step: Step) -> str:
    """One step in the reader's language."""
    values: dict[str, Any] = dict(step.values)
    if "state" in values:
        named = dict(STATES).get(str(values["state"]))
        values["state"] = named or gettext("states without their own rate")
    return str(_STEPS[step.code]) % values


def month_words(month: date, through: date) -> str:
    """The month of a row, or its first and its last one."""
    return f"{month:%m/%Y}" if month == through else f"{month:%m/%Y} – {through:%m/%Y}"


def next_action(state: str, dispute: str, since: datetime | None, today: date) -> Any:
    """What to do next about a month of the ledger, in a few words.

    ``dispute`` is the state of its dispute since ``since``; blank and None without one.
    """
    if dispute in disputes.CLOSED:
        return _("Nothing: the dispute is closed")
    if dispute in DISPUTED:
        days = (today - timezone.localdate(since)).days if since else 0
        return ASK_AGAIN % {"days": days} if days > PATIENCE_DAYS else DISPUTED[dispute]
    return ACTIONS[state]
