"""Backup and restore: everything comes back as it was, or nothing happens."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.core.management.base import CommandError

from agencyhub.home.backups import facts, manifest, places, restoring, saving
from agencyhub.home.backups.manifest import NotABackupError
from agencyhub.home.backups.saving import BackupPlaceError
from agencyhub.imports import vault
from individuals.models import Individual
from tests import templates

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.load]
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="


@pytest.fixture(scope="module")
def _module_vault(tmp_path_factory):
    return tmp_path_factory.mktemp("vault")


@pytest.fixture
def source(demo, worker_id):
    """The demo in a database of its own, which Django works on."""
    name = f"backup_{worker_id}"
    templates.copy(demo, name)
    with templates.using(name):
        yield name
    for left in (name, f"{name}_restoring", f"{name}_target"):
        templates.drop(left)


@pytest.fixture
def empty(source):
    """An empty database beside it."""
    name = f"{source}_target"
    templates.drop(name)
    with places.connect("postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')  # type: ignore[call-overload]
    return name


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    vault.write("ab12", [b"sealed bytes"])


def _sums(name):
    with places.connect(name, autocommit=True) as database:
        return facts.sums(database), facts.sequences(database)


class TestRoundTrip:
    def test_brings_every_row_sequence_file_and_sealed_value_back(self, source, empty, tmp_path,
                                                                   settings):  # fmt: skip
        person = Individual.objects.exclude(mbi=None).order_by("pk").first()
        number = person.mbi.reveal()
        before = _sums(source)
        told = saving.backup(directory=tmp_path / "one", at=AT)
        settings.MEDIA_ROOT = tmp_path / "elsewhere"

        with templates.using(empty):
            done = restoring.restore(directory=tmp_path / "one", replace=False, at=AT)
            back = Individual.objects.get(pk=person.pk)
            Individual.objects.create(first_name="Next", last_name="Number")

            assert back.mbi.reveal() == number
            assert Individual.objects.with_mbi(number).get() == person
        assert told.rows == sum(table["rows"] for table in before[0].values()) > 10_000
        assert (done.told.tables, done.told.sequences) == before
        assert done.pending == 0
        assert b"".join(vault.read("ab12")) == b"sealed bytes"

    def test_restores_exactly_what_was_there_at_the_moment_of_the_backup(
        self, source, tmp_path, monkeypatch
    ):
        sums, late = facts.sums, []

        def while_somebody_writes(database):
            late.append(Individual.objects.create(first_name="Late", last_name="Comer"))
            return sums(database)

        monkeypatch.setattr(facts, "sums", while_somebody_writes)

        told = saving.backup(directory=tmp_path / "one", at=AT)

        monkeypatch.undo()
        assert late
        assert told.tables["individuals_individual"]["rows"] == Individual.objects.count() - 1


class TestRefuses:
    @pytest.fixture
    def saved(self, source, tmp_path):
        saving.backup(directory=tmp_path / "one", at=AT)
        return tmp_path / "one"

    def test_whatever_would_lose_or_hide_something(self, saved, empty, settings):
        """One backup serves all: a database that holds something, keys, versions, damage."""
        before = _sums(places.name())
        told = manifest.read(saved)

        with pytest.raises(restoring.NotEmptyError):
            restoring.restore(directory=saved, replace=False, at=AT)
        with templates.using(empty):
            self._refuses_other_keys(saved, settings)
            manifest.write(_with(told, migrations=[*told.migrations, "policies.0999_later"]), saved)
            with pytest.raises(restoring.NewerBackupError):
                restoring.restore(directory=saved, replace=False, at=AT)
            manifest.write(_with(told, sequences={}), saved)
            with pytest.raises(restoring.DifferentError):
                restoring.restore(directory=saved, replace=False, at=AT)
            manifest.write(told, saved)
            part = next(path for path in (saved / "database").iterdir() if path.suffix == ".gz")
            part.write_bytes(part.read_bytes()[:-1] + b"x")
            with pytest.raises(NotABackupError):
                restoring.restore(directory=saved, replace=False, at=AT)
            (saved / manifest.FILE).unlink()
            with pytest.raises(NotABackupError):
                restoring.restore(directory=saved, replace=False, at=AT)

        assert _sums(empty)[0] == {}
        assert _sums(places.name()) == before

    def _refuses_other_keys(self, saved, settings):
        own, index = configured.FIELD_ENCRYPTION_KEYS, configured.BLIND_INDEX_KEY
        settings.FIELD_ENCRYPTION_KEYS = [KEY]
        with pytest.raises(restoring.WrongKeysError) as refusal:
            restoring.restore(directory=saved, replace=False, at=AT)
        assert own[0] not in refusal.value.message
        settings.FIELD_ENCRYPTION_KEYS = [KEY, *own]
        settings.BLIND_INDEX_KEY = KEY
        with pytest.raises(restoring.WrongKeysError):
            restoring.restore(directory=saved, replace=False, at=AT)
        settings.FIELD_ENCRYPTION_KEYS, settings.BLIND_INDEX_KEY = own, index

    def test_to_overwrite_a_backup_and_tells_no_key(self, saved):
        with pytest.raises(BackupPlaceError):
            saving.backup(directory=saved, at=AT)

        text = (saved / manifest.FILE).read_text()
        assert not any(key in text for key in configured.FIELD_ENCRYPTION_KEYS)
        assert configured.BLIND_INDEX_KEY not in text

    def test_a_database_that_somebody_is_connected_to_and_keeps_what_it_replaces(
        self, saved, source
    ):
        Individual.objects.create(first_name="After", last_name="Backup")
        with places.connect(source, autocommit=True), pytest.raises(restoring.DatabaseInUseError):
            restoring.restore(directory=saved, replace=True, at=AT)
        assert Individual.objects.filter(last_name="Backup").exists()

        done = restoring.restore(directory=saved, replace=True, at=AT)

        assert done.replaced == f"{source}_replaced_20261123t120000"
        assert not Individual.objects.filter(last_name="Backup").exists()
        with templates.using(done.replaced):
            assert Individual.objects.filter(last_name="Backup").exists()
        templates.drop(done.replaced)


class TestKilled:
    def test_leaves_nothing_that_looks_whole_and_can_be_done_again(self, source, empty, tmp_path):
        target = tmp_path / "one"
        unfinished = target.with_name("one.unfinished")

        _kill_when(["backup", str(target)], source, (unfinished / "database").is_dir)

        assert not target.exists()
        assert not (unfinished / manifest.FILE).exists()
        _wait_until(lambda: _can_back_up(target))
        assert not unfinished.exists()

        _kill_when(["restore", str(target)], empty, lambda: _exists(f"{empty}_restoring"))

        assert _sums(empty)[0] == {}
        with templates.using(empty):
            call_command("restore", str(target), verbosity=0)
        assert _sums(empty) == _sums(source)


def _can_back_up(target):
    try:
        call_command("backup", str(target), verbosity=0)
    except CommandError:  # pg_dump of the killed one still writes
        return False
    return True


def _exists(name):
    with places.connect("postgres", autocommit=True) as admin:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def _kill_when(words, database, is_time):
    environment = os.environ | {
        "DATABASE_URL": templates.url_of(database),
        "AGENCYHUB_HOME": str(Path(configured.MEDIA_ROOT).parent),
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
    }
    command = [sys.executable, "manage.py", *words]
    child = subprocess.Popen(command, env=environment, cwd=configured.BASE_DIR)
    try:
        _wait_until(lambda: is_time() or child.poll() is not None)
        assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def _wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _with(told, **changes):
    return manifest.Manifest(**{**vars(told), **changes})


class TestCommands:
    def test_print_objects(self, source, empty, tmp_path, capsys):
        call_command("backup", str(tmp_path / "one"), json=True)
        with templates.using(empty):
            call_command("restore", str(tmp_path / "one"), json=True)

        saved, restored = map(json.loads, capsys.readouterr().out.splitlines())
        assert saved["rows"] == restored["rows"] > 10_000
        assert restored["pending_migrations"] == 0
