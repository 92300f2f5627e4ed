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
from tests import templates
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory
from tests.plancompare.samples import enrollment

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
]
ENROLLMENTS = 200
PEOPLE = 80
KILLS = 5
PATIENCE = 240
WORKER = "worker -Q hooks -c 2 --loglevel ERROR --without-gossip --without-mingle"


@pytest.fixture(autouse=True)
def _site(default_options: None) -> None:
    PlanTypeMappingFactory(site=SiteFactory())


class Workers:
    """Real Celery workers on the queue of the inbox, each in a process group of its own."""

    def __init__(self) -> None:
        env = {
            **os.environ,
            "DATABASE_URL": templates.url_of(connection.settings_dict["NAME"]),
            "INBOX_LEASE_SECONDS": "2",
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        }
        script = "import django; django.setup(); from tests.load.workers import serve; serve()"
        self._parent = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=settings.BASE_DIR,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def one(self) -> Iterator[None]:
        """A worker, which is killed at the end with its processes."""
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(f"{WORKER}\n")
        self._parent.stdin.flush()
        pid = int(self._parent.stdout.readline())
        try:
            yield
        finally:
            os.killpg(pid, signal.SIGKILL)

    def stop(self) -> None:
        self._parent.communicate(timeout=30)


@pytest.fixture(scope="module")
def workers(django_db_setup: None) -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.stop()


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
    def test_delivered_50_times_by_8_senders_makes_one_policy(self, live_server, workers):
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
        with workers.one():
            _wait_until_applied(1)

        assert sorted({answer.status_code for answer in answers}) == [200, 202]
        assert len({answer.json()["message_id"] for answer in answers}) == 1
        assert Policy.objects.count() == 1

    def test_under_50_delivery_ids_makes_one_policy(self, workers):
        """The confirmation number decides, also when two workers apply at the same time."""
        for number in range(50):
            _store(number, confirmation="CN-SAME", person=0)

        with workers.one():
            _wait_until_applied(50)

        assert Policy.objects.count() == 1
        assert Individual.objects.count() == 1


class TestKilledWorker:
    def test_loses_nothing_and_applies_nothing_twice(self, workers):
        for number in range(ENROLLMENTS):
            _store(number, confirmation=f"CN{number}", person=number % PEOPLE)

        for kill in range(1, KILLS + 1):
            with workers.one():
                _wait_until_applied(ENROLLMENTS * kill // (KILLS + 2))
        with workers.one():
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
