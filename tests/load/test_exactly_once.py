"""Deliveries that race, and workers that are killed: every enrollment is applied exactly once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from django.conf import settings
from django.db import connection

from agencyhub.accounts import api_keys
from individuals.models import Individual
from integrations import registry, tasks
from integrations.models import InboundMessage, TouchedRecord
from integrations.plancompare.models import EnrollmentKey
from integrations.services import inbox
from policies.models import Policy
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import enrollment

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
]
ENROLLMENTS = 500
PEOPLE = 200
KILLS = 5
PATIENCE = 240


@pytest.fixture(autouse=True)
def _site(default_options: None) -> None:
    PlanTypeMappingFactory(site=SiteFactory())


def _worker_environment() -> dict[str, str]:
    database = connection.settings_dict
    host = f"host={database['OPTIONS'].get('host') or database['HOST']}&port={database['PORT']}"
    url = f"postgresql://{database['USER']}@/{database['NAME']}?{host}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "INBOX_LEASE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
    }


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on the queue of the inbox, in a process group of its own."""
    command = [
        sys.executable, "-m", "celery", "-A", "agencyhub", "worker", "-Q", "hooks", "-c", "2",
        "--loglevel", "ERROR", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    worker = subprocess.Popen(
        command, env=_worker_environment(), cwd=settings.BASE_DIR, start_new_session=True
    )
    try:
        yield worker
    finally:
        _kill(worker)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _applied() -> int:
    return InboundMessage.objects.filter(state="applied").count()


def _wait_until_applied(target: int) -> None:
    """Sweep as beat does, until ``target`` messages are applied."""
    deadline = time.monotonic() + PATIENCE
    while _applied() < target:
        assert time.monotonic() < deadline, f"{_applied()} of {target} applied"
        tasks.sweep_inbox.delay()
        time.sleep(0.3)


class TestSameEnrollment:
    def test_delivered_50_times_by_8_senders_makes_one_policy(self, live_server):
        key = api_keys.create_key(scope="plancompare", name="load").raw
        body = json.dumps(enrollment())
        headers = {"X-API-Key": key, "Content-Type": "application/json"}
        url = f"{live_server.url}/hooks/plancompare/enrollments/"

        with ThreadPoolExecutor(8) as senders:
            sent = [
                senders.submit(requests.post, url, body, headers=headers, timeout=60)
                for _ in range(50)
            ]
            answers = [request.result() for request in sent]
        with _worker():
            _wait_until_applied(1)

        assert sorted({answer.status_code for answer in answers}) == [200, 202]
        assert len({answer.json()["message_id"] for answer in answers}) == 1
        assert Policy.objects.count() == 1

    def test_under_50_delivery_ids_makes_one_policy(self):
        """The confirmation number decides, also when two workers apply at the same time."""
        for number in range(50):
            _store(number, confirmation="CN-SAME", person=0)

        with _worker():
            _wait_until_applied(50)

        assert Policy.objects.count() == 1
        assert Individual.objects.count() == 1


class TestKilledWorker:
    def test_loses_nothing_and_applies_nothing_twice(self):
        for number in range(ENROLLMENTS):
            _store(number, confirmation=f"CN{number}", person=number % PEOPLE)

        for kill in range(1, KILLS + 1):
            with _worker():
                _wait_until_applied(ENROLLMENTS * kill // (KILLS + 2))
        with _worker():
            _wait_until_applied(ENROLLMENTS)

        made = TouchedRecord.objects.filter(kind="policy", action="created")
        assert InboundMessage.objects.exclude(state="applied").count() == 0
        assert Policy.objects.count() == ENROLLMENTS
        assert made.values("message").distinct().count() == ENROLLMENTS
        assert Individual.objects.count() == PEOPLE
        assert EnrollmentKey.objects.filter(is_confirmation=True).count() == ENROLLMENTS


def _store(number: int, *, confirmation: str, person: int) -> None:
    body = enrollment(
        enrollment_id=f"PC-{number}",
        confirmation_number=confirmation,
        beneficiary={"last_name": f"Lopez{person}", "mbi": None},
    )
    inbox.receive(partner=registry.PARTNERS["plancompare"], body=json.dumps(body).encode())
