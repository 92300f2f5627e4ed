"""Uncovering a full SSN: always for a reason, and always on record."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.fields import Sealed
from agencyhub.lib.ssn import spelled
from agencyhub.lib.text import tidy
from groups.models import Dependent, Employee, SsnReveal

MAX_REASON = SsnReveal._meta.get_field("reason").max_length or 0
MIN_REASON = 4


class NoSsnError(DomainError):
    """No SSN is stored."""

    code = "no_ssn"


class ReasonMissingError(DomainError):
    """No reason was given, or none that says anything."""

    code = "reason_missing"


@transaction.atomic
def reveal_ssn(*, member: Employee | Dependent, user: User, reason: str) -> str:
    """Log who uncovers the SSN and why, and answer it as people write it. Each call is logged.

    Raises:
        ReasonMissingError: the reason is missing or too short to say anything.
        NoSsnError: there is nothing to reveal.
        UnreadableSecretError: it was sealed with a key that is not configured; nothing is logged.
    """
    why = _checked(reason)
    if not member.ssn:
        raise NoSsnError(gettext("No SSN is stored here, so there is nothing to reveal."))
    full: str = member.ssn.reveal()
    dependent = member if isinstance(member, Dependent) else None
    employee = member.employee if isinstance(member, Dependent) else member
    SsnReveal.objects.create(employee=employee, dependent=dependent, user=user, reason=why)
    return spelled(full)


@transaction.atomic
def reveal_ssns(*, sealed: Mapping[int, Sealed], user: User, reason: str) -> dict[int, str]:
    """The same for many employees at once, by their keys: for a file that ``user`` takes away.

    Raises:
        ReasonMissingError, UnreadableSecretError: as ``reveal_ssn``.
    """
    why = _checked(reason)
    full = {employee_id: spelled(one.reveal()) for employee_id, one in sealed.items()}
    SsnReveal.objects.bulk_create(
        [SsnReveal(employee_id=employee_id, user=user, reason=why) for employee_id in full],
        batch_size=2_000,
    )
    return full


def _checked(reason: str) -> str:
    why = tidy(reason)[:MAX_REASON]
    if len(why) < MIN_REASON:
        msg = gettext("Explain why you need the full SSN, for example “Call with the carrier”.")
        raise ReasonMissingError(msg, field="reason")
    return why
