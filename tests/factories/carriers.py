"""Carriers' connections for tests."""

from datetime import UTC, date, datetime, time

import factory
from factory.django import DjangoModelFactory

from integrations.carriers.models import Connection, Credentials, Retrieval
from tests.factories.policies import CarrierFactory

SECRET = "the-carriers-own-word"


class ConnectionFactory(DjangoModelFactory[Connection]):
    """Active, by API with a token, every day at 02:30; brings a book and statements."""

    class Meta:
        model = Connection

    carrier = factory.SubFactory(CarrierFactory)
    is_active = True
    transport = Connection.Transport.API
    sign_in = Connection.SignIn.TOKEN
    base_url = "http://127.0.0.1:9/"
    index_path = "files"
    book_pattern = "*book*"
    statement_pattern = "*commission*"
    at = time(2, 30)
    scheduled_since = datetime(2026, 1, 1, tzinfo=UTC)


class CredentialsFactory(DjangoModelFactory[Credentials]):
    """A password or token."""

    class Meta:
        model = Credentials

    connection = factory.SubFactory(ConnectionFactory)
    secret = SECRET
    place = factory.LazyAttribute(lambda made: made.connection.place)


class RetrievalFactory(DjangoModelFactory[Retrieval]):
    """A run of November that a person asked for and no worker has yet."""

    class Meta:
        model = Retrieval

    connection = factory.SubFactory(ConnectionFactory)
    since = date(2026, 11, 1)
    until = date(2026, 11, 22)
