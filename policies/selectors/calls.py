"""Calls that were logged about policies at risk."""

from dataclasses import dataclass

from agencyhub.accounts.models import User
from agencyhub.lib.db import one_or_none
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch
from policies.calls import CALLED
from policies.models import Risk


@dataclass(frozen=True)
class Called:
    """The act that logged a call, and what it was about."""

    batch: Batch
    risk: Risk


def own_call(user: User, text: str | int) -> Called | None:
    """The user's own act by its key, while nobody has taken it back."""
    own = Batch.objects.filter(user=user, summary__startswith=CALLED, undone_at=None)
    batch = one_or_none(own.filter(pk=read_pk(str(text)) or 0))
    if batch is None:
        return None
    keys = batch.changes.filter(table_name=Risk._meta.db_table).values("record_id")
    risks = Risk.objects.visible_to(user).select_related("policy__subscriber")
    risk = one_or_none(risks.filter(pk__in=keys))
    return None if risk is None else Called(batch, risk)
