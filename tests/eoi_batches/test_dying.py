"""Whatever dies, each row is decided once, and every file ends with a results file."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from eoi.models import Decision, EoiRequest
from groups.models import CoveragePeriod, Election, Employee
from integrations.eoi_batches.models import BatchFile, BatchRow
from integrations.eoi_batches.services import arriving, leases, opening, working
from tests.eoi_batches.conftest import line
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import BenefitFactory, GroupPlanFactory

pytestmark = pytest.mark.load

State = BatchFile.State
WAIT_SECONDS = 400
STEP = 10_000


class DiedError(BaseException):
    """As sudden as a kill."""


class Dying:
    """A connector that dies before or after one of its steps."""

    def __init__(self, connector, *, at, is_done):
        self._connector, self._left, self._is_done = connector, at, is_done

    def __getattr__(self, name):
        def step(*arguments):
            self._left -= 1
            if self._left == 0 and not self._is_done:
                raise DiedError
            answer = getattr(self._connector, name)(*arguments)
            if self._left == 0:
                raise DiedError
            return answer

        return step


@pytest.mark.django_db
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_a_file_goes_on_from_whichever_step_its_worker_died_at(new_mailbox, is_done, settings):
    settings.EOI_BATCH_LEASE_SECONDS = 60
    deaths = 0
    for at in range(1, 20):
        box = new_mailbox()
        wanted = EoiRequestFactory(election__employee__group=box.folder.group)
        box.drop("one.csv", line(wanted), line(wanted))
        with opening.open_connector(box.folder.server) as connector:
            for part in box.folder.PARTS:
                connector.make_folder(box.folder.part(part))
            arriving.look(box.folder, connector, at=timezone.now())
            (file,) = arriving.look(box.folder, connector, at=timezone.now())
            lease = leases.take(file, at=timezone.now())
            try:
                working.go_on(lease, Dying(connector, at=at, is_done=is_done))
            except DiedError:
                deaths += 1
        in_work = BatchFile.objects.filter(state__in=BatchFile.IN_WORK)
        in_work.update(alive_at=timezone.now() - timedelta(hours=1))

        box.pick_up()

        file = BatchFile.objects.get(folder=box.folder)
        assert (file.state, file.valid, file.failed) == (State.ARCHIVED, 1, 1)
        assert (len(box.results("one.csv")), box.names("archive")) == (2, ["one.csv"])
        assert box.names("processing") == box.names("inbound") == []
        assert Decision.objects.filter(request=wanted).count() == 1
        if file.deaths == 0:
            break
    assert deaths >= 5


class Workers:
    """Two pickers at once, each of which may be killed."""

    def __init__(self, server_id):
        name = connection.settings_dict["NAME"]
        database = re.sub(r"^(\w+://[^/]*/)[^?]*", rf"\g<1>{name}", os.environ["DATABASE_URL"])
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
            "DATABASE_URL": database,
            "EOI_BATCH_SETTLE_SECONDS": "0",
            "EOI_BATCH_LEASE_SECONDS": "6",
        }
        module = "tests.eoi_batches.workers"
        script = f"import django; django.setup(); from {module} import serve; serve()"
        self._server_id = server_id
        self._parent = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=django_settings.BASE_DIR,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pids = [self._start(), self._start()]

    def _start(self):
        self._parent.stdin.write(f"{self._server_id}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def kill_one(self, at):
        os.kill(self.pids[at], signal.SIGKILL)
        self.pids[at] = self._start()

    def stop(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()


def offered(box, *, people):
    """Requests of as many employees: $10,000 in force, $500,000 wanted."""
    group = box.folder.group
    plan = GroupPlanFactory(benefit=BenefitFactory(group=group))
    employees = Employee.objects.bulk_create(
        Employee(group=group, external_id=f"{group.pk}-{one}", first_name="Ana", last_name="Lopez",
                 hire_date=date(2026, 1, 1))
        for one in range(people)
    )  # fmt: skip
    elections = Election.objects.bulk_create(
        Election(employee=one, benefit=plan.benefit, plan=plan, requested_plan=plan, volume=STEP,
                 requested_volume=500_000, waiting_for_eoi=True, event="new_hire",
                 elected_date=date(2026, 10, 15), original_effective_date=date(2026, 11, 1),
                 change_effective_date=date(2026, 11, 1))
        for one in employees
    )  # fmt: skip
    CoveragePeriod.objects.bulk_create(
        CoveragePeriod(election=one, plan=plan, volume=STEP, start_date=date(2026, 11, 1))
        for one in elections
    )
    EoiRequest.objects.bulk_create(
        EoiRequest(group=group, employee=one.employee, election=one, requested_volume=500_000,
                   opened_date=date(2026, 10, 15))
        for one in elections
    )  # fmt: skip
    return [one.external_id for one in employees]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("folders", "files", "people", "kills"),
    [
        pytest.param(3, 4, 20, 3, id="few"),
        pytest.param(10, 10, 100, 8, id="many"),
    ],
)
def test_two_pickers_killed_at_random_lose_nothing_and_double_nothing(
    new_mailbox, folders, files, people, kills
):
    chance = random.Random(6)
    boxes = [new_mailbox() for _ in range(folders)]
    for box in boxes:
        numbers = offered(box, people=people)
        for turn in range(files):
            volume = STEP * (turn + 2)
            box.drop(
                f"decisions-{turn:02}.csv",
                *(f"{one},,subscriber_life,pend_remaining,{volume},2026-12-01" for one in numbers),
            )
            path = box.root / "inbound" / f"decisions-{turn:02}.csv"
            os.utime(path, (1_800_000_000 + turn, 1_800_000_000 + turn))
    workers = Workers(boxes[0].folder.server_id)
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 1.2))
            workers.kill_one(chance.randrange(2))
        deadline = time.monotonic() + WAIT_SECONDS
        while BatchFile.objects.filter(state=State.ARCHIVED).count() < folders * files:
            assert time.monotonic() < deadline, list(
                BatchFile.objects.values_list("state").annotate(Count("pk")).order_by("state")
            )
            time.sleep(0.3)
    finally:
        workers.stop()

    rows = folders * files * people
    assert BatchFile.objects.count() == folders * files
    assert BatchRow.objects.filter(is_valid=True).count() == rows
    assert BatchRow.objects.filter(is_valid=False).count() == 0
    sources = set(Decision.objects.values_list("source", flat=True))
    assert len(sources) == Decision.objects.count() == rows
    last = Decimal(STEP * (files + 1))
    assert set(Election.objects.values_list("volume", flat=True)) == {last}
    names = [f"decisions-{turn:02}.csv" for turn in range(files)]
    for box in boxes:
        assert (box.names("archive"), box.names("rejected")) == (names, [])
        assert box.names("inbound") == box.names("processing") == []
        assert all(len(box.results(name)) == people for name in names)
