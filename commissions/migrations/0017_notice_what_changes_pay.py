"""Triggers that note whose ledger of expected pay has to be worked out anew.

They write ranges of keys: a statement about a thousand rows leaves a few. What goes is told by the
policies that it belonged to, while that can still be found out.
"""
# ruff: noqa: S608 - the statements are made of constants

from django.db import migrations

POLICY, LINE, PERSON, CARRIER, EVERYTHING = 1, 2, 3, 4, 5
# Keys that lie together are noted together.
TOGETHER = 500
INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"
_REFERENCING = {
    INSERT: "REFERENCING NEW TABLE AS new_rows",
    UPDATE: "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    DELETE: "REFERENCING OLD TABLE AS old_rows",
}
_TRIGGER = """
CREATE FUNCTION {table}_pay_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NULL;
END $$;
CREATE TRIGGER pay_{verb} AFTER {operation} ON {table} {referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_pay_{verb}();
"""
_DROP = "DROP TRIGGER pay_{verb} ON {table}; DROP FUNCTION {table}_pay_{verb}();"


def note(kind, keys):
    """Note the keys that a query answers as ``key``."""
    return (
        "INSERT INTO commissions_paychange (kind, first_id, last_id)"
        f" SELECT {kind}, min(key), max(key) FROM ({keys}) AS noted WHERE key IS NOT NULL"
        f" GROUP BY key / {TOGETHER};"
    )


def added(kind, column):
    return note(kind, f"SELECT {column} AS key FROM new_rows")


def gone(kind, column):
    return note(kind, f"SELECT {column} AS key FROM old_rows")


def changed(kind, columns, *keys):
    """Note ``keys`` (of o, the row before, and n, the row now) where a column differs."""
    was, now = (", ".join(f"{side}.{one}" for one in columns) for side in ("o", "n"))
    rows = (
        f"FROM old_rows AS o JOIN new_rows AS n USING (id) WHERE ({was}) IS DISTINCT FROM ({now})"
    )
    return note(kind, " UNION ALL ".join(f"SELECT {key} AS key {rows}" for key in keys))


def everything(rows):
    return (
        "INSERT INTO commissions_paychange (kind, first_id, last_id)"
        f" SELECT {EVERYTHING}, 0, 0 FROM {rows} HAVING count(*) > 0;"
    )


# Policies of a number: of rows that go, and of rows whose number changes.
def _of_number(rows, key):
    return note(
        POLICY,
        f"SELECT p.id AS key FROM {rows} AS o JOIN policies_policy AS p"
        f" ON p.carrier_id = o.carrier_id AND ltrim(name_key(p.policy_number), '0') = {key}"
        f" WHERE {key} <> ''",
    )


