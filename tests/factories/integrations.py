"""Messages of the inbox."""

import hashlib
import json

import factory
from factory.django import DjangoModelFactory

from integrations.models import InboundMessage
from tests.plancompare.samples import enrollment


class InboundMessageFactory(DjangoModelFactory[InboundMessage]):
    """An enrollment of PlanCompare that was received; ``content`` is what it says."""

    class Meta:
        model = InboundMessage

    class Params:
        content = factory.LazyFunction(enrollment)

    partner = "plancompare"
    external_id = factory.Sequence(lambda n: f"PC-{n:04}")
    body = factory.LazyAttribute(
        lambda made: InboundMessage._meta.get_field("body").seal(json.dumps(made.content))
    )
    digest = factory.LazyAttribute(
        lambda made: hashlib.sha256(json.dumps(made.content).encode()).digest()
    )
