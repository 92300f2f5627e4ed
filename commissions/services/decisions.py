"""What people say about matches: it holds at once, Refresh keeps to it, and learns from it."""

from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import (
    Application,
    BookRow,
    CommissionLine,
    Decision,
    NumberAlias,
)
from commissions.services import refresh
from commissions.services.refreshing import pairs, states
from commissions.services.refreshing.locks import lock_links
from policies.numbers import number_key


class DecidedOtherwiseError(DomainError):
    """Somebody linked one of the two rows to something else before."""

    code = "decided_otherwise"


def decide(
    *,
    application_id: int,
    book_row_id: int | None = None,
    line_id: int | None = None,
    is_match: bool,
    user: User,
    at: datetime,
) -> Decision:
    """Say that an application and a book row, or a line, belong together, or do not.

    Links follow at once; the rows near them when the refresh that this requests is done. Deciding
    again replaces what was decided about the pair. Undoing the batch takes the decision back.

    Raises:
        DecidedOtherwiseError: a person linked one of the two to something else.
    """
    summary = (
        gettext_noop("Decided that rows belong together")
        if is_match
        else gettext_noop("Decided about a match: no")
    )
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary):
        lock_links()
        Application.objects.select_for_update().get(pk=application_id)
        if is_match:
            _refuse_another(application_id, book_row_id, line_id)
        decision, _ = Decision.objects.update_or_create(
            application_id=application_id,
            book_row_id=book_row_id,
            line_id=line_id,
            defaults={"is_match": is_match, "decided_by": user, "decided_at": at},
        )
        decision.aliases.all().delete()
        if is_match:
            _learn(decision)
        touched = pairs.apply_decision(decision)
        states.settle(application_ids=touched, at=at)
        refresh.request(user=user)
    return decision


def _refuse_another(application_id: int, book_row_id: int | None, line_id: int | None) -> None:
    """A row has one application, and an application one book row: the first decision stays."""
    said = Decision.objects.filter(is_match=True)
    if book_row_id is not None:
        others = said.filter(book_row=book_row_id).exclude(application=application_id)
        own = said.filter(application=application_id, book_row__isnull=False)
        if own.exclude(book_row=book_row_id).exists():
            raise DecidedOtherwiseError(
                gettext("Somebody linked this application to another book row. Undo that first.")
            )
    else:
        others = said.filter(line=line_id).exclude(application=application_id)
    if others.exists():
        raise DecidedOtherwiseError(
            gettext("Somebody linked this row to another application. Undo that first.")
        )


def _learn(decision: Decision) -> None:
    """Remember by which numbers the carrier calls the application, unless it knows them itself."""
    application = decision.application
    row: BookRow | CommissionLine | None = decision.book_row or decision.line
    if row is None:
        return
    carrier_id = application.carrier_id or row.carrier_id
    if carrier_id is None:
        return
    known = {number_key(application.policy_number), number_key(application.confirmation_number)}
    called = {number_key(row.policy_number), number_key(row.member_id)}
    NumberAlias.objects.bulk_create(
        NumberAlias(
            carrier_id=carrier_id,
            number_key=key,
            application=application,
            decision=decision,
        )
        for key in sorted(called - known - {""})
    )
