"""Setting the outcome of applications from their links, all at once."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from psycopg import sql

from commissions.matching import outcomes
from commissions.models import Line
from commissions.models.changes import MATCHING
from commissions.services.refreshing import reading

# An application that keeps its outcome is not written again.
_SET = """
WITH moved AS (
UPDATE commissions_application AS a SET match_state = found.state, matched_at = %(at)s FROM (
    SELECT one.id, CASE
        WHEN one.line = %(other)s THEN %(unsupported)s
        WHEN book.is_linked THEN
            CASE WHEN line.is_linked THEN %(complete)s ELSE %(commission_issue)s END
        WHEN line.is_linked THEN %(commission_without_book)s
        WHEN book.application_id IS NOT NULL OR line.application_id IS NOT NULL THEN %(ambiguous)s
        ELSE %(not_found)s END AS state
    FROM commissions_application AS one
    LEFT JOIN ({books}) AS book ON book.application_id = one.id
    LEFT JOIN ({lines}) AS line ON line.application_id = one.id
    WHERE {which}
) AS found WHERE a.id = found.id AND (a.match_state <> found.state OR a.matched_at IS NULL)
RETURNING found.state) SELECT state, count(*) FROM moved GROUP BY state
"""
_LINKED = (
    "SELECT application_id, bool_or(state = 1) AS is_linked FROM {table} WHERE {which}"
    " GROUP BY application_id"
)
_STATES = {
    name: getattr(outcomes, name.upper())
    for name in (
        "unsupported", "complete", "commission_issue", "commission_without_book", "ambiguous",
        "not_found",
    )
}  # fmt: skip


def settle(*, application_ids: Collection[int] | None, at: datetime) -> dict[str, int]:
    """Set the outcome of these applications, or of all; say how many newly have which one.

    The outcome follows from links, so the history does not keep it, and it changes no match.
    """
    which = {
        column: sql.SQL("true")
        if application_ids is None
        else sql.SQL("{} = ANY({})").format(sql.Identifier(column), reading.array(application_ids))
        for column in ("id", "application_id")
    }
    linked = {
        name: sql.SQL(_LINKED).format(table=sql.Identifier(table), which=which["application_id"])
        for name, table in (("books", "commissions_booklink"), ("lines", "commissions_linelink"))
    }
    query = sql.SQL(_SET).format(**linked, which=which["id"])
    values = {**_STATES, "other": Line.OTHER, "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [MATCHING])
        cursor.execute(query, values)
        moved: dict[str, int] = dict(cursor.fetchall())
        cursor.execute("SELECT set_config(%s, 'off', true)", [MATCHING])
    return moved
