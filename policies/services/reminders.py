"""Reminding clients of their initial payment, in their agent's name."""

from datetime import datetime

from agencyhub.lib.phones import format_phone
from agencyhub.mailing import letters, unsubscribing
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import outbox
from agencyhub.mailing.services.outbox import Written
from policies import reminding
from policies.mails import REMINDER
from policies.selectors.reminders import Case, Reader


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
    if OutgoingMail.objects.filter(dedupe_key=key).exists():
        return None
    return outbox.write(
        kind=REMINDER,
        dedupe_key=key,
        letter=_letter(case, step=step),
        at=at,
        expires_at=reminding.leaves_until(case.facts, at),
    )


def _letter(case: Case, *, step: int | None) -> outbox.Letter:
    person, agent, policy = case.individual, case.agent, case.standing.policy
    assert agent is not None  # noqa: S101 - nobody is reminded without one
    context = {
        "person": person,
        "agent": agent,
        "carrier": policy.carrier,
        "carrier_phone": format_phone(policy.carrier.phone),
        "deadline": case.standing.deadline,
        "days": step,
        "as_of": case.standing.as_of,
        "signature": case.signature,
        "unsubscribe_url": unsubscribing.link(address=person.email, kind=REMINDER.key),
    }
    texts = letters.render(
        "binder_reminder", context, language=person.language, zone=case.facts.zone
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
        },
    )
