"""A database that nobody can reach: backup and restore say so, and leave nothing."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from agencyhub.home.backups import facts, manifest, places
from tests import templates

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "there_is_no_such_database"


@pytest.fixture
def _nowhere():
    with templates.using(NOWHERE):
        yield


class TestUnreachable:
    def test_names_the_database_and_what_to_look_at_but_no_password(self):
        with pytest.raises(places.NoDatabaseError) as refusal:
            places.connect(NOWHERE, autocommit=True)

        assert refusal.value.code == "no_database"
        assert NOWHERE in refusal.value.message
        assert "DATABASE_URL" in refusal.value.message
        password = connection.settings_dict["PASSWORD"]
        assert not password or password not in refusal.value.message

    @pytest.mark.usefixtures("_nowhere")
    def test_backup_says_so_and_leaves_no_directory(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be reached"):
            call_command("backup", str(tmp_path / "one"))

        assert not (tmp_path / "one").exists()

    @pytest.mark.usefixtures("_nowhere")
    def test_restore_says_so(self, tmp_path):
        told = manifest.Manifest(
            format=manifest.FORMAT, made_at="2026-11-23T12:00:00+00:00", version="1", server=15,
            migrations=[], tables={}, sequences={}, sealing_keys=facts.sealing_keys(),
            index_key=facts.index_key(),
        )  # fmt: skip
        manifest.write(told, tmp_path)

        with pytest.raises(CommandError, match="cannot be reached"):
            call_command("restore", str(tmp_path))
