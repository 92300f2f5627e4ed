"""What people and scripts do with endpoints: add, change, rotate, try, send again, remove."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.accounts.services.keys import users_for_keys
from agencyhub.accounts.services.users import ensure_may_manage
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.outgoing import signing, waiting
from integrations.outgoing.kinds import PING
from integrations.outgoing.models import Delivery, Endpoint, Event
from integrations.outgoing.services import reading, switching

OVERLAP = timedelta(days=7)
State = Delivery.State


class EndpointOffError(DomainError):
    """The endpoint is switched off, so nothing is sent to it."""

    code = "webhook_is_off"


def owners_for(actor: User) -> QuerySet[User]:
    """Whose records somebody may have told: those whom they may make API keys for."""
    return users_for_keys(actor)


def save(*, endpoint: Endpoint, actor: User, at: datetime) -> str:
    """Store what a form holds; answer with the secret of a new endpoint, which is shown once.

    Switching on begins anew: what was missed meanwhile is not told.

    Raises:
        MayNotManageError: the owner can do more than the actor.
    """
    ensure_may_manage(actor, endpoint.owner)
    secret = ""
    text = gettext_noop("Webhook changed")
    if endpoint.pk is None:
        secret = signing.new_secret()
        endpoint.secret = secret
        text = gettext_noop("Webhook added")
    if endpoint.is_active:
        endpoint.off_because, endpoint.off_at = "", None
        endpoint.failing_since, endpoint.failures, endpoint.rests_until = None, 0, None
    else:
        endpoint.off_because = endpoint.off_because or Endpoint.Off.PERSON
        endpoint.off_at = endpoint.off_at or at
    with _recorded(actor, text) as batch:
        endpoint.save()
        if not endpoint.is_active:
            endpoint.deliveries.filter(state__in=Delivery.OPEN).update(state=State.FAILED)
        reading.begin()
        history.write(history.entry(batch=batch, record=endpoint, text=text))
    return secret


def rotate(*, endpoint_id: int, actor: User, at: datetime) -> str:
    """Make a new secret and answer with it; the one before signs as well for seven days more.

    Raises:
        MayNotManageError: see ``save``.
    """
    text = gettext_noop("Secret of the webhook replaced")
    with _recorded(actor, text) as batch:
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
        ensure_may_manage(actor, endpoint.owner)
        old = switching.live_secrets(endpoint, at=at)[0]
        new = signing.new_secret()
        endpoint.secret, endpoint.previous_secret = new, old
        endpoint.previous_until = at + OVERLAP
        endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
        history.write(history.entry(batch=batch, record=endpoint, text=text))
    return new


def remove(*, endpoint_id: int, actor: User) -> None:
    """Delete an endpoint with its log. Removing it twice changes nothing."""
    text = gettext_noop("Webhook removed")
    with _recorded(actor, text) as batch:
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()
        if endpoint is None:
            return
        history.write(history.entry(batch=batch, record=endpoint, text=text))
        endpoint.delete()


@transaction.atomic
def ping(*, endpoint_id: int, at: datetime) -> Delivery:
    """Send a trial event, whatever the endpoint listens to.

    Raises:
        EndpointOffError: it is switched off.
    """
    endpoint = _active(endpoint_id)
    event = Event.objects.create(type=PING, occurred_at=at, source=Event.Source.PING)
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
    return Delivery.objects.create(endpoint=endpoint, event=event, since=at, next_at=at)


@transaction.atomic
def send_again(
    *,
    endpoint_id: int,
    which: Mapping[str, Any],
    actor: User,
    at: datetime,
    shown_at: datetime | None = None,
) -> int:
    """Send deliveries now, under their ids; ``which`` are lookups. Answer with how many.

    What has ended is begun anew; what waits for its next try need not wait, and its patience goes
    on. What is due or being sent is left as it is, and so is what was tried since the page that
    asks was shown: who asks twice gets one.

    Raises:
        EndpointOffError: it is switched off.
    """
    endpoint = _active(endpoint_id)
    rows = endpoint.deliveries.filter(**which)
    if shown_at is not None:
        rows = rows.exclude(attempts__started_at__gt=shown_at)
    number = _hurry(rows, endpoint, at=at)
    ended = rows.filter(state__in=(State.DELIVERED, State.FAILED))
    number += ended.update(state=State.WAITING, tries=0, since=at, next_at=at)
    if number:
        Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
        text = gettext_noop("Deliveries of the webhook sent again: %(count)s") % {"count": number}
        with _recorded(actor, text) as batch:
            history.write(history.entry(batch=batch, record=endpoint, text=text))
    return number


def _hurry(rows: QuerySet[Delivery], endpoint: Endpoint, *, at: datetime) -> int:
    """Let what waits be due; who has waited so long that it would be given up begins anew."""
    waits = rows.filter(state=State.WAITING)
    if endpoint.rests_until is None or endpoint.rests_until <= at:
        waits = waits.filter(next_at__gt=at)
    over = Case(When(since__lte=at - waiting.PATIENCE, then=Value(at)), default=F("since"))
    return waits.update(next_at=at, since=over)


def _active(endpoint_id: int) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    if not endpoint.is_active:
        raise EndpointOffError(gettext("The webhook is switched off. Switch it on first."))
    return endpoint


def _recorded(actor: User, summary: str) -> Any:
    user = actor if actor.pk else None
    return history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary)
