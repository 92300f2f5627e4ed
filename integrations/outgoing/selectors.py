"""What the pages of webhooks show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.lib import keyset
from integrations.outgoing import wire
from integrations.outgoing.kinds import KINDS, PING, VERBS
from integrations.outgoing.models import Delivery, Endpoint

State = Delivery.State
TONES = {
    State.WAITING: "info",
    State.SENDING: "info",
    State.DELIVERED: "success",
    State.FAILED: "danger",
}
WORDS = {
    wire.DELIVERED: gettext_lazy("Taken"),
    wire.REFUSED: gettext_lazy("Refused"),
    wire.MOVED: gettext_lazy("Answered with a redirect, which is not followed"),
    wire.GONE: gettext_lazy("Gone for good"),
    wire.TIMEOUT: gettext_lazy("No answer in time"),
    wire.NO_ANSWER: gettext_lazy("No connection"),
    wire.FORBIDDEN: gettext_lazy("The address leads into a private network"),
    wire.TLS: gettext_lazy("Its certificate is not valid"),
}
# An endpoint that fails no longer than this is nobody's concern yet.
PAGES = {
    "individual": "individuals:individual_detail",
    "sales_record": "individuals:salesrecord_detail",
    "policy": "policies:policy_detail",
    "application": "commissions:application_detail",
    "eoi_request": "eoi:request_detail",
    "group": "groups:group_detail",
    "group_plan": "groups:groupplan_detail",
    "carrier": "policies:carrier_detail",
    "carrier_product": "policies:carrierproduct_detail",
    "import": "imports:import_detail",
}


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint and how it is doing."""

    endpoint: Endpoint
    host: str
    waiting: int
    failed: int
    state: tuple[str, str]


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery in words; ``url`` is the page of its record."""

    delivery: Delivery
    title: str
    record: str
    url: str
    tone: str
    answer: str


def endpoint_rows(user: User) -> list[EndpointRow]:
    """The endpoints that a user may see, by name, with what waits and what was given up."""
    rows: Any = Endpoint.objects.visible_to(user).select_related("owner")
    counted = rows.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=Delivery.OPEN)),
        failed=Count("deliveries", filter=Q(deliveries__state=State.FAILED)),
    )
    return [_row(one, one.waiting, one.failed) for one in counted.order_by("name", "pk")]


def endpoint_row(endpoint: Endpoint) -> EndpointRow:
    """One endpoint."""
    counts = dict(endpoint.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    waiting = sum(counts.get(state, 0) for state in Delivery.OPEN)
    return _row(endpoint, waiting, counts.get(State.FAILED, 0))


def _row(endpoint: Endpoint, waiting: int, failed: int) -> EndpointRow:
    host = urlsplit(endpoint.url).hostname or ""
    return EndpointRow(endpoint, host, waiting, failed, state_of(endpoint))


def state_of(endpoint: Endpoint) -> tuple[str, str]:
    """A word and its tone."""
    if not endpoint.is_active:
        is_own = endpoint.off_because == Endpoint.Off.PERSON
        return gettext("Off"), "neutral" if is_own else "danger"
    if endpoint.failing_since:
        return gettext("Failing"), "warning"
    return gettext("Works") if endpoint.succeeded_at else gettext("New"), "success"


def delivery_page(
    endpoint: Endpoint, *, state: str, params: Mapping[str, Any]
) -> keyset.KeysetPage[Delivery]:
    """Deliveries of an endpoint, newest first."""
    rows = endpoint.deliveries.select_related("event")
    if state in State.values:
        rows = rows.filter(state=state)
    return keyset.page(rows, order=keyset.NEWEST_FIRST, params=params)


def delivery_row(delivery: Delivery) -> DeliveryRow:
    """One delivery."""
    event = delivery.event
    return DeliveryRow(
        delivery,
        title_of(event.type),
        f"{KINDS[event.kind].noun} {event.record_id}" if event.kind else "",
        _page(event.kind, event.record_id),
        TONES[State(delivery.state)],
        answer_of(delivery.outcome, delivery.status),
    )


def can_repeat(delivery: Delivery, *, at: datetime) -> bool:
    """Whether asking for it would bring anything: it has ended, or waits for a later moment."""
    if delivery.state != State.WAITING:
        return delivery.state != State.SENDING
    rests_until = delivery.endpoint.rests_until
    return delivery.next_at > at or (rests_until is not None and rests_until > at)


def title_of(event_type: str) -> str:
    """A type of event in words."""
    if event_type == PING:
        return gettext("Trial event")
    kind, _dot, verb = event_type.partition(".")
    return f"{KINDS[kind].noun}: {VERBS[verb]}"


def answer_of(outcome: str, status: int | None) -> str:
    """What the receiver answered, in words."""
    words = str(WORDS.get(outcome, ""))
    return f"{words} ({status})" if words and status else words


def _page(kind: str, record_id: int | None) -> str:
    try:
        return reverse(PAGES[kind], args=[record_id]) if kind else ""
    except NoReverseMatch:
        return ""
