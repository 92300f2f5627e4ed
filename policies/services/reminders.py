"""Reminding clients of their initial payment, in their agent's name."""

from datetime import datetime

from django.db.models import Q

from agencyhub.lib.phones import format_phone
from agencyhub.mailing import letters, unsubscribing
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import outbox
from agencyhub.mailing.services.outbox import Written
from policies import reminding
from policies.mails import REMINDER
from policies.selectors.reminders import Case, Reader

# Held back for the day, not for good: the next days make up for it.
_NEVER_LEFT = Q(
    state=OutgoingMail.State.SUPPRESSED,
    reason__in=("too_late", "other_day", "quiet", "stale", "not_todays"),
)


def write_due(*, at: datetime) -> Written:
    """Write the reminders of this moment: one per policy, deadline and step, however often run."""
    written = Written()
    for case in Reader(kind=REMINDER.key, at=at).due():
        reason = reminding.refusal(case.facts, at)
        if not reason:
            mail = _write(case, at=at)
            if mail:
                written.mails.append(mail.pk)
            reason = "" if mail else "written_before"
        if reason:
            written.left_out[reason] += 1
    return written


def _write(case: Case, *, at: datetime) -> OutgoingMail | None:
    step = reminding.step_on(case.facts, at)
    deadline = case.standing.deadline
    key = f"{REMINDER.key}:{case.standing.pk}:{deadline:%Y%m%d}:{step}"
    keys = [key, *(f"{key}:{late}" for late, one in reminding.STEP_OF.items() if one == step)]
    if OutgoingMail.objects.filter(dedupe_key__in=keys).exclude(_NEVER_LEFT).exists():
        return None
    left = reminding.days_left(case.facts, at)
    if left != step:  # what never left on its own day stays in the outbox as it is
        key = f"{key}:{left}"
    return outbox.write(
        kind=REMINDER,
        dedupe_key=key,
        letter=_letter(case, step=step, left=left),
        at=at,
        expires_at=reminding.leaves_until(case.facts, at),
    )


def _letter(case: Case, *, step: int | None, left: int | None) -> outbox.Letter:
    person, agent, policy = case.individual, case.agent, case.standing.policy
    assert agent is not None  # noqa: S101 - nobody is reminded without one
    context = {
        "person": person,
        "agent": agent,
        "carrier": policy.carrier,
        "carrier_phone": format_phone(policy.carrier.phone),
        "deadline": case.standing.deadline,
        "days": left,
        "as_of": case.standing.as_of,
        "signature": case.signature,
        "unsubscribe_url": unsubscribing.link(address=person.email, kind=REMINDER.key),
    }
    texts = letters.render(
        "binder_reminder", context, language=person.language, zone=case.facts.zones[0]
    )
    return outbox.Letter(
        to=person.email,
        language=person.language,
        subject=texts.subject,
        text=texts.text,
        html=texts.html,
        from_name=agent.full_name,
        reply_to=agent.email or (agent.user.email if agent.user else ""),
        user=agent.user,
        individual_id=person.pk,
        facts={
            "policy": policy.pk,
            "deadline": case.standing.deadline.isoformat() if case.standing.deadline else None,
            "step": step,
            "days": left,
        },
    )
