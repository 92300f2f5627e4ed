"""Triggers that note what becomes of EOI requests and imports, which the history does not follow."""

from django.db import migrations

NEW, OLD = "new_rows", "old_rows"
COLUMNS = """ARRAY(SELECT now.key FROM jsonb_each(to_jsonb(n)) AS now
    WHERE now.value IS DISTINCT FROM to_jsonb(o) -> now.key)::varchar[]"""
NONE = "'{}'::varchar[]"
FUNCTION = """
CREATE FUNCTION outgoing_{table}_{verb}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM outgoing_endpoint
               WHERE is_active AND '{kind}.{verb}' = ANY(types)) THEN
        INSERT INTO outgoing_signal
            (table_name, record_id, verb, columns, batch_id, changed_at)
        SELECT TG_TABLE_NAME, {row}.id, '{verb}', {columns},
            NULLIF(current_setting('agencyhub.batch_id', true), '')::bigint, now()
        FROM {source};
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER outgoing_{verb} AFTER {operation} ON {table}
    REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION outgoing_{table}_{verb}();
"""
PAIR = "old_rows AS o JOIN new_rows AS n USING (id)"
BOTH = "OLD TABLE AS old_rows NEW TABLE AS new_rows"


def _reached(state):
    return f"{PAIR} WHERE n.state = '{state}' AND o.state IS DISTINCT FROM n.state"


REQUEST, IMPORT = "eoi_eoirequest", "imports_import"
WATCHED = [
    (REQUEST, "eoi_request", "created", "INSERT", "n", NONE, "new_rows AS n",
     "NEW TABLE AS new_rows"),
    (REQUEST, "eoi_request", "updated", "UPDATE", "n", COLUMNS,
     f"{PAIR} WHERE o.* IS DISTINCT FROM n.*", BOTH),
    (REQUEST, "eoi_request", "deleted", "DELETE", "o", NONE, "old_rows AS o",
     "OLD TABLE AS old_rows"),
    (IMPORT, "import", "finished", "UPDATE", "n", NONE, _reached("imported"), BOTH),
    (IMPORT, "import", "undone", "UPDATE", "n", NONE, _reached("undone"), BOTH),
]


class Migration(migrations.Migration):
    dependencies = [
        ("outgoing", "0001_endpoints_and_deliveries"),
        ("eoi", "0006_rows_of_worksheets_decided_once"),
        ("imports", "0005_fingerprints_of_unread_cells"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(
                table=table, kind=kind, verb=verb, operation=operation, row=row, columns=columns,
                source=source, referencing=referencing,
            ),
            f"DROP TRIGGER outgoing_{verb} ON {table};"
            f" DROP FUNCTION outgoing_{table}_{verb}();",
        )
        for table, kind, verb, operation, row, columns, source, referencing in WATCHED
    ]
