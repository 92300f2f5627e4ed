"""Noting who looked at whom."""

from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from agencyhub.accounts.models import ApiKey, User
from individuals.models import Look, Opening

# By hand: 100,000 people of an export take Django's own way of adding rows ten times as long.
INSERT = """
    INSERT INTO individuals_look
        (individual_id, user_id, viewing_as_id, api_key_id, how, hour, looked_at)
    SELECT pk, %s::bigint, %s::bigint, %s::bigint, %s, %s::timestamptz, %s::timestamptz
    FROM unnest(%s::bigint[]) AS pk
    ON CONFLICT DO NOTHING
"""


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
    looker = real or user
    values = (
        looker.pk if looker else None,
        user.pk if user and real else None,
        api_key.pk if api_key else None,
        Look.How(how).value,
        hour,
        now,
        list(set(individual_ids)),
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def record_opening(
    *,
    user: User | None,
    individual_id: int,
    document_id: int,
    what: str,
    api_key: ApiKey | None = None,
) -> None:
    """Note that ``user`` opened a document, each time; who it really is as in ``record``.

    ``what`` is the kind of document in English, nothing of what is in it.
    """
    real = user.acted_by if user else None
    Opening.objects.create(
        individual_id=individual_id,
        user=real or user,
        viewing_as=user if real else None,
        api_key=api_key,
        document_id=document_id,
        what=what,
        opened_at=timezone.now(),
    )
