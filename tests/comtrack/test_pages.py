"""ComTrack's settings page: saving, activating, asking now."""

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import ApiKey
from integrations.comtrack.models import Connection, QueryRun
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("comtrack:connection_detail")
OWN = "http://testserver/api/v1/comtrack/query"
FORM = {
    "address": OWN,
    "new_key": "",
    "start_time": "00:00",
    "time_zone": "America/Chicago",
    "batch_size": "500",
    "requests_per_second": "5",
}


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
    return client


class TestSettings:
    def test_offers_its_own_address_first(self, browser):
        assert OWN in browser.get(PAGE).content.decode()

    def test_makes_a_key_to_ask_itself_with(self, browser):
        assert browser.post(PAGE, FORM).status_code == 302

        connection = Connection.objects.get()
        assert connection.api_key.reveal().startswith("ahk_comtrack_")
        assert ApiKey.objects.get().scope == "comtrack"
        assert connection.time_zone == "America/Chicago"
        assert not connection.is_active

    def test_keeps_the_key_that_is_stored(self, browser):
        browser.post(PAGE, FORM | {"new_key": "zq-secret-1"})
        browser.post(PAGE, FORM | {"batch_size": "100"})

        connection = Connection.objects.get()
        assert (connection.api_key.reveal(), connection.batch_size) == ("zq-secret-1", 100)
        assert "zq-secret-1" not in browser.get(PAGE).content.decode()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"address": "http://elsewhere.example/query", "new_key": "k"}, "address"),
            ({"address": "https://elsewhere.example/query"}, "new_key"),
            ({"batch_size": "501"}, "batch_size"),
            ({"requests_per_second": "0"}, "requests_per_second"),
        ],
    )
    def test_refuses_what_cannot_work(self, browser, wrong, field):
        answer = browser.post(PAGE, FORM | wrong)

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert not Connection.objects.exists()

    def test_is_for_those_who_manage_integrations(self, client):
        client.force_login(UserFactory())

        assert client.get(PAGE).status_code == 403


class TestActions:
    def test_activates_with_one_press(self, browser):
        browser.post(reverse("comtrack:connection_activate"))

        connection = Connection.objects.get()
        assert connection.is_active
        assert connection.address == OWN

    def test_asks_now(self, browser, django_capture_on_commit_callbacks):
        browser.post(reverse("comtrack:connection_activate"))
        with django_capture_on_commit_callbacks() as callbacks:
            browser.post(reverse("comtrack:run_start"))

        assert len(callbacks) == 1
        assert QueryRun.objects.get().state == QueryRun.State.WAITING

    def test_asks_nothing_while_it_is_not_active(self, browser):
        browser.post(reverse("comtrack:run_start"))

        assert not QueryRun.objects.exists()

    def test_is_deactivated(self, browser):
        browser.post(reverse("comtrack:connection_activate"))
        browser.post(reverse("comtrack:connection_deactivate"))

        assert not Connection.objects.get().is_active


class TestRuns:
    def test_shows_what_a_run_brought_and_looks_again_while_one_is_open(self, browser):
        for state in ("done", "running"):
            QueryRun.objects.create(requested_at=timezone.now(), state=state, total=10, asked=5)

        page = browser.get(PAGE).content.decode()
        part = browser.get(reverse("comtrack:run_list"), headers={"HX-Request": "true"})

        assert 'hx-trigger="every 2s"' in page
        assert part.content.decode().strip().startswith("<section")

    def test_tells_of_a_failed_run_on_the_health_page(self, browser):
        Connection.objects.create(pk=1, is_active=True)
        QueryRun.objects.create(
            requested_at=timezone.now(), state="failed", error="The key is wrong"
        )

        page = browser.get(reverse("integrations:health")).content.decode()

        assert "The last nightly query of ComTrack failed" in page
        assert "The key is wrong" in page
