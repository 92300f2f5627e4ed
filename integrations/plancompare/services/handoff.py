"""Sending a record to PlanCompare: the checks before, and the trace it leaves."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import UnreadableSecretError, blind_index
from agencyhub.lib.db import lock_keys
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual, SalesRecord
from integrations.plancompare import links, payload, selectors
from integrations.plancompare.models import Handoff, QuotingLink

PURPOSE = "plancompare.handoff"


class HandoffRefusedError(DomainError):
    """The record cannot be sent now; the message says what to do first."""

    code = "plancompare_handoff_refused"


@dataclass(frozen=True)
class Outgoing:
    """What the browser posts to PlanCompare: nothing of it belongs in an address or a log."""

    sso_url: str
    origin: str
    fields: list[tuple[str, str]]
    handoff: Handoff


def record_handoff(
    *, record: Individual | SalesRecord, link_id: int | None, user: User, as_of: date
) -> Outgoing:
    """Check everything again, note the hand-off, and answer what to post where.

    Sending again carries the same record id, so PlanCompare updates the same beneficiary. The
    trace holds keyed digests, never values.

    Raises:
        HandoffRefusedError: not allowed, a link that does not work today, an MBI that cannot be
            opened, or a ZIP code that PlanCompare cannot read.
    """
    sending = selectors.can_send(user, on=as_of)
    if not sending.allowed:
        raise HandoffRefusedError(sending.reason)
    chosen = _choose(sending, link_id)
    link = QuotingLink.objects.get(pk=chosen.pk)
    try:
        built = selectors.payload_of(record, sending=sending, link=chosen, as_of=as_of)
    except UnreadableSecretError as error:
        raise HandoffRefusedError(error.message) from error
    if built.blocks:
        raise HandoffRefusedError(f"{built.blocks[0].text} {built.blocks[0].help}".strip())
    try:
        origin = links.read_sso_url(link.sso_url)
    except links.InvalidSsoUrlError as error:
        msg = gettext('The SSO URL of "%(label)s" cannot be used. %(error)s') % {
            "label": link.label,
            "error": error,
        }
        raise HandoffRefusedError(msg) from error
    handoff = _note(record=record, link=link, user=user, fields=built.fields)
    return Outgoing(link.sso_url, origin, built.wire(link.field_names), handoff)


def _choose(sending: selectors.Sendability, link_id: int | None) -> links.Link:
    found = [link for link in sending.menu if link.pk == link_id]
    if not found:
        msg = gettext("This quoting link is no longer in the menu. Choose another one.")
        raise HandoffRefusedError(msg, field="link")
    if not found[0].is_valid:
        right = links.right_link(sending.menu, instead_of=found[0])
        instead = gettext(' Use "%(label)s" instead.') % {"label": right.label} if right else ""
        msg = gettext('"%(label)s" does not work today (%(words)s).%(instead)s') % {
            "label": found[0].label,
            "words": found[0].words,
            "instead": instead,
        }
        raise HandoffRefusedError(msg, field="link")
    return found[0]


def _note(
    *, record: Individual | SalesRecord, link: QuotingLink, user: User, fields: dict[str, str]
) -> Handoff:
    kind = selectors.record_type_of(record)
    text = gettext_noop("Sent to PlanCompare (%(label)s)") % {"label": link.label}
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=text) as batch:
        lock_keys([f"{PURPOSE}:{kind}:{record.pk}"])
        last = selectors.handoffs_of(record).first()
        digests = digest_fields(fields)
        changed = changed_fields(digests, last.field_digests) if last else []
        everything = "\n".join(f"{name}={value}" for name, value in fields.items())
        handoff = Handoff.objects.create(
            record_type=kind,
            record_id=record.pk,
            user=user,
            link=link,
            link_label=link.label,
            digest=blind_index(everything, purpose=PURPOSE),
            field_digests=digests,
            changed_fields=changed,
        )
        owner = record.pk if isinstance(record, Individual) else record.individual_id
        reasons = [_reason(last is None, changed)]
        history.write(
            history.entry(
                batch=batch, record=record, individual_id=owner, text=text, reasons=reasons
            )
        )
    return handoff


def digest_fields(fields: dict[str, str]) -> dict[str, str]:
    """A keyed digest per field: equal values give equal digests, and a digest tells nothing."""
    return {
        name: blind_index(value, purpose=f"{PURPOSE}.{name}").hex()
        for name, value in fields.items()
    }


def changed_fields(now: dict[str, str], before: dict[str, str]) -> list[str]:
    """The person's fields that differ from the last hand-off, came new, or are sent no more."""
    return [name for name in payload.PERSON_FIELDS if now.get(name) != before.get(name)]


def _reason(is_first: bool, changed: list[str]) -> str:
    if is_first:
        return gettext_noop("Sent for the first time")
    if not changed:
        return gettext_noop("Nothing changed since the last hand-off")
    names = ", ".join(payload.LABELS[name] for name in changed)
    return gettext_noop("Changed since the last hand-off: %(names)s") % {"names": names}
