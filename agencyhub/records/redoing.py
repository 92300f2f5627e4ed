"""Undos that cannot be undone in turn, and what to do instead."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from agencyhub.records import tables
from agencyhub.records.models import Batch, Change, InsertedRange

OF_IMPORT = gettext_noop("An import that was undone cannot be redone here. Import its file again.")


def refusals(batches: Iterable[Batch]) -> dict[int, str]:
    """Why some of ``batches`` cannot be redone, by key; other batches are not named.

    Two queries at most, however many batches there are.
    """
    undone = {one.pk: one.undo_of_id for one in batches if one.undo_of_id is not None}
    if not undone:
        return {}
    ranges = InsertedRange.objects.filter(batch__in=set(undone.values()))
    imports = set(ranges.order_by().values_list("batch_id", flat=True).distinct())
    found = {pk: OF_IMPORT for pk, original in undone.items() if original in imports}
    final = {
        name: model.redo_refusal
        for name, model in tables.with_undo_rules().items()
        if getattr(model, "redo_refusal", "")
    }
    touched = Change.objects.filter(batch__in=undone, table_name__in=final).order_by()
    for pk, name in touched.values_list("batch_id", "table_name").distinct():
        found.setdefault(pk, final[name])
    return found
