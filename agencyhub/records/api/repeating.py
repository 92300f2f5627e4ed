"""Acting once for each Idempotency-Key."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from agencyhub.lib.api.throttles import caller
from agencyhub.lib.problems import InvalidBodyError
from agencyhub.records.services import repeats

IDEMPOTENCY_KEY_LENGTH = 200


class KeyReusedError(APIException):
    """The Idempotency-Key belongs to another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = repeats.OtherRequestError.code
    default_detail = "This Idempotency-Key belongs to another request. Use a new one."


class OutOfSightError(APIException):
    """A repeated request whose record the caller sees no more: it moved, or it is gone.

    It says nothing of where the record is now, nor whether there is one.
    """

    status_code = status.HTTP_409_CONFLICT
    default_code = "repeated_out_of_sight"
    default_detail = (
        "This request was carried out before, and nothing was done again. What came of it is not"
        " among the records that you see now. Ask whoever manages your key, or, for another record,"
        " send the request under another Idempotency-Key."
    )


def idempotency_key(request: Request) -> str:
    """The caller's own name for a request; blank without one.

    Raises:
        InvalidBodyError: it is too long.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > IDEMPOTENCY_KEY_LENGTH:
        detail = f"Use at most {IDEMPOTENCY_KEY_LENGTH} characters."
        raise InvalidBodyError({"Idempotency-Key": [detail]})
    return key


def digest_of(request: Request) -> bytes:
    """What a request is known again by: its address and its body."""
    return repeats.digest_of(request.path, request._request.body)


@dataclass(frozen=True)
class Done:
    """What came of a request: the key of its record, and whether it was done only now."""

    record_id: int
    is_new: bool


def once(request: Request, act: Callable[[], int], *, digest: bytes) -> Done:
    """Act in one transaction, unless the same request was carried out before.

    ``act`` answers with the key of the record that it made or changed. ``digest`` tells one request
    from another.

    Raises:
        KeyReusedError: see there.
    """
    key = idempotency_key(request)
    try:
        with transaction.atomic():
            claim_id = (
                repeats.claim(caller=caller(request), key=key, digest=digest, at=timezone.now())
                if key
                else None
            )
            record_id = act()
            if claim_id is not None:
                repeats.note(claim_id=claim_id, record_id=record_id)
    except repeats.OtherRequestError as error:
        raise KeyReusedError from error
    except repeats.RepeatedError as repeated:
        return Done(repeated.record_id, is_new=False)
    return Done(record_id, is_new=True)
