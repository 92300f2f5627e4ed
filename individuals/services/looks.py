"""Noting who looked at whom."""

from collections.abc import Iterable

from django.utils import timezone

from agencyhub.accounts.models import ApiKey, User
from individuals.models import Look

BATCH = 5_000


def record(
    *,
    user: User | None,
    individual_ids: Iterable[int],
    how: Look.How,
    acting_user: User | None = None,
    api_key: ApiKey | None = None,
) -> None:
    """Note that ``user`` has these individuals before them.

    One statement for any number of individuals; what was noted within the same clock hour is not
    noted again. While somebody views the product as another user, both are kept: ``request.user``
    knows who it really is, ``acting_user`` says it for callers without a request. ``user`` is None
    when an ``api_key`` of the whole agency asks.
    """
    real = acting_user or (user.acted_by if user else None)
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    Look.objects.bulk_create(
        (
            Look(
                individual_id=pk,
                user=real or user,
                viewing_as=user if real else None,
                api_key=api_key,
                how=how,
                hour=hour,
                looked_at=now,
            )
            for pk in set(individual_ids)
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
