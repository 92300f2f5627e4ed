"""Batch files pass the virus scanner before a row of them is read."""

import pytest

from agencyhub.accounts.models import AccessEvent
from eoi.models import Decision
from integrations.eoi_batches.models import BatchFile, Look
from tests.eoi_batches.conftest import line, states
from tests.factories.eoi import EoiRequestFactory
from tests.scanner import EICAR, SIGNATURE, Clamd

pytestmark = pytest.mark.django_db
State = BatchFile.State


@pytest.fixture
def scanner(settings):
    with Clamd() as one:
        settings.CLAMD_ADDRESS = one.address
        yield one


@pytest.fixture
def waiting(box):
    return EoiRequestFactory(election__employee__group=box.folder.group)


def test_a_clean_file_is_scanned_once_and_decided(box, waiting, scanner):
    box.drop("decisions.csv", line(waiting))

    visit = box.pick_up()

    assert states(visit.finished) == [("decisions.csv", State.ARCHIVED, 1, 0)]
    assert len(scanner.scanned) == 1


def test_an_infected_file_is_rejected_and_its_sender_told(box, waiting, scanner):
    box.drop("decisions.csv", line(waiting), EICAR.decode())

    visit = box.pick_up()

    assert states(visit.finished) == [("decisions.csv", State.REJECTED, 0, 0)]
    assert box.names("rejected") == ["decisions.csv"]
    (told,) = box.results("decisions.csv")
    assert f"The virus scanner found {SIGNATURE} in decisions.csv." in told
    assert not Decision.objects.exists()
    noted = AccessEvent.objects.get(kind=AccessEvent.Kind.FILE_REFUSED)
    assert noted.detail == f"In a file that AgencyHub fetched: {SIGNATURE}"


def test_a_file_waits_while_the_scanner_is_silent(box, waiting, scanner, settings):
    address, settings.CLAMD_ADDRESS = scanner.address, "tcp:127.0.0.1:1"
    box.drop("decisions.csv", line(waiting))

    visit = box.pick_up()

    look = Look.objects.get()
    assert (visit.finished, visit.problem.code, look.code) == (
        [],
        "scanner_silent",
        "scanner_silent",
    )
    assert not Decision.objects.exists()

    settings.CLAMD_ADDRESS = address
    visit = box.pick_up()
    assert states(visit.finished) == [("decisions.csv", State.ARCHIVED, 1, 0)]
    assert Decision.objects.count() == 1
