"""Filling in what no source told: from then on it is the person's word, and sources leave it."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.mbi import Mbi
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.fillable import FILLABLE
from commissions.models import Application
from commissions.services import refresh
from commissions.services.deriving import derive

_MBI = ("mbi", "mbi_index", "mbi_tail")


class NotFillableError(DomainError):
    """Only a source can tell this field."""

    code = "not_fillable"


def stamp(user: User | None, at: datetime) -> dict[str, Any]:
    """Who filled a field, and when, as it is kept with the application."""
    name = user.display_name if user else ""
    return {"by": user.pk if user else None, "name": name, "at": at.astimezone(UTC).isoformat()}


def fill(*, application_id: int, field: str, value: Any, user: User, at: datetime) -> Application:
    """Set a field to what a person knows. Blank takes it back: the next update may tell it.

    ``value`` is as the column holds it: a key for a carrier or agent, an ``Mbi`` for the MBI.

    Raises:
        NotFillableError: the field is not one that people fill.
    """
    if field not in FILLABLE:
        msg = gettext("This field cannot be filled in by hand.")
        raise NotFillableError(msg)
    column = FILLABLE[field]
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Application filled in")
    ):
        row = Application.objects.select_for_update(no_key=True).get(pk=application_id)
        told = {name: said for name, said in row.told.items() if name not in {field, column}}
        filled = {name: by for name, by in row.filled.items() if name != field}
        is_blank = value is None or value == ""
        if is_blank:
            row.told = told
        else:
            filled[field] = stamp(user, at)
        row.filled = filled
        if field == "mbi":
            _set_mbi(row, None if is_blank else value)
        else:
            setattr(row, column, value)
        derived, _ = derive(row, changed={column})
        columns = {"told", "filled", *derived, *(_MBI if field == "mbi" else (column,))}
        row.save(update_fields=[*sorted(columns), "updated_at"])
        refresh.request(user=user)
    return row


def _set_mbi(row: Application, mbi: Mbi | None) -> None:
    """Replace what is there, even a full MBI by a masked one: a person says so."""
    row.set_mbi(None)
    row.set_mbi(mbi)
