"""Requests whose health form is overdue: expiry is proposed, and decided by people only."""

from datetime import date

from django.db.models import Q

from eoi.models import EoiRequest


def propose_expiry(*, on: date) -> int:
    """Propose to expire what waits for a health form past its last day; answer how many are new.

    Where a carrier gave more time or has the form by now, the proposal is withdrawn.
    """
    overdue = Q(expiration_date__lt=on) & ~Q(form_status=EoiRequest.Form.COMPLETE)
    waiting = EoiRequest.objects.open()
    waiting.filter(~overdue | Q(expiration_date__isnull=True), is_expiry_proposed=True).update(
        is_expiry_proposed=False
    )
    return waiting.filter(overdue, is_expiry_proposed=False).update(is_expiry_proposed=True)
