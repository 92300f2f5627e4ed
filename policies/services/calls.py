"""Calls about policies at risk that settled nothing, as people log them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import ensure_no_identifier
from agencyhub.records import history
from agencyhub.records.models import Batch
from policies import calls
from policies.models import Risk
from policies.services.outcomes import ClosedMeanwhileError

FIELDS = ("calls", "last_call", "last_called_at", "last_called_by", "call_note", "call_on")


class CalledMeanwhileError(DomainError):
    """Another call was logged since the page was shown."""

    code = "called_meanwhile"


class BadCallDayError(DomainError):
    """Nobody can call on that day."""

    code = "bad_call_day"


def log_call(
    *,
    risk_id: int,
    last_call: str,
    call_on: date | None,
    call_note: str,
    seen: int,
    user: User | None,
    at: datetime,
    today: date,
) -> Batch:
    """Log a call after which the policy is as much at risk as before; answer the act.

    ``seen`` is how many calls the page showed: the same press twice logs one call and answers the
    first act. Without ``call_on`` no other call is planned. ``user`` is None for the agency's
    scripts.

    Raises:
        BadCallDayError: ``call_on`` lies behind, or more than a year ahead.
        HoldsIdentifierError: the note is not to be kept.
        ClosedMeanwhileError: it is saved, lost or passed already.
        CalledMeanwhileError: another call was logged meanwhile.
    """
    if call_on is not None and not calls.is_possible(call_on, today=today):
        msg = _("Choose today or a later day, a year ahead at most.")
        raise BadCallDayError(msg, field="call_on")
    ensure_no_identifier(call_note, field="call_note")
    with transaction.atomic():
        rows = Risk.objects.select_related("policy").select_for_update(of=("self",))
        one = rows.get(pk=risk_id)
        said = (last_call, call_on, call_note, user.pk if user else None)
        if one.calls == seen + 1 and said == _said(one):
            return _act_of(one, user)
        if one.closed_at is not None:
            msg = _("This was closed meanwhile: %s. Nothing was changed.")
            raise ClosedMeanwhileError(msg % one.get_outcome_display().lower())
        if one.calls != seen:
            msg = _("Another call was logged meanwhile: %(said)s. Press again to add yours.")
            raise CalledMeanwhileError(msg % {"said": calls.in_words(one, today=today)})
        with history.batch(
            user=user, channel=Batch.Channel.SCREEN, summary=f"{calls.CALLED}: risk {risk_id}"
        ) as batch:
            one.calls, one.last_call, one.call_on, one.call_note = (
                seen + 1, last_call, call_on, call_note,
            )  # fmt: skip
            one.last_called_at, one.last_called_by = at, user
            one.save(update_fields=FIELDS)
            _note(one, batch)
    return batch


def _said(one: Risk) -> tuple[str, date | None, str, int | None]:
    return one.last_call, one.call_on, one.call_note, one.last_called_by_id


def _act_of(one: Risk, user: User | None) -> Batch:
    """The act that logged the last call."""
    touched = Batch.objects.filter(
        changes__table_name=Risk._meta.db_table, changes__record_id=one.pk
    )
    return touched.filter(user=user, summary__startswith=calls.CALLED).latest("pk")


def _note(one: Risk, batch: Batch) -> None:
    """Write a line on the policy's timeline and on its subscriber's, in English as all are."""
    with translation.override(None):
        reasons = [str(Risk.Call(one.last_call).label)]
    if one.call_on is not None:
        reasons.append(gettext_noop("Call again on %(day)s") % {"day": f"{one.call_on:%m/%d/%Y}"})
    if one.call_note:
        reasons.append(one.call_note)
    line = history.entry(
        batch=batch,
        record=one.policy,
        individual_id=one.policy.subscriber_id,
        text=gettext_noop("At risk: call logged"),
        reasons=reasons,
    )
    history.write(line)
