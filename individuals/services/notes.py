"""Writing down what was said, on people's own records."""

from datetime import datetime

from django.utils import timezone

from agencyhub.accounts.models import User
from individuals.models import Individual, SalesRecord

Noted = Individual | SalesRecord


def add_note(*, person: Noted, text: str, user: User, at: datetime) -> bool:
    """Put a note above the notes of ``person``, with day and writer; say whether it is new.

    The newest note sent once more (a second press of the button) changes nothing. The day is that
    of the active time zone. Runs inside ``history.batch``.
    """
    rows = type(person)._default_manager.select_for_update(of=("self",), no_key=True)
    stored = rows.only("notes", "updated_at").get(pk=person.pk)
    day = timezone.localtime(at)
    note = f"{day:%m/%d/%Y} · {user.display_name}\n{text}"
    if stored.notes == note or stored.notes.startswith(f"{note}\n"):
        return False
    stored.notes = f"{note}\n\n{stored.notes}" if stored.notes else note
    stored.save(update_fields=["notes", "updated_at"])
    return True
