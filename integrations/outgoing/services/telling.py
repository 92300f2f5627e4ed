"""Events and their deliveries: who is told what happened."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from integrations.outgoing.found import Found
from integrations.outgoing.kinds import DELETED, KINDS
from integrations.outgoing.models import Delivery, Endpoint, Event


def tell(found: Sequence[Found], *, at: datetime) -> int:
    """Write an event for what somebody is to be told, and a delivery for each of them.

    An endpoint is told of records that its owner may see now; of one that is gone only when the
    owner sees everything, for it is nobody's any more. Answer with the number of events.
    """
    endpoints = list(Endpoint.objects.filter(is_active=True).select_related("owner").order_by("pk"))
    wanted = {name for endpoint in endpoints for name in endpoint.types}
    concerned = [one for one in found if one.type in wanted]
    if not concerned:
        return 0
    readers = _Readers(concerned)
    told: list[tuple[Found, list[Endpoint]]] = []
    for one in concerned:
        listening = [
            endpoint
            for endpoint in endpoints
            if one.type in endpoint.types and readers.may_know(endpoint.owner, one)
        ]
        if listening:
            told.append((one, listening))
    events = Event.objects.bulk_create(_event(one) for one, _ in told)
    Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, event=event, since=at, next_at=at)
        for event, (_, listening) in zip(events, told, strict=True)
        for endpoint in listening
    )
    return len(events)


def _event(one: Found) -> Event:
    return Event(
        type=one.type,
        kind=one.kind,
        record_id=one.record_id,
        changed=list(one.changed),
        batch_id=one.batch_id,
        occurred_at=one.occurred_at,
        source=one.source,
        source_id=one.source_id,
    )


class _Readers:
    """Which of a page's records each owner may see; asked once per owner and kind."""

    def __init__(self, found: Sequence[Found]) -> None:
        self._keys: dict[str, set[int]] = defaultdict(set)
        for one in found:
            self._keys[one.kind].add(one.seen_by)
        self._seen: dict[tuple[int, str], Collection[int]] = {}

    def may_know(self, owner: User, one: Found) -> bool:
        kind = KINDS[one.kind]
        if not owner.is_active or not owner.has_perm(kind.permission):
            return False
        if one.verb == DELETED:
            return reach_of(owner).sees_all
        key = (owner.pk, one.kind)
        if key not in self._seen:
            self._seen[key] = self._visible(owner, one.kind)
        return one.seen_by in self._seen[key]

    def _visible(self, owner: User, kind: str) -> set[int]:
        rows: Any = KINDS[kind].model._default_manager.filter(pk__in=self._keys[kind])
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(owner)
        return set(rows.order_by().values_list("pk", flat=True))
