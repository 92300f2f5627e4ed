"""What a person corrects in a row of a carrier's book: files leave it alone from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.correctable import CORRECTABLE
from commissions.models import BookRow
from commissions.services import refresh
from commissions.services.filling import stamp


class EndsBeforeStartError(DomainError):
    """The last covered day is before the first one."""

    code = "ends_before_start"


def correct(*, book_row_id: int, values: Mapping[str, Any], user: User, at: datetime) -> BookRow:
    """Set fields of a book row; those that differ are the person's from now on.

    ``values`` by field, as the columns hold them. Saying what is there already changes nothing.

    Raises:
        EndsBeforeStartError: both days are there, in the wrong order.
    """
    summary = gettext_noop("Book row corrected")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary):
        row = BookRow.objects.select_for_update(no_key=True).get(pk=book_row_id)
        changed = [
            (CORRECTABLE[name], value)
            for name, value in values.items()
            if getattr(row, CORRECTABLE[name]) != value
        ]
        if not changed:
            return row
        for column, value in changed:
            setattr(row, column, value)
            row.filled[column] = stamp(user, at)
        if row.termination_date and row.effective_date and row.status != BookRow.Status.CANCELLED:
            _ensure_order(row)
        row.save(update_fields=[*(column for column, _ in changed), "filled", "updated_at"])
        refresh.request(user=user)
    return row


def _ensure_order(row: BookRow) -> None:
    if row.termination_date < row.effective_date:  # type: ignore[operator]
        msg = gettext("The last covered day is before the first one. Correct one of them.")
        raise EndsBeforeStartError(msg, field="termination_date")
