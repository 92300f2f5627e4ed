"""Triggers that note whose pay changed plan their statements for the rows at hand.

A session keeps the plan of a trigger's statement. Made for one changed row it compares each row
with each: four thousand policies took half a minute in a session that had changed one before.
"""
# ruff: noqa: S608 - the statements are made of constants

from django.db import migrations

POLICY, LINE, PERSON = 1, 2, 3
TOGETHER = 500
# From so many rows on, planning is quicker than a plan for one row.
MANY = 200
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NULL;
END $$;
"""


def note(kind, keys):
    return (
        "INSERT INTO commissions_paychange (kind, first_id, last_id)"
        f" SELECT {kind}, min(key), max(key) FROM ({keys}) AS noted WHERE key IS NOT NULL"
        f" GROUP BY key / {TOGETHER};"
    )


def changed(kind, columns, *keys):
    was, now = (", ".join(f"{side}.{one}" for one in columns) for side in ("o", "n"))
    rows = (
        f"FROM old_rows AS o JOIN new_rows AS n USING (id) WHERE ({was}) IS DISTINCT FROM ({now})"
    )
    return note(kind, " UNION ALL ".join(f"SELECT {key} AS key {rows}" for key in keys))


def of_number(rows, key):
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
_MOVED = (
    "(SELECT o.carrier_id, o.policy_key FROM old_rows AS o JOIN new_rows AS n USING (id)"
    " WHERE (o.carrier_id, o.policy_key) IS DISTINCT FROM (n.carrier_id, n.policy_key))"
)
_RENUMBERED = (
    "(SELECT o.carrier_id, o.policy_number FROM old_rows AS o JOIN new_rows AS n USING (id)"
    " WHERE (o.carrier_id, o.policy_number) IS DISTINCT FROM (n.carrier_id, n.policy_number))"
)
FUNCTIONS = {
    "policies_policy_pay_update": (
        changed(POLICY, _POLICY_COLUMNS, "n.id"),
        changed(PERSON, _POLICY_COLUMNS, "o.subscriber_id", "n.subscriber_id"),
        of_number(_RENUMBERED, "ltrim(name_key(o.policy_number), '0')"),
    ),
    "commissions_commissionline_pay_update": (
        changed(LINE, _LINE_COLUMNS, "n.id"),
        of_number(_MOVED, "o.policy_key"),
    ),
    "commissions_application_pay_update": (
        changed(POLICY, ("policy_id", "is_new_to_medicare", "state"), "o.policy_id", "n.policy_id"),
        note(
            LINE,
            "SELECT k.line_id AS key FROM old_rows AS o JOIN new_rows AS n USING (id)"
            " JOIN commissions_linelink AS k ON k.application_id = o.id"
            " WHERE o.policy_id IS DISTINCT FROM n.policy_id",
        ),
    ),
    "individuals_address_pay_update": (
        changed(
            PERSON, ("state", "is_primary", "individual_id"), "o.individual_id", "n.individual_id"
        ),
    ),
    "individuals_individual_pay_update": (changed(PERSON, ("part_b_effective_date",), "n.id"),),
    "commissions_dispute_pay_changed": (changed(POLICY, ("state", "before"), "n.policy_id"),),
}


def _function(name, statements):
    plain = " ".join(statements)
    anew = " ".join(f"EXECUTE $many${one}$many$;" for one in statements)
    body = f"IF (SELECT count(*) >= {MANY} FROM new_rows) THEN {anew} ELSE {plain} END IF;"
    return migrations.RunSQL(
        _FUNCTION.format(name=name, body=body), _FUNCTION.format(name=name, body=plain)
    )


class Migration(migrations.Migration):
    dependencies = [("commissions", "0022_disputes_follow_the_ledger")]

    operations = [_function(name, statements) for name, statements in FUNCTIONS.items()]
