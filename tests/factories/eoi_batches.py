"""Servers and folders of EOI batch files for tests."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from integrations.eoi_batches.models import BatchFile, Credentials, Folder, Server
from tests.factories.groups import EmployerGroupFactory

SECRET = "the-carriers-own-word"


class ServerFactory(DjangoModelFactory[Server]):
    """Nobody listens there unless a test says a port."""

    class Meta:
        model = Server

    name = factory.Sequence(lambda n: f"Carriers' server {n}")
    host = "127.0.0.1"
    port = 9
    username = "sandbox-eoi"


class CredentialsFactory(DjangoModelFactory[Credentials]):
    """A password for the server's place."""

    class Meta:
        model = Credentials

    server = factory.SubFactory(ServerFactory)
    secret = SECRET
    place = factory.LazyAttribute(lambda made: made.server.place)


class FolderFactory(DjangoModelFactory[Folder]):
    """A group's folder."""

    class Meta:
        model = Folder

    server = factory.SubFactory(ServerFactory)
    group = factory.SubFactory(EmployerGroupFactory)
    path = factory.Sequence(lambda n: f"/group-{n}")


class BatchFileFactory(DjangoModelFactory[BatchFile]):
    """A file that was seen and nobody has taken."""

    class Meta:
        model = BatchFile

    folder = factory.SubFactory(FolderFactory)
    name = factory.Sequence(lambda n: f"decisions-{n}.csv")
    size = 100
    stamp = "2026-11-22T15:00:00+00:00"
    seen_at = datetime(2026, 11, 22, 15, tzinfo=UTC)
