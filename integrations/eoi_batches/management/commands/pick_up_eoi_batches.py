"""``pick_up_eoi_batches``: pick EOI batch files up now, in this process."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.eoi_batches.models import BatchFile, Server
from integrations.eoi_batches.services import picking


class Command(BaseCommand):
    """Looks at one server after the other and says what became of each file."""

    help = "Pick up EOI batch files from every active server, or from one, now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which server, and how to answer."""
        parser.add_argument("--server", metavar="NAME", help="only this server, active or not")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        """Look at the servers."""
        visits = [
            picking.pick_up(server_id=server.pk, is_patient=True)
            for server in _chosen(options["server"])
        ]
        files = [_told(file) for visit in visits for file in visit.finished]
        problems = {
            visit.server.name: f"{visit.problem.words} {visit.problem.next_step}"
            for visit in visits
            if visit.problem
        }
        if options["json"]:
            self.stdout.write(json.dumps({"files": files, "problems": problems}))
        else:
            for one in files:
                self.stdout.write(
                    "Batch file {file} of group {group}: {state}, {valid} rows decided, "
                    "{failed} not. {problem}".format(**one).rstrip()
                )
        if problems:
            raise CommandError("; ".join(f"{name}: {words}" for name, words in problems.items()))


def _chosen(name: str | None) -> list[Server]:
    if name is None:
        return list(Server.objects.filter(is_active=True).order_by("name", "pk"))
    found = list(Server.objects.filter(name=name))
    if not found:
        raise CommandError(f"No server of this name: {name}")
    return found


def _told(file: BatchFile) -> dict[str, Any]:
    return {
        "file": file.pk,
        "group": file.folder.group_id,
        "state": file.state,
        "valid": file.valid,
        "failed": file.failed,
        "undecided": file.undecided,
        "problem": file.problem,
    }
