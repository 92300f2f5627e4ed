"""Retrieve in the demo."""

import pytest
from django.utils import timezone

from agencyhub.home.demo import carriers
from integrations.carriers.models import Connection, Credentials
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sandbox(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    settings.SANDBOX_SFTP_PORT = 8022
    settings.SANDBOX_CARRIER_PASSWORD = "of-the-sandbox"
    for name in ("Humana", "UnitedHealthcare", "Aetna"):
        CarrierFactory(name=name)


def test_connects_the_sandboxs_carriers_once():
    assert carriers.ensure_connections(at=timezone.now()) == 3
    assert carriers.ensure_connections(at=timezone.now()) == 0

    assert {one.transport for one in Connection.objects.all()} == {"https", "sftp", "api"}
    assert all(one.is_active and one.credentials.fit(one) for one in Connection.objects.all())


def test_follows_the_sandbox_to_other_ports(settings):
    carriers.ensure_connections(at=timezone.now())
    settings.SANDBOX_URL, settings.SANDBOX_SFTP_PORT = "http://127.0.0.1:8301", 8322

    assert carriers.ensure_connections(at=timezone.now()) == 3

    assert Connection.objects.get(transport="sftp").port == 8322
    assert all(one.credentials.fit(one) for one in Connection.objects.all())


def test_leaves_alone_what_somebody_pointed_elsewhere(settings):
    carriers.ensure_connections(at=timezone.now())
    Connection.objects.filter(transport="api").update(base_url="https://carrier.example/")
    settings.SANDBOX_URL = "http://127.0.0.1:8301"

    assert carriers.ensure_connections(at=timezone.now()) == 1
    assert Connection.objects.get(transport="api").base_url == "https://carrier.example/"


def test_does_nothing_without_the_sandbox(settings):
    settings.SANDBOX_CARRIER_PASSWORD = ""

    assert carriers.ensure_connections(at=timezone.now()) == 0
    assert Credentials.objects.count() == 0
