from datetime import timedelta

import kombu.pools
import pytest
from celery import current_app
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from integrations.models import Heartbeat, InboundMessage
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def beat(process, seconds=0):
    seen_at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.update_or_create(process=process, defaults={"seen_at": seen_at})


def message(state):
    return InboundMessage.objects.create(partner="plancompare", body="{}", digest=b"x", state=state)


class TestSettingsIndex:
    def test_shows_only_pages_that_open(self, client):
        client.force_login(UserFactory(may=["accounts.view_agent", "records.view_option"]))

        page = client.get("/settings/")

        places = [place for _, places in page.context["groups"] for place in places]
        assert [place.title for place in places] == ["Agents", "Option lists"]
        for place in places:
            assert client.get(place.url).status_code == 200

    def test_opens_every_page_for_an_owner(self, client):
        client.force_login(UserFactory(owner=True))

        for _, places in client.get("/settings/").context["groups"]:
            for place in places:
                assert client.get(place.url).status_code == 200, place.url


class TestNavigation:
    def test_shows_what_the_user_may_open(self, client):
        client.force_login(UserFactory(may=["policies.view_policy"]))

        shell = client.get("/").context["shell"]

        assert [link.label for link in shell.nav] == [
            "Dashboard",
            "Policies",
            "Reports",
            "Settings",
        ]
        assert [link.is_current for link in shell.nav] == [True, False, False, False]

    def test_opens_every_page_for_an_owner(self, client):
        client.force_login(UserFactory(owner=True))

        shell = client.get("/").context["shell"]

        assert len(shell.nav) == 18
        for link in shell.nav:
            assert client.get(link.url).status_code == 200, link.url


class TestProbes:
    def test_healthz_needs_nobody(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/healthz").json() == {"status": "ok"}

    def test_readyz_is_ready_with_two_heartbeats(self, client):
        beat("worker")
        beat("beat")

        assert client.get("/readyz").json() == {"status": "ok", "failing": []}

    def test_readyz_names_what_fails(self, client):
        beat("worker", seconds=91)
        beat("beat")

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["failing"] == ["worker"]

    def test_readyz_names_migrations_that_are_not_applied(self, client):
        beat("worker")
        beat("beat")
        MigrationRecorder.Migration.objects.filter(app="policies").delete()

        assert client.get("/readyz").json()["failing"] == ["migrations"]

    def test_readyz_names_a_broker_that_is_away(self, client, celery_app_elsewhere):
        beat("worker")
        beat("beat")

        assert client.get("/readyz").json()["failing"] == ["broker"]

    def test_metrics_count_the_backlog(self, client):
        message("held")
        beat("worker")

        text = client.get("/metrics").content.decode()

        assert 'agencyhub_inbox_messages{partner="plancompare",state="held"} 1.0' in text
        assert 'agencyhub_heartbeat_age_seconds{process="worker"}' in text

    @pytest.mark.parametrize(
        ("_case", "extra", "status"),
        [
            ("a stranger", {"REMOTE_ADDR": "10.0.0.9"}, 403),
            ("through a proxy on this machine", {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}, 403),
            ("wrong token", {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer no"}, 403),
            ("token", {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer yes"}, 200),
            ("this machine", {}, 200),
        ],
    )
    def test_metrics_are_for_the_token_and_this_machine(self, settings, _case, extra, status):
        settings.METRICS_TOKEN = "yes"

        assert Client().get("/metrics", **extra).status_code == status


@pytest.fixture
def celery_app_elsewhere():
    was = current_app.conf.broker_url
    current_app.conf.broker_url = "redis://127.0.0.1:1/0"
    _forget_connections()
    yield
    current_app.conf.broker_url = was
    _forget_connections()


def _forget_connections():
    """Let Celery connect anew: a pool that was closed refuses whoever comes later."""
    kombu.pools.reset()
    current_app._after_fork()


class TestNotFound:
    def test_leads_to_the_search(self, client):
        page = client.get("/nothing-here/")

        assert page.status_code == 404
        assert 'href="/search/"' in page.content.decode()
