"""``retrieve_carriers``: fetch carriers' files now, in this process."""

import json
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencyhub.lib.errors import DomainError
from integrations.carriers import selectors
from integrations.carriers.models import Connection, Retrieval
from integrations.carriers.services import requesting, running
from policies.services.carriers import find_carrier


class Command(BaseCommand):
    """Runs one connection after the other and says what each brought."""

    help = "Fetch the books and statements of every active carrier, or of one, now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which carrier, which days, and how to answer."""
        parser.add_argument("--carrier", metavar="NAME", help="only this carrier, active or not")
        parser.add_argument("--since", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--until", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--json", action="store_true", help="one JSON object for each run")

    def handle(self, **options: Any) -> None:
        """Run the connections."""
        failed = 0
        for connection in _chosen(options["carrier"]):
            until = options["until"] or timezone.localdate()
            since = options["since"] or until - timedelta(days=connection.look_back_days)
            run = _run(connection, since, until)
            failed += run.state != Retrieval.State.DONE
            self.stdout.write(_as_json(run) if options["json"] else _in_words(run))
        if failed:
            raise CommandError(f"{failed} of the runs did not succeed.")


def _chosen(name: str | None) -> list[Connection]:
    rows = Connection.objects.select_related("carrier").order_by("carrier__name", "pk")
    if name is None:
        return list(rows.filter(is_active=True))
    carrier, _ = find_carrier(name)
    found = list(rows.filter(carrier=carrier)) if carrier else []
    if not found:
        raise CommandError(f"No connection with a carrier of this name: {name}")
    return found


def _run(connection: Connection, since: date, until: date) -> Retrieval:
    try:
        run = requesting.request(
            connection_id=connection.pk, since=since, until=until, user=None, is_queued=False
        )
    except DomainError as error:
        raise CommandError(f"{connection.carrier.name}: {error.message}") from error
    run = running.work(retrieval_id=run.pk)
    while run.state == Retrieval.State.WAITING and not run.code:
        run = running.work(retrieval_id=run.pk)
    return run


def _in_words(run: Retrieval) -> str:
    said = selectors.came(run)
    trouble = f" {run.error} {run.next_step}" if run.code else ""
    name = run.connection.carrier.name
    return (
        f"{name}, {run.since} to {run.until}: {run.get_state_display()}. {said}{trouble}".rstrip()
    )


def _as_json(run: Retrieval) -> str:
    names = ("listed", "known", "fetched", "duplicates", "held_back", "failed", "code", "error")
    values = {name: getattr(run, name) for name in ("state", *names, "next_step")}
    imports = run.files.exclude(run=None).order_by("pk").values_list("run_id", flat=True)
    return json.dumps(
        {
            "carrier": run.connection.carrier.name,
            "run": run.pk,
            "since": run.since.isoformat(),
            "until": run.until.isoformat(),
            **values,
            "imports": list(imports),
        }
    )
