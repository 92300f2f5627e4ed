"""Workers that are killed in the middle of a Refresh. On a database that commits."""

import os
import signal
import subprocess
import sys
import time
from random import Random

import pytest
from django.conf import settings
from django.db import connection

from commissions.models import MatchChange, MatchRun
from commissions.services import refresh
from tests.commissions.refreshing.conftest import NOW
from tests.commissions.refreshing.confusion import TABLES, Town, kept

pytestmark = pytest.mark.load
PATIENCE = 60
WORDS = {True: 36, False: 56}
"""So many times a run turns to the database, at least."""
# A worker that is killed when it turns to the database for the so-manieth time.
WORKER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
from commissions.services import refresh
cursor, left = connection.cursor, [int(sys.argv[2])]
def killed():
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return cursor()
connection.cursor = killed
refresh.run(run_id=int(sys.argv[1]), at=timezone.now())
print(int(sys.argv[2]) - left[0])
"""


def _worker(run, *, dies_at):
    database = connection.settings_dict
    host = f"host={database['OPTIONS'].get('host') or database['HOST']}&port={database['PORT']}"
    url = f"postgresql://{database['USER']}@/{database['NAME']}?{host}"
    return subprocess.run(
        [sys.executable, "-c", WORKER, str(run.pk), str(dies_at)],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        },
        cwd=settings.BASE_DIR,
        check=False,
        capture_output=True,
        text=True,
    )


def _wait_until_buried():
    """The server takes a moment to notice that somebody is gone who held a lock."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            if not cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
class TestRefresh:
    def test_killed_at_any_moment_it_has_done_nothing_and_is_begun_again(self, monkeypatch):
        monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *_args, **_options: None)
        random, town = Random(16), Town(3)
        for model, count in zip(TABLES, (12, 16, 24), strict=True):
            town.add(model, count)
        for is_full in (True, False, False):
            before, noted = kept(), MatchChange.objects.count()
            run = refresh.request(is_full=is_full)

            dead = _worker(run, dies_at=random.randrange(8, WORDS[is_full]))

            assert dead.returncode == -signal.SIGKILL, dead.stdout + dead.stderr
            _wait_until_buried()
            assert (kept(), MatchChange.objects.count()) == (before, noted)
            again = refresh.run(run_id=run.pk, at=NOW)
            assert again.state == MatchRun.State.DONE
            assert again.is_full == is_full
            undisturbed = refresh.run(run_id=refresh.request(is_full=True).pk, at=NOW)
            assert undisturbed.result["changed_pairs"] == 0
            town.change(3)
