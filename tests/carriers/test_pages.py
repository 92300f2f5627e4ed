"""The pages of Retrieve, and its command."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from agencyhub.imports.models import Import
from agencyhub.records.models import Change, Entry
from integrations.carriers.models import Connection, Credentials, Retrieval
from tests.carriers.conftest import run_now
from tests.factories.accounts import UserFactory
from tests.factories.carriers import (
    SECRET,
    ConnectionFactory,
    CredentialsFactory,
    RetrievalFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
LIST = reverse("carriers:connection_list")
ADD = reverse("carriers:connection_add")
HTMX = {"HX-Request": "true"}
State = Retrieval.State


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 15, tzinfo=UTC))


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.manage_integrations"]))
    return client


def url(name, pk):
    return reverse(f"carriers:{name}", args=[pk])


def typed(**changes):
    """What somebody types to connect a carrier by API."""
    return {
        "is_active": "on",
        "base_url": "http://127.0.0.1:9/",
        "index_path": "files",
        "sign_in": "token",
        "secret": SECRET,
        "book_pattern": "*book*",
        "statement_type": "defined",
        "current_month": "wait",
        "days": ["0", "4"],
        "at": "02:30",
        "look_back_days": "30",
    } | changes


class TestPages:
    def test_each_page_is_whole_and_a_fragment(self, browser):
        run = RetrievalFactory()
        pages = [
            (LIST, 'id="connection-table"'),
            (url("connection_detail", run.connection_id), 'id="connection-state"'),
            (url("retrieval_detail", run.pk), 'id="retrieval-files"'),
        ]

        for address, fragment in pages:
            whole = browser.get(address)
            part = browser.get(address, headers=HTMX)
            assert whole.content.count(b"<html") == 1
            assert fragment in whole.content.decode()
            assert b"<html" not in part.content
            assert fragment in part.content.decode()

    def test_nobody_without_the_right_sees_or_does_anything(self, client):
        run = RetrievalFactory()
        client.force_login(UserFactory())
        one = run.connection_id
        reads = [LIST, ADD, url("connection_detail", one), url("connection_edit", one)]
        names = ("connection_run", "connection_test", "connection_host_key", "connection_edit")
        writes = [url(name, one) for name in names]

        answers = [client.get(address) for address in (*reads, url("retrieval_detail", run.pk))]
        answers += [client.post(address) for address in (*writes, ADD)]

        assert {answer.status_code for answer in answers} == {403}

    def test_twelve_carriers_cost_no_more_queries_than_one(
        self, browser, django_assert_max_num_queries
    ):
        for _ in range(12):
            credentials = CredentialsFactory()
            good = {"state": State.DONE, "finished_at": timezone.now()}
            RetrievalFactory(connection=credentials.connection, **good)
            RetrievalFactory(connection=credentials.connection, state=State.FAILED)

        with django_assert_max_num_queries(14):
            page = browser.get(LIST)

        assert len(page.context["rows"]) == 12
        assert {row.status.word for row in page.context["rows"]} == {"Last run failed"}

    def test_says_what_needs_somebody(self, browser):
        credentials = CredentialsFactory(connection__expires_on=date(2020, 1, 1))

        page = browser.get(LIST).content.decode()
        health = browser.get(reverse("integrations:health")).content.decode()

        assert "Credentials expired" in page
        assert "They expired on 01/01/2020." in page
        assert f"{credentials.connection.carrier.name}: Credentials expired" in health
        assert "Retrieve" in browser.get(reverse("integrations:integration_list")).content.decode()

    def test_an_import_that_waits_for_somebody_needs_attention(self, browser, site):
        connection = site.humana()
        run_now(connection)
        assert {row.status.word for row in browser.get(LIST).context["rows"]} == {"Working"}

        Import.objects.filter(kind="book_of_business").update(state=Import.State.MAPPING)

        (row,) = browser.get(LIST).context["rows"]
        assert (row.status.word, row.tone) == ("Needs attention", "warning")
        assert row.status.sentence == "1 file needs somebody. Open the last run."

    def test_health_shows_carriers_without_buttons_to_reviewers(self, client):
        CredentialsFactory(connection__scheduled_since=None)
        client.force_login(UserFactory(may=["integrations.review_inbound"]))

        page = client.get(reverse("integrations:health")).content.decode()

        assert "Never ran" in page
        assert "Run now" not in page
        assert LIST not in page

    def test_a_waiting_run_says_why_and_when(self, browser):
        run = RetrievalFactory(
            code="no_answer",
            error="The carrier's site did not answer.",
            next_step="Nothing to do.",
            again_at=timezone.now() + timedelta(minutes=9),
            failures=1,
        )

        page = browser.get(url("retrieval_detail", run.pk)).content.decode()

        assert "Will try again" in page
        assert "The carrier&#x27;s site did not answer." in page


class TestConnectionForm:
    def test_connects_a_carrier_with_sealed_credentials(self, browser):
        carrier = CarrierFactory(name="Aetna")

        answer = browser.post(f"{ADD}?transport=api", typed(carrier=carrier.pk))

        connection = Connection.objects.get()
        assert answer.url == url("connection_detail", connection.pk)
        assert (connection.days, connection.is_active) == ([0, 4], True)
        assert connection.scheduled_since is not None
        stored = Credentials.objects.get(connection=connection)
        assert stored.secret.reveal() == SECRET
        shown = [url(name, connection.pk) for name in ("connection_detail", "connection_edit")]
        assert not [one for one in shown if SECRET in browser.get(one).content.decode()]

    def test_the_secret_is_not_in_the_history_either(self, browser):
        browser.post(f"{ADD}?transport=api", typed(carrier=CarrierFactory().pk))

        texts = [str(row) for row in Change.objects.values_list("before", "after")]
        assert texts
        assert not [text for text in texts if SECRET in text or "secret" in text]
        assert Entry.objects.get().text == "Carrier connection added, with new credentials"

    @pytest.mark.parametrize(
        ("transport", "changes", "field"),
        [
            ("api", {"carrier": ""}, "carrier"),
            ("api", {"secret": ""}, "secret"),
            ("api", {"base_url": ""}, "base_url"),
            ("api", {"base_url": "http://me:pw@127.0.0.1/"}, "base_url"),
            ("api", {"base_url": "http://169.254.169.254/"}, "base_url"),
            ("api", {"sign_in": "password"}, "username"),
            ("api", {"sign_in": "key"}, "sign_in"),
            ("api", {"book_pattern": ""}, "book_pattern"),
            ("api", {"days": []}, "days"),
            ("api", {"look_back_days": "0"}, "look_back_days"),
            ("https", {"sign_in": "form", "username": "me"}, "login_path"),
            ("sftp", {"host": "169.254.169.254", "port": "22", "folder": "/"}, "host"),
            ("sftp", {"host": "127.0.0.1", "folder": "/", "sign_in": "key", "username": "me",
                      "port": "22"}, "private_key"),
        ],
    )  # fmt: skip
    def test_names_the_field_that_is_wrong(self, browser, transport, changes, field):
        values = typed(carrier=CarrierFactory().pk) | changes

        answer = browser.post(f"{ADD}?transport={transport}", values)

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert SECRET not in answer.content.decode()
        assert Connection.objects.count() == 0

    def test_wants_https_where_carriers_are_outside(self, browser, settings):
        settings.ALLOWED_PRIVATE_HOSTS = []

        answer = browser.post(f"{ADD}?transport=api", typed(carrier=CarrierFactory().pk))

        assert answer.context["form"].errors["base_url"] == ["The address begins with https://"]

    def test_keeps_the_stored_secret_when_none_is_typed(self, browser):
        connection = CredentialsFactory().connection

        browser.post(url("connection_edit", connection.pk), typed(secret="", look_back_days="60"))

        connection.refresh_from_db()
        assert connection.look_back_days == 60
        assert connection.credentials.secret.reveal() == SECRET

    def test_the_stored_secret_does_not_go_to_another_address(self, browser):
        connection = CredentialsFactory().connection
        elsewhere = typed(secret="", base_url="http://127.0.0.1:10/")

        refused = browser.post(url("connection_edit", connection.pk), elsewhere)
        browser.post(url("connection_edit", connection.pk), elsewhere | {"secret": "another"})

        assert "secret" in refused.context["form"].errors
        assert Credentials.objects.get().secret.reveal() == "another"

    def test_a_new_time_makes_up_for_nothing(self, browser):
        connection = CredentialsFactory().connection

        browser.post(url("connection_edit", connection.pk), typed(at="09:00"))

        connection.refresh_from_db()
        assert timezone.now() - connection.scheduled_since < timedelta(minutes=5)

    def test_save_and_test_says_how_many_files_there_are(self, browser, site):
        connection = site.humana()
        values = typed(
            base_url=connection.base_url, sign_in="form", username="sandbox-agency",
            login_path="login", user_field="username", password_field="password", test="1",
        )  # fmt: skip

        page = browser.post(url("connection_edit", connection.pk), values, follow=True)

        assert "The test went well: 2 files of the last 30 days." in page.content.decode()
        assert Import.objects.count() == 0

    @pytest.mark.parametrize(
        ("changes", "words", "field"),
        [
            ({"secret": "wrong"}, "The carrier refused the user name", "secret"),
            ({"login_path": "nowhere"}, "There is no sign-in form", "login_path"),
            ({"index_path": "nowhere"}, "There is no list of files", "index_path"),
        ],
    )
    def test_a_failed_test_names_the_field_and_the_remedy(
        self, browser, site, changes, words, field
    ):
        connection = site.humana(**changes)

        page = browser.post(url("connection_test", connection.pk)).content.decode()

        assert words in page
        assert f'href="#id_{field}"' in page

    def test_a_forgotten_host_key_is_pinned_anew(self, browser, site):
        connection = site.uhc()
        run_now(connection)
        page = browser.get(url("connection_edit", connection.pk)).content.decode()
        assert "SHA256:" in page

        browser.post(url("connection_host_key", connection.pk))

        connection.refresh_from_db()
        assert connection.host_key == ""


class TestRunNow:
    @pytest.mark.parametrize("days", [30, 60, 90])
    def test_asks_for_the_last_days(self, browser, days):
        connection = ConnectionFactory()

        browser.post(url("connection_run", connection.pk), {"days": days})

        run = Retrieval.objects.get()
        assert (run.until - run.since).days == days
        assert run.user is not None
        assert run.until == timezone.localdate()

    def test_asks_for_a_range(self, browser):
        connection = ConnectionFactory()
        values = {"days": "custom", "since": "2026-09-01", "until": "2026-09-30"}

        browser.post(url("connection_run", connection.pk), values)

        run = Retrieval.objects.get()
        assert (run.since, run.until) == (date(2026, 9, 1), date(2026, 9, 30))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"days": "7"}, "days"),
            ({"days": "custom", "since": "2026-09-01"}, "until"),
            ({"days": "custom", "since": "2026-09-02", "until": "2026-09-01"}, "until"),
        ],
    )
    def test_refuses_what_is_no_range(self, browser, values, field):
        answer = browser.post(url("connection_run", ConnectionFactory().pk), values)

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert Retrieval.objects.count() == 0

    def test_says_that_a_run_is_under_way(self, browser):
        run = RetrievalFactory(state=State.RUNNING, alive_at=timezone.now())

        page = browser.post(
            url("connection_run", run.connection_id), {"days": "30"}, follow=True
        ).content.decode()

        assert "A run of this carrier is under way." in page
        assert Retrieval.objects.count() == 1


class TestCommand:
    def test_retrieves_one_carrier_and_answers_in_json(self, site):
        site.humana(is_active=False)
        out = StringIO()

        call_command(
            "retrieve_carriers", carrier="humana", since=date(2026, 10, 1),
            until=date(2026, 11, 22), json=True, stdout=out,
        )  # fmt: skip

        told = json.loads(out.getvalue())
        assert (told["state"], told["fetched"], told["since"]) == ("done", 2, "2026-10-01")
        assert told["imports"] == list(Import.objects.order_by("pk").values_list("pk", flat=True))

    def test_fails_when_a_carrier_does(self, site):
        site.office.misbehave("uhc", "refuses")
        site.uhc()
        out = StringIO()

        with pytest.raises(CommandError):
            call_command("retrieve_carriers", stdout=out)

        assert "The carrier refused the user name" in out.getvalue()

    def test_knows_the_carriers(self):
        with pytest.raises(CommandError, match="Prairie"):
            call_command("retrieve_carriers", carrier="Prairie")
