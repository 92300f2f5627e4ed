"""Options and custom fields, as tests need them."""

import factory
from factory.django import DjangoModelFactory

from agencyhub.records.models import CustomField, Option


class OptionFactory(DjangoModelFactory[Option]):
    """One more lead source."""

    class Meta:
        model = Option

    list = Option.List.LEAD_SOURCE
    label = factory.Sequence(lambda n: f"Source {n}")
    position = factory.Sequence(lambda n: 100 + n)


class CustomFieldFactory(DjangoModelFactory[CustomField]):
    """A text field on individuals that nobody has to fill in."""

    class Meta:
        model = CustomField

    target = CustomField.Target.INDIVIDUAL
    key = factory.Sequence(lambda n: f"field_{n}")
    label = factory.Sequence(lambda n: f"Field {n}")
    type = CustomField.Type.TEXT
    position = factory.Sequence(lambda n: n)
