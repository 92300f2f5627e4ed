"""Imports of several parts: threads, dead workers, undo. On a database that commits."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from agencyhub.imports import kinds, leases
from agencyhub.imports.engine import checking, committing, staging
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.models import Import, ImportedRows
from agencyhub.imports.services import commits, runs
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.models import Individual
from policies.models import Policy
from tests.factories.accounts import UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.policies import CarrierFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]

TABLES = {
    "individuals_individual": "first_name, last_name, date_of_birth, cell_phone, mbi_tail, email",
    "individuals_address": "line_1, zip_code, is_primary",
    "individuals_individualagent": "agent_id",
    "policies_policy": "policy_number, status_id, premium, effective_date",
    "records_option": "*",
    "accounts_agent": "*",
}
# A worker that is killed after ``at`` chunks were written, the last of them not yet committed.
WORKER = """
import os, signal, sys
import django
django.setup()
from agencyhub.imports.engine import committing, ledger, staging, checking
for module in (committing, staging, checking):
    module.ROWS = 4
committing.WORKERS = int(sys.argv[3])
note, seen = ledger.note, []
def killed(run, **page):
    note(run, **page)
    seen.append(1)
    if len(seen) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
ledger.note = killed
from agencyhub.imports.services import commits
commits.commit(import_id=int(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    for module in (committing, staging, checking):
        monkeypatch.setattr(module, "ROWS", 4)


def _rows(count=22):
    return [
        {
            "first_name": f"First{n % 17}",
            "last_name": "Núñez",
            "date_of_birth": f"1/{n % 17 + 1}/1950",
            "cell_phone": f"515555{n % 17:04}",
            "address_1": f"{n % 17} Oak St",
            "zip_code": "50010",
            "carrier": "Humana",
            "policy_number": f"P{n}",
            "policy_status": "Active",
            "coverage_type": "MAPD",
            "premium": f"{n}.50",
        }
        for n in range(count)
    ]


def _dump():
    """Every table that an import may touch, without keys and times."""
    found = {}
    for table, columns in TABLES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {table}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def _book():
    CarrierFactory(name="Humana")
    known = IndividualFactory(first_name="First3", last_name="Nunez", date_of_birth="1950-01-04",
                              cell_phone="5155550999")  # fmt: skip
    AddressFactory(individual=known, line_1="99 Elm St", zip_code="50010", is_primary=True)
    return known


class TestInThreads:
    def test_every_row_is_taken_once_and_undone_completely(self):
        known = _book()
        before = _dump()
        owner = UserFactory(is_superuser=True)
        run = receive(_rows(), user=owner)
        assert counts(run) == (22, 0, 0, 0)
        commit(run)
        assert (run.state, run.problem, run.progress) == ("imported", "", 22)
        assert (Individual.objects.count(), Policy.objects.count()) == (17, 22)
        assert sum(ImportedRows.objects.values_list("count", flat=True)) == 22
        known.refresh_from_db()
        assert known.cell_phone == "5155550003"
        result = runs.undo(import_id=run.pk, user=owner, at=timezone.now())
        assert result.kept == []
        assert _dump() == before

    def test_undo_leaves_what_was_edited_since_and_lists_it(self):
        _book()
        owner = UserFactory(is_superuser=True)
        run = commit(receive(_rows(), user=owner))
        edited = Policy.objects.get(policy_number="P21")
        Policy.objects.filter(pk=edited.pk).update(premium="99.00")
        result = runs.undo(import_id=run.pk, user=owner, at=timezone.now())
        assert any(f"Policy {edited.pk}" in line for line in result.kept)
        assert [one.pk for one in Policy.objects.all()] == [edited.pk]
        assert Individual.objects.filter(pk=edited.subscriber_id).exists()
        assert Individual.objects.count() == 2


class TestDeadWorkers:
    def test_who_die_of_every_undo_are_not_sent_again_for_ever(self, monkeypatch):
        _book()
        owner = UserFactory(is_superuser=True)
        run = commit(receive(_rows(), user=owner))
        runs.start_undo(import_id=run.pk, user=owner)

        def killed(**_what):
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr(runs, "undo_batch", killed)
            for _ in range(leases.MOST_ATTEMPTS):
                with pytest.raises(SystemExit):
                    runs.finish_undo(import_id=run.pk, at=timezone.now())
        runs.finish_undo(import_id=run.pk, at=timezone.now())

        run.refresh_from_db()
        assert (run.state, run.problem) == ("imported", runs.UNDO_FAILS)
        runs.start_undo(import_id=run.pk, user=owner)
        runs.finish_undo(import_id=run.pk, at=timezone.now())
        run.refresh_from_db()
        assert (run.state, run.problem) == ("undone", "")

    @pytest.mark.parametrize(("chunks", "workers"), [(1, 1), (3, 1), (2, 2), (3, 3)])
    def test_leave_an_import_that_another_one_finishes(self, chunks, workers, settings):
        _book()
        run = receive(_rows(), user=UserFactory(is_superuser=True))
        runs.start_commit(import_id=run.pk, user=run.user)
        home = settings.MEDIA_ROOT / "home"
        home.mkdir()
        (home / "files").symlink_to(settings.MEDIA_ROOT)
        url = urlsplit(os.environ["DATABASE_URL"])
        environment = os.environ | {
            "DATABASE_URL": url._replace(path="/" + connection.settings_dict["NAME"]).geturl(),
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
            "AGENCYHUB_HOME": str(home),
        }
        words = [sys.executable, "-c", WORKER, str(run.pk), str(chunks), str(workers)]
        killed = subprocess.run(words, env=environment, check=False, capture_output=True)
        assert killed.returncode == -9, killed.stderr.decode()[-2000:]
        run.refresh_from_db()
        assert run.state == Import.State.COMMITTING
        written = Policy.objects.count()
        assert written < 22
        commits.commit(import_id=run.pk)
        assert Policy.objects.count() == written  # the lease of the dead one lasts
        Import.objects.filter(pk=run.pk).update(alive_at=None)
        commits.commit(import_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.problem, run.progress) == ("imported", "", 22)
        assert (Individual.objects.count(), Policy.objects.count()) == (17, 22)
        assert sorted(Policy.objects.values_list("policy_number", flat=True)) == sorted(
            f"P{n}" for n in range(22)
        )
        runs.undo(import_id=run.pk, user=run.user, at=timezone.now())
        assert (Individual.objects.count(), Policy.objects.count()) == (1, 0)


class TestTwoAtOnce:
    def test_who_does_not_know_what_another_one_wrote_adds_nothing(self):
        people = [{"first_name": "Ana", "last_name": f"Lopez {n}"} for n in range(22)]
        run = receive(people, user=UserFactory(is_superuser=True))
        with history.batch(user=run.user, channel=Batch.Channel.IMPORT, summary="Two") as batch:
            pass
        words = (run, kinds.of(run.kind), Parts(run.staged_as, run.parts), batch)
        one, other = committing.Committer(*words), committing.Committer(*words)
        one.commit()
        with pytest.raises(IntegrityError):
            other.commit()
        assert Individual.objects.count() == 22
        assert sum(ImportedRows.objects.values_list("count", flat=True)) == 22
        assert sum(one.last_id - one.first_id + 1 for one in batch.ranges.all()) == 22


class TestBetweenCheckAndImport:
    def test_a_person_added_meanwhile_is_not_added_twice(self):
        CarrierFactory(name="Humana")
        people = [
            {
                "first_name": f"First{n}",
                "last_name": "Núñez",
                "date_of_birth": f"{n + 1}/2/1950",
                "email": "a@b.org",
            }
            for n in range(5)
        ]
        run = receive(people, user=UserFactory(is_superuser=True))
        IndividualFactory(first_name="First0", last_name="Nunez", date_of_birth="1950-01-02")
        commit(run)
        assert (run.state, counts(run)) == ("checked", (4, 1, 0, 0))
        assert "checked again" in run.problem
        commit(run)
        assert (run.state, Individual.objects.count()) == ("imported", 5)

    def test_a_change_that_alters_nothing_of_the_figures_does_not_stop_it(self):
        CarrierFactory(name="Humana")
        run = receive(_rows(5), user=UserFactory(is_superuser=True))
        IndividualFactory(first_name="Somebody", last_name="Else")
        commit(run)
        assert (run.state, run.problem) == ("imported", "")