_POLICY_COLUMNS = (
    "carrier_id", "policy_number", "status_id", "coverage_type_id", "effective_date",
    "termination_date", "premium", "subscriber_id",
)  # fmt: skip
_LINE_COLUMNS = (
    "amount", "kind", "payment_period", "months", "superseded_at", "policy_key", "carrier_id",
    "paid_date", "statement_date",
)  # fmt: skip
_LINKED = "SELECT a.policy_id AS key FROM {} AS r JOIN commissions_application AS a ON a.id = r.application_id"
_POLICY_KEY = "ltrim(name_key(o.policy_number), '0')"
_MOVED = (
    "(SELECT o.carrier_id, o.policy_key FROM old_rows AS o JOIN new_rows AS n USING (id)"
    " WHERE (o.carrier_id, o.policy_key) IS DISTINCT FROM (n.carrier_id, n.policy_key))"
)
_RENUMBERED = (
    "(SELECT o.carrier_id, o.policy_number FROM old_rows AS o JOIN new_rows AS n USING (id)"
    " WHERE (o.carrier_id, o.policy_number) IS DISTINCT FROM (n.carrier_id, n.policy_number))"
)
TRIGGERS = [
    ("policies_policy", INSERT, added(POLICY, "id")),
    ("policies_policy", UPDATE,
     changed(POLICY, _POLICY_COLUMNS, "n.id")
     + changed(PERSON, _POLICY_COLUMNS, "o.subscriber_id", "n.subscriber_id")
     + _of_number(_RENUMBERED, _POLICY_KEY)),
    ("policies_policy", DELETE,
     "DELETE FROM commissions_expectedpay AS e USING old_rows AS o WHERE e.policy_id = o.id;"
     "DELETE FROM commissions_paylook AS e USING old_rows AS o WHERE e.policy_id = o.id;"
     + gone(PERSON, "subscriber_id") + _of_number("old_rows", _POLICY_KEY)),
    ("commissions_commissionline", INSERT, added(LINE, "id")),
    ("commissions_commissionline", UPDATE,
     changed(LINE, _LINE_COLUMNS, "n.id") + _of_number(_MOVED, "o.policy_key")),
    ("commissions_commissionline", DELETE, _of_number("old_rows", "o.policy_key")),
    ("commissions_linelink", INSERT,
     note(POLICY, _LINKED.format("new_rows")) + added(LINE, "line_id")),
    ("commissions_linelink", UPDATE,
     note(POLICY, _LINKED.format("old_rows")) + note(POLICY, _LINKED.format("new_rows"))
     + added(LINE, "line_id")),
    ("commissions_linelink", DELETE,
     note(POLICY, _LINKED.format("old_rows")) + gone(LINE, "line_id")),
    ("commissions_application", INSERT, added(POLICY, "policy_id")),
    ("commissions_application", UPDATE,
     changed(POLICY, ("policy_id", "is_new_to_medicare", "state"), "o.policy_id", "n.policy_id")
     + note(LINE,
            "SELECT k.line_id AS key FROM old_rows AS o JOIN new_rows AS n USING (id)"
            " JOIN commissions_linelink AS k ON k.application_id = o.id"
            " WHERE o.policy_id IS DISTINCT FROM n.policy_id")),
    ("commissions_application", DELETE, gone(POLICY, "policy_id")),
    ("individuals_address", INSERT, added(PERSON, "individual_id")),
    ("individuals_address", UPDATE,
     changed(PERSON, ("state", "is_primary", "individual_id"),
             "o.individual_id", "n.individual_id")),
    ("individuals_address", DELETE, gone(PERSON, "individual_id")),
    ("individuals_individual", UPDATE, changed(PERSON, ("part_b_effective_date",), "n.id")),
    ("commissions_payterm", INSERT, added(CARRIER, "carrier_id")),
    ("commissions_payterm", UPDATE,
     added(CARRIER, "carrier_id") + gone(CARRIER, "carrier_id")),
    ("commissions_payterm", DELETE, gone(CARRIER, "carrier_id")),
    ("commissions_payrate", INSERT, everything("new_rows")),
    ("commissions_payrate", UPDATE, everything("new_rows")),
    ("commissions_payrate", DELETE, everything("old_rows")),
    ("commissions_paysettings", UPDATE, everything("new_rows")),
    ("records_option", UPDATE, everything(
        "old_rows AS o JOIN new_rows AS n USING (id) WHERE (o.label, o.meaning)"
        " IS DISTINCT FROM (n.label, n.meaning) AND n.list IN ('policy_status', 'coverage_type')"
     )),
]  # fmt: skip


def _operation(table, operation, body):
    verb = operation.lower()
    names = {"table": table, "verb": verb}
    make = _TRIGGER.format(
        **names, operation=operation, referencing=_REFERENCING[operation], body=body
    )
    return migrations.RunSQL(make, _DROP.format(**names))


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0016_expected_pay"),
        ("individuals", "0001_initial"),
        ("policies", "0001_initial"),
        ("records", "0002_records"),
    ]

    operations = [_operation(*one) for one in TRIGGERS]
