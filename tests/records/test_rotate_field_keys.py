"""Rotating the keys of sealed fields."""

import base64

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencyhub.lib import crypto
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.records import history
from agencyhub.records.models import Change
from agencyhub.records.services import keys
from agencyhub.records.services.keys import rotate_field_keys
from agencyhub.records.services.undo import undo_batch
from individuals.models import Individual
from tests.factories.accounts import UserFactory
from tests.factories.individuals import MBI, OTHER_MBI, IndividualFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path):
    """Files of other tests are sealed with keys of theirs."""
    settings.MEDIA_ROOT = tmp_path


def _key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


class TestRotateFieldKeys:
    def test_lets_the_old_keys_be_thrown_away(self, settings):
        IndividualFactory(mbi=MBI)
        old = configured.FIELD_ENCRYPTION_KEYS
        settings.FIELD_ENCRYPTION_KEYS = [_key("n"), *old]
        settings.BLIND_INDEX_KEY = _key("b")

        done = rotate_field_keys()

        settings.FIELD_ENCRYPTION_KEYS = [_key("n")]
        individual = Individual.objects.get()
        assert done.rows == 1
        assert individual.mbi.reveal() == MBI
        assert crypto.key_ring().is_current(individual.mbi.data)
        assert Individual.objects.with_mbi(MBI).get() == individual

    def test_carries_the_history_over(self, settings):
        user = UserFactory(is_superuser=True)
        with history.batch(user=user, channel="screen", summary="Made") as made:
            IndividualFactory(mbi=MBI)
        with history.batch(user=user, channel="screen", summary="Cleared") as cleared:
            individual = Individual.objects.get()
            individual.set_mbi(None)
            individual.save()
        settings.FIELD_ENCRYPTION_KEYS = [_key("n"), *configured.FIELD_ENCRYPTION_KEYS]

        rotate_field_keys()
        settings.FIELD_ENCRYPTION_KEYS = [_key("n")]
        undo_batch(batch_id=cleared.pk, user=user, at=made.created_at)

        assert Individual.objects.get().mbi.reveal() == MBI

    def test_says_how_much_it_carried_over_and_that_nothing_is_left_to_do(self, settings, capsys):
        IndividualFactory(mbi=MBI)
        settings.FIELD_ENCRYPTION_KEYS = [_key("n"), *configured.FIELD_ENCRYPTION_KEYS]

        call_command("rotate_field_keys")
        call_command("rotate_field_keys")

        first, second = capsys.readouterr().out.splitlines()
        assert first.startswith("1 rows, ")
        assert second == "Nothing to do: everything carries the current keys already."

    def test_changes_nothing_the_second_time_and_writes_no_history(self):
        IndividualFactory(mbi=MBI)
        before = Change.objects.count()
        rotate_field_keys()

        done = rotate_field_keys()

        assert (done.rows, done.changes) == (0, 0)
        assert Change.objects.count() == before

    def test_seals_anew_what_a_process_with_the_old_keys_wrote_meanwhile(
        self, settings, monkeypatch
    ):
        old, new = configured.FIELD_ENCRYPTION_KEYS, _key("n")
        IndividualFactory(mbi=OTHER_MBI)
        settings.FIELD_ENCRYPTION_KEYS = [new, *old]
        rotate_history, late = keys._rotate_history, []

        def while_somebody_writes() -> int:
            changed = rotate_history()
            if not late:
                settings.FIELD_ENCRYPTION_KEYS = old
                late.append(IndividualFactory(mbi=MBI))
                settings.FIELD_ENCRYPTION_KEYS = [new, *old]
            return changed

        monkeypatch.setattr(keys, "_rotate_history", while_somebody_writes)

        done = rotate_field_keys()

        settings.FIELD_ENCRYPTION_KEYS = [new]
        assert done.rows == 2
        assert {one.mbi.reveal() for one in Individual.objects.all()} == {MBI, OTHER_MBI}

    def test_locks_the_rows_that_it_reads_so_that_no_edit_is_lost(self, settings):
        IndividualFactory(mbi=MBI)
        settings.FIELD_ENCRYPTION_KEYS = [_key("n"), *configured.FIELD_ENCRYPTION_KEYS]

        with CaptureQueriesContext(connection) as queries:
            rotate_field_keys()

        said = [query["sql"] for query in queries]
        read = [sql for sql in said if sql.startswith("SELECT") and '."mbi"' in sql]
        assert read
        assert all(sql.endswith('FOR NO KEY UPDATE OF "individuals_individual"') for sql in read)

    def test_refuses_when_a_needed_key_is_gone(self, settings):
        IndividualFactory(mbi=MBI)
        settings.FIELD_ENCRYPTION_KEYS = [_key("n")]

        with pytest.raises(UnreadableSecretError):
            rotate_field_keys()
