"""The pages of EOI batches, its tasks and its command."""

import json
from io import StringIO

import asyncssh
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from agencyhub.accounts.models import ApiKey, Role
from integrations.eoi_batches import tasks
from integrations.eoi_batches.models import BatchFile, BatchRow, Credentials, Folder, Look, Server
from tests.eoi_batches.conftest import line
from tests.factories.accounts import UserFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.eoi_batches import (
    SECRET,
    BatchFileFactory,
    CredentialsFactory,
    FolderFactory,
    ServerFactory,
)
from tests.factories.groups import EmployerGroupFactory

pytestmark = pytest.mark.django_db
MANAGE = "integrations.manage_integrations"
OVERVIEW = reverse("eoi_batches:overview")
FILES = reverse("eoi_batches:file_list")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=[MANAGE]))
    return client


def url(name, pk):
    return reverse(f"eoi_batches:{name}", args=[pk])


def host_key():
    """A key as a server shows it."""
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()


def finished(**values):
    file = BatchFileFactory(state=BatchFile.State.ARCHIVED, valid=1, failed=1, **values)
    BatchRow.objects.create(file=file, row=2, is_valid=True)
    BatchRow.objects.create(file=file, row=3, is_valid=False, errors="Employee not found")
    return file


def typed(**changes):
    """What somebody types to connect a server."""
    return {
        "name": "Lakeside’s carriers",
        "is_active": "on",
        "host": "127.0.0.1",
        "port": "22",
        "sign_in": "password",
        "username": "me",
        "secret": SECRET,
    } | changes


class TestSettings:
    def test_shows_servers_folders_and_api_clients(self, browser):
        folder = FolderFactory()
        Look.objects.create(server=folder.server, code="refused", error="It refused.")
        ApiKey.objects.create(name="A carrier", scope="eoi", prefix="ah_1", digest=b"1")

        page = browser.get(OVERVIEW).content.decode()

        for words in (folder.path, "It refused.", "Needs attention", "A carrier"):
            assert words in page

    def test_needs_the_right(self, client):
        client.force_login(UserFactory(may=["eoi.decide_eoirequest"]))

        assert client.get(OVERVIEW).status_code == 403
        assert client.get(FILES).status_code == 200

    def test_saves_a_server_and_never_shows_its_password(self, browser):
        browser.post(reverse("eoi_batches:server_add"), typed())

        server = Server.objects.get()
        stored = Credentials.objects.get(server=server)
        assert (stored.secret.reveal(), stored.place) == (SECRET, "sftp://127.0.0.1:22")
        assert SECRET not in browser.get(url("server_edit", server.pk)).content.decode()

    def test_forgets_credentials_and_host_key_when_the_place_changes(self, browser):
        server = CredentialsFactory(server__host_key=host_key()).server

        refused = browser.post(url("server_edit", server.pk), typed(secret="", port="23"))
        browser.post(url("server_edit", server.pk), typed(secret="new", port="23"))

        assert refused.status_code == 422
        server.refresh_from_db()
        assert (server.host_key, server.credentials.secret.reveal()) == ("", "new")

    @pytest.mark.parametrize(
        ("_case", "changes", "field"),
        [
            ("a machine of the cloud", {"host": "169.254.169.254"}, "host"),
            ("no password", {"secret": ""}, "secret"),
            ("no key", {"sign_in": "key"}, "private_key"),
        ],
    )
    def test_says_what_is_wrong_with_a_server(self, browser, _case, changes, field):
        answer = browser.post(reverse("eoi_batches:server_add"), typed(**changes))

        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert Server.objects.count() == 0

    @pytest.mark.parametrize("path", ["lakeside", "/../other", "/a\\b"])
    def test_a_folder_lies_below_the_root(self, browser, path):
        group, server = EmployerGroupFactory(), ServerFactory()
        values = {"group": group.pk, "server": server.pk, "is_active": "on"}
        add = reverse("eoi_batches:folder_add")

        assert browser.post(add, {**values, "path": path}).status_code == 422
        browser.post(add, {**values, "path": "/eoi//lakeside/"})

        assert Folder.objects.get().path == "/eoi/lakeside"

    def test_a_failed_test_leads_to_the_field(self, browser):
        server = CredentialsFactory().server

        page = browser.post(url("server_test", server.pk)).content.decode()

        assert "The test failed." in page

    def test_is_on_the_catalogue_and_the_health_page(self, browser):
        folder = FolderFactory()
        Look.objects.create(server=folder.server, code="refused", error="It refused.")

        assert OVERVIEW in browser.get(reverse("integrations:integration_list")).content.decode()
        health = browser.get(reverse("integrations:health")).content.decode()
        assert "cannot be picked up" in health
        assert "1 group has a folder here." in health


class TestFiles:
    def test_each_page_is_whole_and_a_fragment(self, browser):
        file = finished()
        for address, fragment in (
            (FILES, 'id="batch-files"'),
            (url("file_detail", file.pk), 'id="batch-file"'),
        ):
            whole, part = browser.get(address), browser.get(address, headers=HTMX)
            assert whole.content.count(b"<html") == 1
            assert fragment in whole.content.decode()
            assert b"<html" not in part.content
            assert fragment in part.content.decode()

    def test_lists_many_files_in_a_few_queries(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            finished()

        with django_assert_max_num_queries(12):
            browser.get(FILES)

    def test_hides_files_of_groups_that_somebody_does_not_see(self, client):
        file = finished()
        scope = {"may": ["eoi.decide_eoirequest"], "may__reach": Role.Scope.OWN}
        client.force_login(UserFactory(**scope))

        assert file.name not in client.get(FILES).content.decode()
        for name in ("file_detail", "file_results"):
            assert client.get(url(name, file.pk)).status_code == 404

    def test_hands_out_the_results_file(self, browser):
        file = finished()

        answer = browser.get(url("file_results", file.pk))

        assert answer.content.decode().splitlines()[1:] == [
            "2,,,,A,",
            "3,,,,R,Employee not found",
        ]


class TestPickingUp:
    def test_the_schedule_looks_at_active_servers(self, box):
        box.drop("a.csv", "404,,subscriber_life,deny_all,,2026-12-01")
        ServerFactory(is_active=False)

        tasks.pick_up_due.apply()
        tasks.pick_up_from.apply(kwargs={"server_id": box.folder.server_id, "is_patient": True})

        assert box.names("archive") == ["a.csv"]
        assert Look.objects.count() == 1

    def test_the_command_says_what_became_of_each_file(self, box):
        wanted = EoiRequestFactory(election__employee__group=box.folder.group)
        box.drop("a.csv", line(wanted))
        out = StringIO()

        call_command("pick_up_eoi_batches", "--json", stdout=out)

        told = json.loads(out.getvalue())
        (file,) = told["files"]
        assert (file["state"], file["valid"], file["group"]) == ("archived", 1, box.folder.group_id)
        assert told["problems"] == {}

    def test_the_command_fails_when_a_server_does(self):
        CredentialsFactory()

        with pytest.raises(CommandError, match="did not answer"):
            call_command("pick_up_eoi_batches", stdout=StringIO())
        with pytest.raises(CommandError, match="No server"):
            call_command("pick_up_eoi_batches", "--server", "nobody", stdout=StringIO())
