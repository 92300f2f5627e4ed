"""Numbers for Prometheus, read from the database when asked: the same in every web process."""

from datetime import datetime

from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from integrations.models import Heartbeat, InboundMessage, Incident

# What somebody waits for. Finished messages only grow in number and are not counted.
STATES = [
    InboundMessage.State.RECEIVED,
    InboundMessage.State.PROCESSING,
    InboundMessage.State.HELD,
    InboundMessage.State.FAILED,
]


def text(*, now: datetime) -> bytes:
    """Every metric in the text format of Prometheus."""
    registry = CollectorRegistry()
    _inbox(registry, now=now)
    _incidents(registry)
    _heartbeats(registry, now=now)
    return generate_latest(registry)


def _inbox(registry: CollectorRegistry, *, now: datetime) -> None:
    backlog = Gauge(
        "agencyhub_inbox_messages",
        "Messages of partners that are not finished.",
        ["partner", "state"],
        registry=registry,
    )
    open_messages = InboundMessage.objects.filter(state__in=STATES).order_by()
    for partner, state, number in open_messages.values_list("partner", "state").annotate(
        number=Count("pk")
    ):
        backlog.labels(partner, state).set(number)
    oldest = InboundMessage.objects.waiting().aggregate(first=Min("received_at"))["first"]
    waiting = Gauge(
        "agencyhub_inbox_oldest_waiting_seconds",
        "How long the oldest message has waited for a worker; 0 when none waits.",
        registry=registry,
    )
    waiting.set((now - oldest).total_seconds() if oldest else 0)


def _incidents(registry: CollectorRegistry) -> None:
    is_open = Gauge(
        "agencyhub_integration_incidents",
        "Integrations that do not work, by kind.",
        ["kind"],
        registry=registry,
    )
    rows = Incident.objects.filter(closed_at=None).order_by()
    numbers = dict(rows.values_list("kind").annotate(number=Count("pk")))
    for kind in Incident.Kind:
        is_open.labels(kind.value).set(numbers.get(kind.value, 0))


def _heartbeats(registry: CollectorRegistry, *, now: datetime) -> None:
    age = Gauge(
        "agencyhub_heartbeat_age_seconds",
        "Seconds since a background process was last seen.",
        ["process"],
        registry=registry,
    )
    for beat in Heartbeat.objects.all():
        age.labels(beat.process).set((now - beat.seen_at).total_seconds())
