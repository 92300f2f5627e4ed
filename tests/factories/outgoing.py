"""Webhooks as tests need them."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from integrations.outgoing.models import Delivery, Endpoint, Event
from tests.factories.accounts import UserFactory

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
AT = datetime(2026, 11, 2, 15, tzinfo=UTC)


class EndpointFactory(DjangoModelFactory[Endpoint]):
    """An active endpoint of an owner of the agency; nobody listens at its address."""

    class Meta:
        model = Endpoint

    name = factory.Sequence(lambda n: f"Warehouse {n}")
    url = "https://hooks.example.com/agencyhub"
    owner = factory.SubFactory(UserFactory, owner=True)
    types = ["individual.created", "individual.updated"]
    secret = SECRET


class EventFactory(DjangoModelFactory[Event]):
    """A trial event."""

    class Meta:
        model = Event

    type = "ping"
    source = Event.Source.PING
    occurred_at = AT


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A delivery that is due."""

    class Meta:
        model = Delivery

    endpoint = factory.SubFactory(EndpointFactory)
    event = factory.SubFactory(EventFactory)
    since = AT
    next_at = AT
