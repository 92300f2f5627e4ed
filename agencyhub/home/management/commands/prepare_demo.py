"""``prepare_demo``: everything between an empty database and the first page, in one process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from agencyhub.accounts.roles import ensure_default_roles
from agencyhub.home.demo import (
    carriers,
    mail,
    mailboxes,
    night,
    noyo,
    partners,
    payments,
    plancompare,
    seed,
    webhooks,
)
from agencyhub.lib.errors import DomainError
from agencyhub.lib.migrating import migrate


class Command(BaseCommand):
    """Migrates, loads the demo once, and lets the sandbox in. Quick when nothing is to do."""

    help = "Migrate, load demo data once, and connect the partners' sandbox."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        """Do what is missing."""
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"Making the tables: {len(plan)} migrations, a minute or two.")
            migrate(verbosity=0 if options["verbosity"] == 1 else options["verbosity"])
            ensure_default_roles()
            self.stdout.write("Tables are ready. Making demo data, where there are none yet.")
        try:
            result = seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        if result.is_new:
            counts = ", ".join(f"{n:,} {kind}" for kind, n in sorted(result.counts.items()))
            self.stdout.write(f"Demo data loaded: {counts.replace('_', ' ')}.")
        self._connect()
        if opened := mailboxes.ensure_mailboxes():
            self.stdout.write(f"{opened} groups have a folder for EOI batch files.")
        if asked := noyo.ensure_noyo(at=timezone.now()):
            self.stdout.write(f"{asked} groups are to be connected through Noyo.")
        if webhooks.ensure_webhook(at=timezone.now()):
            self.stdout.write("A webhook tells the sandbox of changes.")

    def _connect(self) -> None:
        """Let the partners in, and have them tell what is new."""
        if seed.ensure_sandbox_key():
            self.stdout.write("The partner sandbox may deliver enrollments.")
        if connected := carriers.ensure_connections(at=timezone.now()):
            self.stdout.write(f"{connected} carriers' connections follow the sandbox.")
        if night.connect(at=timezone.now()):
            self.stdout.write("HealthSherpa Medicare and ComTrack are connected.")
        if told := payments.ensure_payments(at=timezone.now()):
            self.stdout.write(f"Premier Partners told {told:,} payments.")
        if opened := partners.ensure_feeds(at=timezone.now()):
            self.stdout.write(f"{opened} Premier Partners may deliver statuses.")
        if sent := mail.ensure_mail(at=timezone.now()):
            self.stdout.write(f"{sent} mails lie in the outbox.")
        if mended := plancompare.point_links_at_sandbox():
            self.stdout.write(f"{mended} quoting links follow the sandbox.")
