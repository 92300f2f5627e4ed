"""What commands that write mail have in common: a moment, and handing over at once."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agencyhub.mailing.services import sending
from agencyhub.mailing.services.outbox import Written


class MailCommand(BaseCommand):
    """Writes mail as of a moment, and hands over what it wrote as of the same moment."""

    def add_arguments(self, parser: CommandParser) -> None:
        """A moment, and how to answer."""
        add_as_of(parser)

    def handle(self, **options: Any) -> None:
        """Write, hand over, and say what became of it."""
        at = moment(options["as_of"])
        written = self.write(at)
        handed = sending.send_due(at=at, only=written.mails)
        result = {
            "as_of": at.isoformat(),
            "written": len(written.mails),
            "mails": written.mails,
            **{state: handed[state] for state in STATES},
            "left_out": dict(sorted(written.left_out.items())),
        }
        self.stdout.write(json.dumps(result) if options["json"] else _line(result))

    @abstractmethod
    def write(self, at: datetime) -> Written:
        """Write what is due at a moment."""


STATES: Sequence[str] = ("sent", "suppressed", "waiting", "failed", "unsure")


def add_as_of(parser: CommandParser) -> None:
    """The words ``--as-of`` and ``--json``."""
    parser.add_argument(
        "--as-of",
        metavar="DATETIME",
        help="act as at this moment, such as 2026-11-16T09:00:00-05:00; without a zone it is"
        " the agency's",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def moment(text: str | None) -> datetime:
    """The moment that somebody wrote, else now.

    Raises:
        CommandError: it is none.
    """
    if not text:
        return timezone.now()
    try:
        at = parse_datetime(text)
    except ValueError as error:
        msg = f"{text} is not a moment: {error}."
        raise CommandError(msg) from error
    if at is None:
        msg = f"{text} is not a moment such as 2026-11-16T09:00:00-05:00."
        raise CommandError(msg)
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _line(result: dict[str, Any]) -> str:
    words = [f"{result[name]} {name}" for name in ("written", *STATES)]
    left_out = [f"{count} {reason}" for reason, count in result["left_out"].items()]
    return ", ".join(words) + (f"; left out: {', '.join(left_out)}" if left_out else "")
