"""Letting workers apply many messages once more: a group of equal errors, or a range.

The messages go back to where new ones wait, in one transaction with the row that says so. From
there on they are applied like any other: exactly once, whatever dies.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import MD5
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import AnyOf, lock_keys
from agencyhub.lib.errors import DomainError
from agencyhub.lib.midnights import midnight
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.models import InboundMessage, Retry
from integrations.partner import Partner

State = InboundMessage.State
MOST = 50_000
"""Messages of one retry; the rest is left for another."""
HELD_FOR_A_VALUE = "unmapped_plan_type"
REFUSED, UNDECIDED, EMPTIED, INACTIVE = "refused", "undecided", "emptied", "inactive"


class NothingToRetryError(DomainError):
    """No message of what was asked for can be retried."""

    code = "nothing_to_retry"


@dataclass(frozen=True)
class Wanted:
    """Which messages are meant; what is blank or None does not matter.

    ``like`` is the digest of the value that they share. Days are local, numbers are the messages',
    and both ends count.
    """

    partner: str = ""
    code: str = ""
    like: str = ""
    since: date | None = None
    until: date | None = None
    first: int | None = None
    last: int | None = None

    def rows(self) -> QuerySet[InboundMessage]:
        """Every message that is meant and did not get through."""
        states = (State.FAILED, State.HELD, State.REJECTED)
        rows = InboundMessage.objects.filter(state__in=states)
        asked: dict[str, Any] = {
            "partner": self.partner or None,
            "code": self.code or None,
            "received_at__gte": _begin(self.since),
            "received_at__lt": _begin(self.until + timedelta(days=1)) if self.until else None,
            "pk__gte": self.first,
            "pk__lte": self.last,
        }
        rows = rows.filter(**{key: value for key, value in asked.items() if value is not None})
        if self.like:
            rows = rows.annotate(value_digest=MD5("value")).filter(value_digest=self.like)
        return rows

    def kept(self) -> dict[str, object]:
        """What is stored of it: keys and days."""
        return {key: str(value) for key, value in vars(self).items() if value}


@dataclass(frozen=True)
class Outlook:
    """How many messages match, and why some of them cannot be retried, by reason."""

    total: int
    left_out: Mapping[str, int]

    @property
    def able(self) -> int:
        """How many can be retried."""
        return self.total - sum(self.left_out.values())


def _begin(day: date | None) -> datetime | None:
    return None if day is None else midnight(day)


def _why_not(partners: Mapping[str, Partner]) -> Case:
    """Why a message cannot be retried; blank if it can."""
    inactive = [slug for slug, partner in partners.items() if partner.refusal()]
    return Case(
        When(state=State.REJECTED, then=Value(REFUSED)),
        When(Q(state=State.HELD) & ~Q(code=HELD_FOR_A_VALUE), then=Value(UNDECIDED)),
        When(body__isnull=True, then=Value(EMPTIED)),
        When(partner__in=inactive, then=Value(INACTIVE)),
        default=Value(""),
        output_field=CharField(),
    )


def look(*, wanted: Wanted, partners: Mapping[str, Partner]) -> Outlook:
    """Say what a retry would do, in one query."""
    counted = wanted.rows().annotate(why_not=_why_not(partners)).order_by().values("why_not")
    numbers = dict(counted.annotate(number=Count("pk")).values_list("why_not", "number"))
    left_out = {reason: number for reason, number in numbers.items() if reason}
    return Outlook(sum(numbers.values()), left_out)


@transaction.atomic
def start(
    *,
    wanted: Wanted,
    user: User,
    token: uuid.UUID,
    at: datetime,
    partners: Mapping[str, Partner],
) -> Retry:
    """Give what can be retried back to the workers; the same token again starts nothing new.

    Wake the inbox afterwards. A message that somebody else is at is left to them.

    Raises:
        NothingToRetryError: nothing of it can be retried, perhaps any more.
    """
    lock_keys([f"retry:{token}"])
    started = Retry.objects.filter(token=token).first()
    if started is not None:
        return started
    outlook = look(wanted=wanted, partners=partners)
    able = wanted.rows().annotate(why_not=_why_not(partners)).filter(why_not="")
    locked = able.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    ids = list(locked.values_list("pk", flat=True)[:MOST])
    if not ids:
        msg = gettext_noop("None of these messages can be retried now. Look at the list again.")
        raise NothingToRetryError(msg)
    retry = Retry.objects.create(
        token=token,
        scope=wanted.kept(),
        left_out=dict(outlook.left_out),
        total=len(ids),
        started_by=user,
        started_at=at,
    )
    _give_back(retry, ids, user)
    return retry


def _give_back(retry: Retry, ids: list[int], user: User) -> None:
    text = gettext_noop("%(count)s messages retried") % {"count": len(ids)}
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=text) as batch:
        InboundMessage.objects.filter(AnyOf("id", ids)).update(
            state=State.RECEIVED,
            decision=None,
            decided_by=user,
            attempts=0,
            claimed_at=None,
            finished_at=None,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO integrations_retriedmessage (retry_id, message_id)"
                " SELECT %s, unnest(%s::bigint[])",
                [retry.pk, ids],
            )
        history.write(history.entry(batch=batch, record=retry, text=text))
