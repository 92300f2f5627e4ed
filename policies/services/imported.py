"""What follows an import of people: they become easy to search, and duplicates are looked for."""

from agencyhub.records.models import Change, InsertedRange
from individuals.models import DuplicatePair, Individual
from individuals.services import duplicates, search_index

PAGE = 5_000


def after_import(batch_id: int) -> None:
    """Index the people of a batch for the search, and look for duplicates; may run twice."""
    search_index.index_waiting()
    table = Individual._meta.db_table
    ranges = InsertedRange.objects.filter(batch=batch_id, table_name=table)
    for first, last in ranges.order_by("first_id").values_list("first_id", "last_id"):
        duplicates.detect(id_range=(first, last), door=DuplicatePair.Door.IMPORT)
    changed = Change.objects.filter(batch=batch_id, table_name=table)
    ids = list(changed.values_list("record_id", flat=True).distinct().order_by("record_id"))
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        duplicates.detect(individual_ids=page, door=DuplicatePair.Door.IMPORT)
