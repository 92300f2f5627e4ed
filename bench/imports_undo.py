"""Whether an undone import leaves every table as it was, but for rows that were edited since."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.selectors import batch_page
from agencyhub.records.tables import row_name
from bench import results
from bench.imports_page import Page, State, Upload
from individuals.models import Individual
from individuals.models.search import IndividualTerm
from individuals.services.search_index import index_waiting

# What tells the story, which an undo adds to; who is signed in, and which workers are alive.
STORY = {
    *("records_batch", "records_change", "records_insertedrange", "records_entry"),
    *("django_session", "integrations_heartbeat"),
    *("imports_import", "imports_importedrows", "imports_rejectedrows", "imports_file"),
    # Every name that was ever met; searches for mistyped names look into it.
    "individuals_name",
    # What a worker has to look at again.
    "commissions_paychange",
}
EDITED = 3
PEOPLE, TERMS = Individual._meta.db_table, IndividualTerm._meta.db_table
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_STATE = sql.SQL(
    "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
    " FROM {table} AS t WHERE {person} <> ALL(%s::bigint[])"
)
_Rows = tuple[int, int]


def state(*, but: Mapping[str, Collection[int]] | None = None) -> dict[str, _Rows]:
    """How many rows every table has, and the sum of their hashes.

    ``but`` says whose rows to leave out: people's keys, by table.
    """
    index_waiting()
    skipped = but or {}
    found: dict[str, _Rows] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for table in sorted({name for (name,) in cursor.fetchall()} - STORY):
            person = {PEOPLE: "t.id", TERMS: "t.person_id"}.get(table, "0")
            query = _STATE.format(table=sql.Identifier(table), person=sql.SQL(person))
            cursor.execute(query, [list(skipped.get(table, ()))])
            found[table] = cursor.fetchone()
    return found


@dataclass(frozen=True)
class Undone:
    """Whether an undo left all as it was, and the seconds from the button to the end."""

    is_as_before: bool
    seconds: float


def undo(page: Page, upload: Upload, before: Mapping[str, _Rows]) -> Undone:
    """Edit a few people, press Undo, wait; say whether all is as ``before`` but for them.

    Those have to stay, and the page of the undo has to list them and nobody else.
    """
    run = Import.objects.select_related("batch", "user").get(pk=upload.pk)
    if run.batch is None or run.user is None:
        return Undone(is_as_before=False, seconds=0)
    index_waiting()
    edited = _edit_some(run.user, run.batch)
    upload.began = time.perf_counter()
    page.press(run.pk, "import_undo")
    seconds = page.wait(upload, State.UNDONE)
    results.note(f"undone in {seconds:.1f} s")
    kept = dict.fromkeys((PEOPLE, TERMS), edited)
    after = state(but=kept)
    different = sorted(table for table in after if after[table] != before.get(table))
    told = batch_page(Batch.objects.get(undo_of=run.batch), viewer=run.user, limit=0).reasons
    wanted = {f"{row_name(PEOPLE, pk)} stays: it was edited since." for pk in edited}
    if different or set(told) != wanted:
        results.note(f"undo: {different} differ; {told[:EDITED]}")
    stayed = Individual.objects.filter(pk__in=edited).count()
    is_as_before = not different and set(told) == wanted and stayed == EDITED
    return Undone(is_as_before, seconds)


def _edit_some(user: User, batch: Batch) -> list[int]:
    """Change a few of the people whom an import added, as somebody does on screen."""
    first = batch.ranges.filter(table_name=PEOPLE).order_by("first_id")[0].first_id
    chosen = list(range(first, first + EDITED))
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary="Nicknames"):
        Individual.objects.filter(pk__in=chosen).update(nickname="Bench")
    return chosen
