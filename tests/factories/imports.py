"""Files, imports and templates."""

import hashlib

import factory
from factory.django import DjangoModelFactory

from agencyhub.imports.models import File, Import, Template, TemplateVersion
from tests.factories.accounts import UserFactory

KIND = "individuals"


class FileFactory(DjangoModelFactory[File]):
    """A file whose bytes were purged."""

    class Meta:
        model = File

    name = factory.Sequence(lambda n: f"book{n}.csv")
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).digest())
    size = 2048


class TemplateFactory(DjangoModelFactory[Template]):
    """A template of Individuals without versions."""

    class Meta:
        model = Template

    kind = KIND
    name = factory.Sequence(lambda n: f"Layout {n}")


class TemplateVersionFactory(DjangoModelFactory[TemplateVersion]):
    """The first version of a template."""

    class Meta:
        model = TemplateVersion

    template = factory.SubFactory(TemplateFactory)
    number = 1
    fingerprint = b"\x01" * 8
    columns = factory.LazyFunction(
        lambda: [{"header": "Last", "field": "last_name"}, {"header": "Shoe size", "field": ""}]
    )


class ImportFactory(DjangoModelFactory[Import]):
    """A file that needs attention; say which state the test is about."""

    class Meta:
        model = Import

    kind = KIND
    file = factory.SubFactory(FileFactory)
    file_name = factory.LazyAttribute(lambda made: made.file.name)
    state = Import.State.ATTENTION
    user = factory.SubFactory(UserFactory)
