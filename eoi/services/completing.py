"""Health forms: what carriers say of them. Answers on health themselves never come here."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from eoi.asked import Problem, Wanted, read_form
from eoi.models import Decision, EoiRequest
from eoi.services import judging
from eoi.services.judging import Call
from eoi.services.waiting import Waiting
from groups.models.groups import EmployerGroupQuerySet

COMPLETED = gettext_noop("Health form complete")
INCOMPLETE = gettext_noop("Health form incomplete")
COMPLETE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def complete_form(
    *,
    benefit_lookup_code: str,
    completed: str | bool,
    within: EmployerGroupQuerySet,
    user: User | None,
    at: datetime,
    subscriber_id: str = "",
    ssn: str = "",
    url_subscriber_id: str | None = None,
    expiration_date: str | date | None = None,
    reference_number: str = "",
) -> tuple[Problem, ...]:
    """Note of an open request whether its health form is complete; answer what is wrong, if so.

    ``url_subscriber_id``: it must be this subscriber's. An expiration date and a reference number
    replace what is known; blank ones leave it.
    """
    wanted, last_day = read_form(
        subscriber_id=subscriber_id,
        ssn=ssn,
        benefit_lookup_code=benefit_lookup_code,
        expiration=expiration_date,
        reference=reference_number,
    )
    call = Call(Decision.Channel.API, user, within, url_subscriber_id, "", at)
    is_complete = COMPLETE.get(str(completed).strip().casefold())
    with transaction.atomic():
        found = judging.find(wanted, call)
        problems = [*([] if isinstance(found, Waiting) else found), *wanted.problems]
        if is_complete is None:
            problems.append(Problem("completed_not_valid", "completed"))
        if isinstance(found, Waiting) and not problems:
            _note(found, wanted, last_day, is_complete=bool(is_complete), call=call)
    return tuple(problems)


def _note(
    found: Waiting, wanted: Wanted, last_day: date | None, *, is_complete: bool, call: Call
) -> None:
    summary = COMPLETED if is_complete else INCOMPLETE
    with history.batch(user=call.user, channel=Batch.Channel.API, summary=summary) as batch:
        request = EoiRequest.objects.select_for_update().get(pk=found.row.id)
        request.form_status = request.Form.COMPLETE if is_complete else request.Form.INCOMPLETE
        request.form_completed_date = timezone.localdate(call.at) if is_complete else None
        request.expiration_date = last_day or request.expiration_date
        request.reference_number = wanted.reference_number or request.reference_number
        request.is_expiry_proposed = False
        request.save(
            update_fields=[
                "form_status", "form_completed_date", "expiration_date", "reference_number",
                "is_expiry_proposed",
            ]
        )  # fmt: skip
        history.write(history.entry(batch=batch, record=request, text=summary))
