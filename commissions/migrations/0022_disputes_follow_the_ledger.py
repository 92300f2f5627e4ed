"""Who begins, answers or takes back a dispute has the month's ledger looked at again.

The month may have been paid in the same moment: the ledger's worker did not see the dispute yet.
"""

from django.db import migrations

# Kind 1 is that of policies; keys that lie together are noted together.
_NOTE = """
CREATE FUNCTION commissions_dispute_pay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commissions_paychange (kind, first_id, last_id)
    SELECT 1, min(policy_id), max(policy_id) FROM new_rows GROUP BY policy_id / 500;
    RETURN NULL;
END $$;
CREATE TRIGGER pay_insert AFTER INSERT ON commissions_dispute REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_dispute_pay();
"""
_CHANGED = """
CREATE FUNCTION commissions_dispute_pay_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commissions_paychange (kind, first_id, last_id)
    SELECT 1, min(n.policy_id), max(n.policy_id)
    FROM old_rows AS o JOIN new_rows AS n USING (id)
    WHERE (o.state, o.before) IS DISTINCT FROM (n.state, n.before) GROUP BY n.policy_id / 500;
    RETURN NULL;
END $$;
CREATE TRIGGER pay_update AFTER UPDATE ON commissions_dispute
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_dispute_pay_changed();
"""
_DROP = """
DROP TRIGGER pay_insert ON commissions_dispute;
DROP FUNCTION commissions_dispute_pay();
"""
_DROP_CHANGED = """
DROP TRIGGER pay_update ON commissions_dispute;
DROP FUNCTION commissions_dispute_pay_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0021_disputes_of_expected_pay")]

    operations = [
        migrations.RunSQL(_NOTE, _DROP),
        migrations.RunSQL(_CHANGED, _DROP_CHANGED),
    ]
