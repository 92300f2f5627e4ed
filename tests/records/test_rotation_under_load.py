"""Keys are changed while people work: every value can be read all the time, killed or not."""

import base64
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as configured
from django.db import connection

from agencyhub.lib import crypto
from agencyhub.records.services import keys
from bench.people import mbi
from individuals.models import Individual
from individuals.models.person import MBI_INDEX
from tests import templates
from tests.factories.individuals import IndividualFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()
PEOPLE = 3 * keys.PAGE


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def people(default_options):
    """Three pages of them, sealed with the old key."""
    first = IndividualFactory(mbi=mbi(0))
    rows = [
        Individual(first_name="Ana", last_name=f"Lopez {number}", type_id=first.type_id,
                   status_id=first.status_id)
        for number in range(1, PEOPLE)
    ]  # fmt: skip
    for number, row in enumerate(rows, start=1):
        row.mbi = row._meta.get_field("mbi").seal(mbi(number))
        row.mbi_index = crypto.blind_index(mbi(number), purpose=MBI_INDEX)
        row.mbi_tail = mbi(number)[-4:]
    Individual.objects.bulk_create(rows)
    return first


def _rotating(old):
    environment = os.environ | {
        "DATABASE_URL": templates.url_of(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        "FIELD_ENCRYPTION_KEYS": ",".join([NEW, *old]),
        "BLIND_INDEX_KEY": configured.BLIND_INDEX_KEY,
        "AGENCYHUB_HOME": str(configured.MEDIA_ROOT),
    }
    command = [sys.executable, "manage.py", "rotate_field_keys"]
    return subprocess.Popen(
        command, env=environment, cwd=configured.BASE_DIR, stdout=subprocess.DEVNULL
    )


def _sealed_with_new():
    """How many rows carry the new key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM individuals_individual WHERE substr(mbi, 2, 4) = %s",
            [crypto.KeyRing.from_texts([NEW]).newest],
        )
        return cursor.fetchone()[0]


def _all_open():
    return all(row.mbi.reveal() for row in Individual.objects.only("mbi").iterator())


class TestRotationUnderLoad:
    def test_reads_and_writes_go_on_with_either_order_of_keys_and_a_kill_loses_nothing(
        self, people, settings
    ):
        old = list(configured.FIELD_ENCRYPTION_KEYS)
        rings = ([*old, NEW], [NEW, *old])

        killed = _rotating(old)
        _wait_until(lambda: _sealed_with_new() >= keys.PAGE or killed.poll() is not None)
        killed.send_signal(signal.SIGKILL)
        killed.wait()

        assert 0 < _sealed_with_new() < PEOPLE
        for ring in rings:
            settings.FIELD_ENCRYPTION_KEYS = ring
            assert _all_open()

        settings.FIELD_ENCRYPTION_KEYS = ring = list(rings[0])
        IndividualFactory(mbi=mbi(PEOPLE))  # by the last process of the old order
        again, written = _rotating(old), 1
        while again.poll() is None:
            number = PEOPLE + written
            ring[:] = rings[1]
            made = IndividualFactory(mbi=mbi(number), last_name=f"Late {number}")
            ring[:] = rings[written % 2]
            people.refresh_from_db()
            assert people.mbi.reveal() == mbi(0)
            assert Individual.objects.with_mbi(mbi(number)).get() == made
            written += 1
            time.sleep(0.05)
        assert again.returncode == 0
        settings.FIELD_ENCRYPTION_KEYS = [NEW]
        assert written > 1
        assert _sealed_with_new() == Individual.objects.count() == PEOPLE + written
        assert _all_open()


def _wait_until(is_so):
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)
