"""Feeds of Premier Partners."""

import factory
from factory.django import DjangoModelFactory

from integrations.premier.models import Feed
from tests.factories.policies import CarrierFactory


class FeedFactory(DjangoModelFactory[Feed]):
    """A feed that takes what is pushed."""

    class Meta:
        model = Feed

    carrier = factory.SubFactory(CarrierFactory)
    slug = factory.Sequence(lambda n: f"prairie-mutual-{n}")
