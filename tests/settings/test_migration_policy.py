"""Migrations of a release may run while the release before still works (docs/migrations.md)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from psycopg.errors import LockNotAvailable

from agencyhub.lib.management.commands import migrate
from tests.migration_rules import problems_of

# What the first release was made with: nothing ran before it. New migrations do not go in here.
FIRST_RELEASE = Path(__file__).with_name("migrations_of_the_first_release.txt")
CHECK = models.CheckConstraint(condition=models.Q(a=1), name="a_is_one")
UNIQUE = models.UniqueConstraint("a", name="a_once")
INDEX = models.Index("a", name="a_index")


def _migration(*operations, atomic=True, reviewed=None):
    body = {"operations": list(operations), "atomic": atomic, "reviewed": reviewed or {}}
    return type("Migration", (migrations.Migration,), body)("0002_test", "policies")


def _added(**how):
    return migrations.AddField("policy", "a", models.IntegerField(**how))


class TestMigrationsSinceTheFirstRelease:
    def test_keep_the_policy(self):
        known = set(FIRST_RELEASE.read_text(encoding="utf-8").split())
        loader = MigrationLoader(None, ignore_no_migrations=True)
        new = [
            one
            for key, one in loader.disk_migrations.items()
            if ".".join(key) not in known
            and Path(settings.BASE_DIR, *one.__module__.split(".")).with_suffix(".py").exists()
        ]

        assert [
            problem
            for one in new
            for problem in problems_of(
                one, loader.project_state((one.app_label, one.name), at_end=False)
            )
        ] == []


class TestProblemsOf:
    @pytest.mark.parametrize(
        ("rule", "operation"),
        [
            ("removes_what_old_code_reads", migrations.RemoveField("policy", "a")),
            ("removes_what_old_code_reads", migrations.RenameField("policy", "a", "b")),
            ("removes_what_old_code_reads", migrations.DeleteModel("policy")),
            ("removes_what_old_code_reads", migrations.RunSQL("ALTER TABLE t DROP COLUMN a")),
            (
                "not_null_without_db_default",
                migrations.AddField("policy", "a", models.CharField(max_length=1, default="")),
            ),
            ("index_not_concurrently", migrations.AddIndex("policy", INDEX)),
            ("index_not_concurrently", migrations.AddConstraint("policy", UNIQUE)),
            (
                "index_not_concurrently",
                migrations.AddField("policy", "a", models.IntegerField(null=True, db_index=True)),
            ),
            ("constraint_checked_under_lock", migrations.AddConstraint("policy", CHECK)),
            (
                "rewrites_or_scans_a_column",
                migrations.AlterField("policy", "a", models.BigIntegerField()),
            ),
            ("locks_by_sql", migrations.RunSQL("CREATE INDEX i ON t (a)")),
            ("locks_by_sql", migrations.RunSQL("LOCK TABLE t")),
            ("concurrent_in_transaction", AddIndexConcurrently("policy", INDEX)),
        ],
    )
    def test_names_the_rule(self, rule, operation):
        (problem,) = problems_of(_migration(operation))

        assert problem.startswith(f"policies.0002_test: {rule}: ")
        assert problems_of(_migration(operation, reviewed={rule: "Looked at."})) == []
        assert problems_of(_migration(operation, reviewed={rule: " "})) == [problem]

    def test_names_data_that_are_moved_with_the_schema(self):
        add = migrations.AddField("policy", "a", models.IntegerField(null=True))
        move = migrations.RunPython(migrations.RunPython.noop)

        assert len(problems_of(_migration(add, move))) == 1
        assert problems_of(_migration(move)) == []

    @pytest.mark.parametrize(
        ("_case", "migration"),
        [
            ("nullable", _migration(_added(null=True))),
            ("filled", _migration(_added(db_default=0))),
            ("concurrently", _migration(AddIndexConcurrently("policy", INDEX), atomic=False)),
            ("not valid yet", _migration(AddConstraintNotValid("policy", CHECK))),
            ("sql", _migration(migrations.RunSQL("CREATE INDEX CONCURRENTLY i ON t (a)"))),
            (
                "a table of its own",
                _migration(
                    migrations.CreateModel("new", [("a", models.IntegerField())]),
                    migrations.AddField("new", "b", models.IntegerField()),
                    migrations.AddIndex("new", INDEX),
                    migrations.AddConstraint("new", CHECK),
                ),
            ),
        ],
    )  # fmt: skip
    def test_lets_what_is_safe_pass(self, _case, migration):
        assert problems_of(migration) == []

    def test_lets_other_words_for_the_same_column_pass(self):
        before = ProjectState()
        before.add_model(ModelState("policies", "policy", [("a", models.IntegerField())]))
        words = migrations.AlterField("policy", "a", models.IntegerField(help_text="Words"))
        wider = migrations.AlterField("policy", "a", models.BigIntegerField())

        assert problems_of(_migration(words), before) == []
        assert len(problems_of(_migration(wider), before)) == 1


@pytest.mark.django_db(transaction=True)
class TestMigrate:
    def test_waits_for_locks_no_longer_than_the_setting_says_and_then_as_before(
        self, settings, monkeypatch
    ):
        settings.MIGRATE_LOCK_SECONDS = 7
        seen = []

        def handle(self, *_args, **_options):
            seen.append(_lock_timeout())

        monkeypatch.setattr(migrate.migrate.Command, "handle", handle)

        call_command("migrate", verbosity=0)

        assert seen == ["7s"]
        assert _lock_timeout() == "0"

    def test_says_what_to_do_when_a_table_is_in_use(self, monkeypatch):
        def handle(self, *_args, **_options):
            raise OperationalError from LockNotAvailable

        monkeypatch.setattr(migrate.migrate.Command, "handle", handle)

        with pytest.raises(CommandError, match="Run migrate again"):
            call_command("migrate", verbosity=0)


def _lock_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]
