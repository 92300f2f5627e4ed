"""Creating once, however often a script asks under one ``Idempotency-Key``."""

from datetime import datetime, timedelta

from django.db import connection

from agencyhub.lib.crypto import blind_index
from agencyhub.lib.errors import DomainError
from agencyhub.records.idempotency import IdempotencyKey

REMEMBERED = timedelta(hours=24)
FORGOTTEN_AT_ONCE = 100
PURPOSE = "idempotency"

_CLAIM = """
INSERT INTO records_idempotencykey (caller, key, digest, created_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (caller, key) DO NOTHING RETURNING id
"""


class OtherRequestError(DomainError):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class RepeatedError(Exception):
    """The record is there already; ``record_id`` says which."""

    def __init__(self, record_id: int) -> None:
        super().__init__("repeated")
        self.record_id = record_id


def digest_of(path: str, body: bytes) -> bytes:
    """What is kept of a request: enough to know it again, and nothing else."""
    return blind_index(f"{path}\x00{body.decode(errors='replace')}", purpose=PURPOSE)


def claim(*, caller: str, key: str, digest: bytes, at: datetime) -> int:
    """Begin to create under a key, inside the transaction that creates; answer the claim.

    A caller who asks again at the same moment waits here for the first one to end.

    Raises:
        RepeatedError: the same request created a record already.
        OtherRequestError: the key belongs to another request.
    """
    _forget(before=at - REMEMBERED)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [caller, key, digest, at])
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    before = IdempotencyKey.objects.get(caller=caller, key=key)
    if bytes(before.digest) != digest or before.record_id is None:
        msg = "This Idempotency-Key belongs to another request. Use a new one for each record."
        raise OtherRequestError(msg)
    raise RepeatedError(before.record_id)


def note(*, claim_id: int, record_id: int) -> None:
    """Remember which record came of a claim."""
    IdempotencyKey.objects.filter(pk=claim_id).update(record_id=record_id)


def purge(*, at: datetime) -> int:
    """Remove every key that is too old to count, also when nobody asks any more; say how many."""
    return IdempotencyKey.objects.filter(created_at__lt=at - REMEMBERED).delete()[0]


def _forget(*, before: datetime) -> None:
    """Remove some keys that are too old to count."""
    old = IdempotencyKey.objects.filter(created_at__lt=before).order_by("created_at")
    locked = old.select_for_update(skip_locked=True)[:FORGOTTEN_AT_ONCE]
    IdempotencyKey.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).delete()
