"""Ending mail to an address, and taking it up again."""

from datetime import datetime

from django.db import transaction

from agencyhub.accounts.models import User
from agencyhub.mailing import addresses
from agencyhub.mailing.models import OptOut, OutgoingMail

UNKNOWN = "•••"


def opt_out(
    *, to_index: bytes, kind: str, cause: str, at: datetime, user: User | None = None
) -> OptOut:
    """Send no more mail of one kind, or of any (``kind`` is blank), to an address.

    Doing it twice changes nothing.
    """
    values = {
        "cause": cause,
        "started_at": at,
        "started_by": user,
        "masked": _masked(to_index),
    }
    found, _ = OptOut.objects.get_or_create(
        to_index=to_index, kind=kind, ended_at=None, defaults=values
    )
    return found


def opt_out_address(*, address: str, kind: str, user: User, at: datetime) -> OptOut:
    """Enter what somebody asked for on the phone."""
    found = opt_out(
        to_index=addresses.index_of(address),
        kind=kind,
        cause=OptOut.Cause.STAFF,
        at=at,
        user=user,
    )
    if found.masked == UNKNOWN:
        found.masked = addresses.masked(address)
        found.save(update_fields=["masked"])
    return found


@transaction.atomic
def resubscribe(*, optout_id: int, user: User, at: datetime) -> OptOut:
    """Let mail reach an address again; a second time changes nothing."""
    found = OptOut.objects.select_for_update().get(pk=optout_id)
    if found.ended_at is None:
        found.ended_at, found.ended_by = at, user
        found.save(update_fields=["ended_at", "ended_by"])
    return found


def _masked(to_index: bytes) -> str:
    """How screens show an address, as far as a mail to it is still kept."""
    mails = OutgoingMail.objects.filter(to_index=to_index).exclude(to="")
    address = mails.order_by("-pk").values_list("to", flat=True).first()
    return addresses.masked(address or "") or UNKNOWN
