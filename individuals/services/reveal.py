"""Uncovering a full MBI: always for a reason, and always on record."""

from django.db import transaction
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy
from individuals.models import Individual, RevealLog, SalesRecord

MAX_REASON = RevealLog._meta.get_field("reason").max_length or 0
MIN_REASON = 4


class NoFullMbiError(DomainError):
    """Nothing, or only a masked MBI, is stored."""

    code = "no_full_mbi"


class ReasonMissingError(DomainError):
    """No reason was given, or none that says anything."""

    code = "reason_missing"


@transaction.atomic
def reveal_mbi(*, person: Individual | SalesRecord, user: User, reason: str) -> str:
    """Log who uncovers the MBI and why, and answer the full MBI. Each call is logged.

    Raises:
        ReasonMissingError: the reason is missing or too short to say anything.
        NoFullMbiError: there is no full MBI to reveal.
        UnreadableSecretError: it was sealed with a key that is not configured; nothing is logged.
    """
    why = tidy(reason)[:MAX_REASON]
    if len(why) < MIN_REASON:
        msg = gettext("Explain why you need the full MBI, for example “Quoting a plan”.")
        raise ReasonMissingError(msg, field="reason")
    if not person.mbi:
        msg = gettext("No full MBI is stored here, so there is nothing to reveal.")
        raise NoFullMbiError(msg)
    full: str = person.mbi.reveal()
    owner = "individual" if isinstance(person, Individual) else "sales_record"
    RevealLog.objects.create(**{owner: person}, user=user, reason=why)
    return full
