"""While the database is away everybody is told to come back, partners and people alike."""

import json

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisConnectionError

from agencyhub.accounts import api_keys
from agencyhub.home.views.outage import server_error
from tests.factories.accounts import UserFactory


@pytest.fixture
def signed_in(transactional_db):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(owner=True))
    return client


@pytest.fixture
def key(transactional_db):
    return api_keys.create_key(scope="plancompare", name="test").raw


@pytest.fixture
def _database_away(signed_in, key, monkeypatch):
    """Nobody listens where PostgreSQL should be."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    yield
    monkeypatch.undo()
    connection.close()


@pytest.mark.usefixtures("_database_away")
class TestDatabaseAway:
    def test_partners_are_told_to_send_it_again(self, signed_in, key):
        answer = signed_in.post(
            "/hooks/plancompare/enrollments/", "{}", content_type="application/json",
            headers={"X-API-Key": key},
        )  # fmt: skip

        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert json.loads(answer.content)["code"] == "unavailable"

    def test_people_are_told_to_try_again(self, signed_in):
        answer = signed_in.get(reverse("individuals:individual_list"))

        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert b"back in a moment" in answer.content


class TestServerError:
    @pytest.mark.parametrize(
        ("error", "status"),
        [(OperationalError(), 503), (RedisConnectionError(), 503), (ValueError(), 500)],
    )
    def test_tells_an_outage_from_an_error(self, rf, error, status):
        try:
            raise error
        except (OperationalError, RedisConnectionError, ValueError):
            answer = server_error(rf.get("/"))

        assert answer.status_code == status
        assert answer.has_header("Retry-After") == (status == 503)
