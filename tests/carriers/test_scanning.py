"""What carriers offer passes the virus scanner before it is imported."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agencyhub.accounts.models import AccessEvent
from agencyhub.imports.models import File, Import
from integrations.carriers.models import CarrierFile, Retrieval
from integrations.carriers.services import running
from tests.carriers.conftest import run_now
from tests.scanner import Clamd

pytestmark = pytest.mark.django_db
State, FileState = Retrieval.State, CarrierFile.State
UNTIL = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def scanner(settings):
    with Clamd() as one:
        settings.CLAMD_ADDRESS = one.address
        yield one


def test_every_file_is_scanned_once(site, scanner):
    run = run_now(site.humana(), until=UNTIL)

    assert (run.state, run.fetched, len(scanner.scanned)) == (State.DONE, 4, 4)


def test_an_infected_file_is_refused_and_named_and_looked_at_again(site, scanner):
    scanner.says = b"stream: Doc.Dropper FOUND"

    run = run_now(site.humana(), until=UNTIL)

    assert (run.state, run.fetched, run.failed) == (State.DONE, 0, 4)
    why = (
        "The virus scanner found Doc.Dropper in the file. Tell the carrier. The file was not kept;"
    )
    assert set(run.files.values_list("state", "problem")) == {
        (FileState.FAILED, f"{why} it is looked at each run.")
    }
    assert not Import.objects.exists()
    assert not File.objects.exists()
    noted = AccessEvent.objects.filter(kind=AccessEvent.Kind.FILE_REFUSED)
    assert [one.detail for one in noted] == ["In a file that AgencyHub fetched: Doc.Dropper"] * 4

    scanner.says = None
    assert run_now(run.connection, until=UNTIL).fetched == 4


def test_nothing_is_lost_while_the_scanner_is_silent(site, scanner, settings, time_machine):
    address, settings.CLAMD_ADDRESS = scanner.address, "tcp:127.0.0.1:1"
    run = run_now(site.humana(), until=UNTIL)

    assert (run.state, run.code, run.fetched, run.failed) == (State.WAITING, "scanner_silent", 0, 0)
    assert set(run.files.values_list("state", "tries")) == {(FileState.LISTED, 0)}
    assert not Import.objects.exists()

    settings.CLAMD_ADDRESS = address
    time_machine.move_to(NOW + timedelta(minutes=3))
    run = running.work(retrieval_id=run.pk)
    assert (run.state, run.code, run.fetched) == (State.DONE, "", 4)


def test_a_scanner_that_stays_away_leaves_the_files_to_the_next_run(
    site, scanner, settings, time_machine
):
    address, settings.CLAMD_ADDRESS = scanner.address, "tcp:127.0.0.1:1"
    run = run_now(site.humana(), until=UNTIL)
    for hours in range(1, 12):
        time_machine.move_to(NOW + timedelta(hours=3 * hours))
        run = running.work(retrieval_id=run.pk)
    assert (run.state, run.code) == (State.FAILED, "scanner_silent")

    settings.CLAMD_ADDRESS = address
    assert run_now(run.connection, until=UNTIL).fetched == 4
