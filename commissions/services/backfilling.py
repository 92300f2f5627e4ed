"""What follows when a file has added applications: whose they are, and who told what."""

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from commissions.models import Application
from commissions.services import refresh
from commissions.services.applications import stamp_of
from commissions.told import VALUES

# What was told is words; whom and what they mean follows from them.
_DERIVED = {"carrier_id", "agent_id", "individual_id", "policy_id", "line"}
_TABLE = Application._meta.db_table
# The rows of a batch: those it added, and those in which it filled blanks.
_ROWS = sql.SQL("""WITH touched AS (
    SELECT a.id FROM commissions_application AS a JOIN records_insertedrange AS r
        ON r.table_name = {table} AND r.batch_id = {batch}
        AND a.id BETWEEN r.first_id AND r.last_id
    UNION SELECT record_id FROM records_change
        WHERE table_name = {table} AND batch_id = {batch}
)
""")
# What an earlier update told stays noted as that update's.
_TOLD = sql.SQL(
    """{rows}
UPDATE commissions_application AS a SET told = coalesce((
    SELECT jsonb_object_agg(one.key, jsonb_build_array('backfill', {stamp}::text))
    FROM jsonb_each_text(to_jsonb(a)) AS one
    WHERE one.key = ANY({names}) AND one.value <> ''
), '{{}}') || a.told
FROM touched WHERE a.id = touched.id
"""
)
_BY_MBI = sql.SQL(
    """{rows}, known AS (
    SELECT a.id, min(i.id) AS individual_id
    FROM touched JOIN commissions_application AS a USING (id)
    JOIN individuals_individual AS i ON i.mbi_index = a.mbi_index
    WHERE a.individual_id IS NULL GROUP BY a.id HAVING count(*) = 1
)
UPDATE commissions_application AS a SET individual_id = known.individual_id
FROM known WHERE a.id = known.id
"""
)
_BY_NAME = sql.SQL(
    """{rows}, known AS (
    SELECT a.id, min(i.id) AS individual_id
    FROM touched JOIN commissions_application AS a USING (id)
    JOIN individuals_individual AS i ON i.last_name_key = a.last_name_key
        AND i.first_name_key = a.first_name_key AND i.date_of_birth = a.date_of_birth
        AND (i.mbi_index IS NULL OR a.mbi_index IS NULL)
    WHERE a.individual_id IS NULL GROUP BY a.id HAVING count(*) = 1
)
UPDATE commissions_application AS a SET individual_id = known.individual_id
FROM known WHERE a.id = known.id
"""
)
_POLICIES = sql.SQL(
    """{rows}, known AS (
    SELECT a.id, min(p.id) AS policy_id FROM touched JOIN commissions_application AS a USING (id)
    JOIN policies_policy AS p ON p.subscriber_id = a.individual_id
        AND p.carrier_id = a.carrier_id
        AND ltrim(name_key(p.policy_number), '0') <> ''
        AND ltrim(name_key(p.policy_number), '0')
            IN (a.policy_key, ltrim(name_key(a.confirmation_number), '0'))
    WHERE a.policy_id IS NULL GROUP BY a.id HAVING count(*) = 1
)
UPDATE commissions_application AS a SET policy_id = known.policy_id
FROM known WHERE a.id = known.id
"""
)


def after_backfill(batch_id: int) -> None:
    """Note who told the fields, find individuals and policies, and match; may run twice.

    All of it follows from the rows, so that the history, which has them, does without.
    """
    batch = {"table": sql.Literal(_TABLE), "batch": sql.Literal(batch_id)}
    names = {
        "rows": _ROWS.format(**batch),
        "stamp": sql.Literal(stamp_of(timezone.now())),
        "names": sql.Literal([one for one in VALUES if one not in _DERIVED]),
    }
    quiet = pgtrigger.ignore("commissions.Application:history_update")
    with transaction.atomic(), quiet, connection.cursor() as cursor:
        for statement in (_TOLD, _BY_MBI, _BY_NAME, _POLICIES):
            cursor.execute(statement.format(**names))
    refresh.request()
