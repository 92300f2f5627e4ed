"""Carriers that are broken or bad: nothing of theirs gets in, nothing of ours gets out."""

import asyncio
import io
import logging
import threading
from datetime import date

import asyncssh
import pytest
from django.utils import timezone

from agencyhub.imports.models import Import
from integrations.carriers.connectors.base import Limits, Sink
from integrations.carriers.connectors.sftp import SftpAccess, SftpConnector
from integrations.carriers.models import CarrierFile, Connection, Retrieval
from integrations.carriers.problems import RetrieveError
from integrations.carriers.services import connections
from tests.carriers.conftest import run_now
from tests.carriers.hostile import dribbles, endless, redirects, sends
from tests.factories.carriers import SECRET

pytestmark = pytest.mark.django_db
State = Retrieval.State
LIMITS = Limits(1_000_000, 30, 100)
FILE = {"name": "book.csv", "url": "/f/book.csv"}


def problem_of(run: Retrieval) -> str:
    return run.files.get().problem


class TestHttp:
    def test_an_endless_file_is_cut_at_the_limit(self, hostile, hostile_connection, settings):
        settings.RETRIEVE_MAX_BYTES = 1_000_000
        hostile.lists(FILE)
        hostile.answers["/f/book.csv"] = endless

        run = run_now(hostile_connection)

        assert (run.state, run.failed) == (State.DONE, 1)
        assert "larger than AgencyHub takes" in problem_of(run)
        assert Import.objects.count() == 0

    def test_a_file_that_dribbles_is_given_up(self, hostile, hostile_connection, settings):
        settings.RETRIEVE_FILE_SECONDS = 0.4
        stopped = threading.Event()
        hostile.lists(FILE)
        hostile.answers["/f/book.csv"] = dribbles(stopped)

        run = run_now(hostile_connection)

        stopped.set()
        assert run.state == State.WAITING
        assert "did not arrive in time" in problem_of(run)

    def test_an_endless_list_is_cut(self, hostile, hostile_connection):
        hostile.answers["/files"] = endless

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "too_large")

    @pytest.mark.parametrize(("_case", "says"), [("more", 40), ("less", 3)])
    def test_a_wrong_length_is_no_file(self, hostile, hostile_connection, _case, says):
        hostile.lists(FILE | {"size": 12})
        hostile.answers["/f/book.csv"] = sends("a,b,c\n1,2,3\n", says=says)

        run = run_now(hostile_connection)

        assert run.state == State.WAITING
        assert "arrived incomplete" in problem_of(run)
        assert Import.objects.count() == 0

    @pytest.mark.parametrize("path", ["/files", "/f/book.csv"])
    def test_a_redirect_to_the_machines_own_data_is_not_followed(
        self, hostile, hostile_connection, path
    ):
        hostile.lists(FILE)
        hostile.answers[path] = redirects("http://169.254.169.254/latest/meta-data/")

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "moved")
        assert {asked for asked, _ in hostile.asked} <= {"/files", "/f/book.csv"}

    @pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9/x.csv", "//evil.example/book.csv"])
    def test_the_token_goes_to_no_other_server(self, hostile, hostile_connection, elsewhere):
        hostile.lists({"name": "book.csv", "url": elsewhere})

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "no_list")

    def test_a_list_that_never_ends_is_left(self, hostile, hostile_connection, settings):
        settings.RETRIEVE_MAX_FILES = 5
        hostile.lists(FILE, FILE, next="/files")

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "too_many")

    @pytest.mark.parametrize("address", ["http://10.0.0.7/", "http://169.254.169.254/"])
    def test_a_private_address_is_not_dialled(self, hostile_connection, settings, address):
        settings.ALLOWED_PRIVATE_HOSTS = []
        hostile_connection.base_url = address
        hostile_connection.save()
        connections.keep(hostile_connection, secret=SECRET)

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "forbidden_address")

    def test_credentials_stay_where_they_were_entered_for(self, hostile, hostile_connection):
        Connection.objects.update(base_url=hostile.url.replace("127.0.0.1", "localhost"))
        hostile_connection.refresh_from_db()

        run = run_now(hostile_connection)

        assert (run.state, run.code) == (State.FAILED, "credentials")
        assert hostile.asked == []

    def test_names_of_files_lead_nowhere(self, hostile, hostile_connection):
        hostile.lists({"name": "../../../tmp/book.csv", "url": "/f/x"})
        hostile.answers["/f/x"] = sends("a,b\n1,2\n")

        run = run_now(hostile_connection)

        assert (run.state, run.files.get().name) == (State.DONE, "book.csv")

    def test_the_secret_is_in_no_log_and_no_record(self, hostile, hostile_connection, caplog, site):
        caplog.set_level(logging.DEBUG)
        hostile.answers["/files"] = sends(SECRET, "application/json", status=403)
        runs = [run_now(hostile_connection), run_now(site.humana()), run_now(site.uhc())]

        texts = [caplog.text, *(f"{run.error}{run.next_step}{vars(run)}" for run in runs)]
        texts += [str(vars(file)) for file in CarrierFile.objects.all()]
        assert not [text for text in texts if SECRET in text]
        assert hostile.asked[0][1]["authorization"] == f"Bearer {SECRET}"


@pytest.fixture
def folder(tmp_path):
    """A folder with a file, a link that leads out of it, and a folder."""
    folder = tmp_path / "outbound"
    folder.mkdir()
    (folder / "book.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "secrets.env").write_bytes(b"KEY=1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secrets.env")
    (folder / "sub").mkdir()
    return folder


@pytest.fixture
def connector(folder):
    """A connector with a server that lets everybody in and everything out."""
    loop = asyncio.new_event_loop()
    acceptor = loop.run_until_complete(
        asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            server_factory=_OpenDoor,
            sftp_factory=True,
        )
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    zone = timezone.get_default_timezone()
    access = SftpAccess("127.0.0.1", acceptor.get_port(), str(folder), zone, "me", password="x")
    with SftpConnector(access, LIMITS) as connector:
        yield connector
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    acceptor.close()
    loop.run_until_complete(acceptor.wait_closed())
    loop.close()


class _OpenDoor(asyncssh.SSHServer):
    def begin_auth(self, username):
        return False


class TestSftp:
    def test_lists_plain_files_only(self, connector):
        found = connector.list_files(since=date(2000, 1, 1), until=date(2100, 1, 1))

        assert [file.name for file in found] == ["book.csv"]

    def test_does_not_follow_a_link_that_took_a_files_place(self, connector, folder):
        (found,) = connector.list_files(since=date(2000, 1, 1), until=date(2100, 1, 1))
        (folder / "book.csv").unlink()
        (folder / "link.csv").rename(folder / "book.csv")
        content = io.BytesIO()

        with pytest.raises(RetrieveError) as refusal:
            connector.fetch(found, Sink(content, LIMITS))

        assert refusal.value.problem.code == "gone"
        assert content.getvalue() == b""

    def test_a_file_that_grew_is_not_whole(self, connector, folder):
        (found,) = connector.list_files(since=date(2000, 1, 1), until=date(2100, 1, 1))
        (folder / "book.csv").write_bytes(b"a,b\n1,2\n3,4\n")

        with pytest.raises(RetrieveError) as refusal:
            connector.fetch(found, Sink(io.BytesIO(), LIMITS))

        assert refusal.value.problem.code == "cut_off"
