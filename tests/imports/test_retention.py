"""Files in the vault: sealed anew with newer keys, and deleted after their time."""

import base64
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from agencyhub.imports import tasks, vault
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import rows
from agencyhub.imports.services import repair, runs
from agencyhub.imports.services.retention import purge
from agencyhub.records.services.keys import rotate_field_keys
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db
ANA = {"first_name": "Ana", "last_name": "Lopez", "date_of_birth": "1958-03-14"}
BAD = {"first_name": "Bea", "last_name": "Ng", "date_of_birth": "31/31/1960"}
DAYS = 180


@pytest.fixture
def owner():
    return UserFactory(is_superuser=True)


def age(run, *, days):
    """Let an import and its file have come so many days ago."""
    then = timezone.now() - timedelta(days=days)
    Import.objects.filter(pk=run.pk).update(created_at=then)
    type(run.file).objects.filter(pk=run.file_id).update(received_at=then)
    run.refresh_from_db()


class TestRotation:
    def test_lets_the_old_keys_be_thrown_away(self, settings):
        run = receive([ANA, BAD])
        repair.repair_row(import_id=run.pk, line=3, cells=BAD, user=None)
        key = base64.urlsafe_b64encode(b"n" * 32).decode()
        settings.FIELD_ENCRYPTION_KEYS = [key, *configured.FIELD_ENCRYPTION_KEYS]

        done = rotate_field_keys()

        settings.FIELD_ENCRYPTION_KEYS = [key]
        run.refresh_from_db()
        assert done.others == len(list(vault.names())) + 3
        assert b"Lopez" in b"".join(vault.read(run.file.stored_as))
        assert [one.line for one in rows.problem_rows(run)] == [3]
        assert len(rows.error_groups(run)) == 1
        assert commit(run).state == Import.State.IMPORTED
        assert rotate_field_keys().others == 0


class TestPurge:
    def test_deletes_what_is_too_old_and_keeps_what_became_of_it(self, owner):
        run = commit(receive([ANA, BAD], user=owner))
        age(run, days=DAYS + 1)

        assert purge(at=timezone.now(), keep_days=DAYS) == 2

        run.refresh_from_db()
        assert list(vault.names()) == []
        assert (run.file.stored_as, run.reasons, run.rejections.count()) == ("", None, 0)
        assert counts(run) == (1, 0, 0, 1)
        assert purge(at=timezone.now(), keep_days=DAYS) == 0
        runs.undo(import_id=run.pk, user=owner, at=timezone.now())
        assert not Individual.objects.exists()

    def test_keeps_what_is_younger(self):
        run = receive([ANA, BAD])
        age(run, days=DAYS - 1)
        before = list(vault.names())

        assert purge(at=timezone.now(), keep_days=DAYS) == 0

        assert list(vault.names()) == before

    def test_keeps_a_file_that_came_again(self):
        first = commit(receive([ANA]))
        age(first, days=DAYS + 1)
        again = receive([ANA], name="again.csv")

        purge(at=timezone.now(), keep_days=DAYS)

        again.refresh_from_db()
        assert again.duplicate_of == first
        assert again.file.stored_as

    def test_puts_an_unfinished_import_aside(self):
        run = receive([ANA])
        age(run, days=DAYS + 1)

        purge(at=timezone.now(), keep_days=DAYS)

        run.refresh_from_db()
        assert run.state == Import.State.DISCARDED

    def test_is_done_at_night_and_told_on_the_page(self, owner, client, settings):
        settings.IMPORT_KEEP_DAYS = 30
        client.force_login(owner)
        run = commit(receive([ANA, BAD], user=owner))
        page = reverse("imports:import_detail", args=[run.pk])
        assert "the file is kept until" in client.get(page).content.decode()
        age(run, days=31)

        assert tasks.purge_files() == 2

        assert "the file is deleted" in client.get(page).content.decode()
        problems = client.get(reverse("imports:problem_list", args=[run.pk])).content.decode()
        assert "The rejected rows are deleted" in problems
