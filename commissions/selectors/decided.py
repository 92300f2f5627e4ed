"""What a person's decision did, in words: for the line below which it can be undone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencyhub.records.models import Batch
from commissions.models import Decision, NumberAlias

MOST_TOLD = 5


@dataclass(frozen=True)
class Done:
    """A batch of decisions that can still be undone; ``application_id`` when it is about one."""

    batch: Batch
    application_id: int | None
    lines: list[str]


def done(batch: Batch) -> Done:
    """Say what the decisions of a batch were, and which numbers were learnt by them."""
    table = Decision._meta.db_table
    pks = batch.changes.filter(table_name=table).values("record_id")
    found = list(Decision.objects.filter(pk__in=pks).order_by("pk"))
    lines = [_what(found)] if found else []
    applications = {one.application_id for one in found}
    only = applications.pop() if len(applications) == 1 else None
    return Done(batch, only, [*lines, *_learnt(found)])


def _what(found: list[Decision]) -> str:
    applications = {one.application_id for one in found}
    if len(applications) > 1:
        words = _("%s applications were linked, as one act.")
        return words % f"{len(applications):,}"
    (pk,) = applications
    books = [str(one.book_row_id) for one in found if one.book_row_id]
    lines = sum(1 for one in found if one.line_id)
    parts = []
    if books:
        parts.append(_("book row %s") % ", ".join(books))
    if lines:
        parts.append(ngettext("%s commission line", "%s commission lines", lines) % lines)
    if found[0].is_match:
        words = _("Linked: %(what)s to application %(pk)s.")
    else:
        words = _("Remembered: %(what)s does not belong to application %(pk)s.")
    return words % {"what": _(" and ").join(parts), "pk": pk}


def _learnt(found: list[Decision]) -> list[str]:
    """The aliases that the decisions wrote: what is not asked again."""
    aliases = NumberAlias.objects.filter(decision__in=found).select_related("carrier")
    pairs = {
        (one.number_key.upper(), one.carrier.name): one.application_id
        for one in aliases.order_by("pk")[: MOST_TOLD + 1]
    }
    words = _("Learnt: number %(number)s of %(carrier)s means application %(pk)s from now on.")
    told = [
        words % {"number": number, "carrier": carrier, "pk": pk}
        for (number, carrier), pk in list(pairs.items())[:MOST_TOLD]
    ]
    if len(pairs) > MOST_TOLD:
        told.append(_("And more numbers of the same kind."))
    return told
