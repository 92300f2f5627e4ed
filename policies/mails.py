"""The kinds of mail about payments, and what is asked before each leaves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.mailing import clock, kinds
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.models import OutgoingMail
from policies import reminding
from policies.models import Policy, Standing
from policies.selectors.digests import SEE_RISKS, wish_of
from policies.selectors.reminders import Reader


def digest_still_wanted(outgoing: OutgoingMail, at: datetime) -> str:
    """A digest is of one day, for somebody who still works here and still wants it.

    Everything that it tells of has to be within its reader's reach at this moment, too, and the
    board of the calls that it counts.
    """
    user = outgoing.user
    if user is None or not user.is_active:
        return "reader_left"
    if user.email.lower() != outgoing.to.lower():
        return "address_changed"
    if not mail.mail_settings().sends_digests:
        return "agency_off"
    wish = wish_of(user)
    if not wish.is_on:
        return "switched_off"
    if clock.local(at, wish.zone).date() != date.fromisoformat(outgoing.facts["day"]):
        return "other_day"
    return "" if _reaches(user, outgoing.facts) else "out_of_reach"


def _reaches(user: User, facts: Mapping[str, Any]) -> bool:
    """Whether a reader sees every policy that a digest tells of, and the board of its calls."""
    if facts.get("calls") and not user.has_perm(SEE_RISKS):
        return False
    told = {int(pk) for pk in facts["told"]}
    return Policy.objects.visible_to(user).filter(pk__in=told).count() == len(told)


def reminder_still_wanted(outgoing: OutgoingMail, at: datetime) -> str:
    """Everything that was asked before the reminder was written, of what is known now.

    The standing stays locked until the mail server has the mail: a statement that says "paid" has
    either been seen here, or waits until the client has been written to.
    """
    policy_id = outgoing.facts["policy"]
    Standing.objects.select_for_update().filter(pk=policy_id).first()
    case = Reader(kind=outgoing.kind, at=at).find(policy_id)
    if case is None:
        return "not_needed"
    if case.individual.email.lower() != outgoing.to.lower():
        return "address_changed"
    deadline = case.standing.deadline
    if deadline is None or deadline.isoformat() != outgoing.facts["deadline"]:
        return "deadline_changed"
    reason = reminding.refusal(case.facts, at)
    if reason:
        return reason
    told = outgoing.facts.get("days", outgoing.facts["step"])
    return "" if reminding.days_left(case.facts, at) == told else "other_day"


DIGEST = kinds.register(
    kinds.Kind(
        "agent_digest",
        _("Daily digest to agents"),
        digest_still_wanted,
        {
            "reader_left": _("Its reader no longer works here."),
            "agency_off": _("The agency has switched digests off."),
            "switched_off": _("Its reader has switched the digest off."),
            "other_day": _("Its day is over."),
            "address_changed": _("Its reader has another address by now."),
            "out_of_reach": _("Its reader no longer sees something that it tells of."),
        },
    )
)
REMINDER = kinds.register(
    kinds.Kind(
        "binder_reminder",
        _("Reminder of the initial payment"),
        reminder_still_wanted,
        {
            "agency_off": _("The agency has switched reminders off."),
            "no_agent": _("The policy has no active agent in whose name to write."),
            "agent_off": _("The agent has switched reminders off."),
            "not_needed": _("The initial payment is no longer due."),
            "ended": _("The policy is cancelled or has ended."),
            "archived": _("The individual is no longer a client."),
            "silent": _("The individual is not to be written to."),
            "free": _("There is nothing to pay."),
            "stale": _("What is known of the payment is too old."),
            "not_todays": _("The carrier has not reported today's status."),
            "no_address": _("The individual has no email address."),
            "other_day": _("Its day is over."),
            "quiet": _("It is too late or too early in the day."),
            "address_changed": _("The individual's address has changed since."),
            "deadline_changed": _("The deadline has changed since."),
        },
    )
)
