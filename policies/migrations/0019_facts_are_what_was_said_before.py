"""A fact is what a newer statement replaced: what a payment says today stands in the payment."""

from django.db import migrations

_FORGET = """
DELETE FROM policies_paymentfact AS f USING (
    SELECT max(f.id) AS id FROM policies_paymentfact AS f JOIN policies_payment AS p
        ON (f.policy_id, f.month, f.is_binder) = (p.policy_id, p.month, p.is_binder)
    GROUP BY p.id
) AS newest, policies_payment AS p
WHERE f.id = newest.id AND (f.policy_id, f.month, f.is_binder) = (p.policy_id, p.month, p.is_binder)
    AND (f.status, f.carrier_status, f.due_date, f.paid_through_date, f.amount_due,
        f.past_due_amount, f.grace_start_date, f.autopay) IS NOT DISTINCT FROM (p.status,
        p.carrier_status, p.due_date, p.paid_through_date, p.amount_due, p.past_due_amount,
        p.grace_start_date, p.autopay)
"""
_REMEMBER = """
INSERT INTO policies_paymentfact (policy_id, month, is_binder, status, carrier_status, due_date,
    paid_through_date, amount_due, past_due_amount, grace_start_date, autopay, source, as_of,
    told_at, message_id, import_id, user_id)
SELECT policy_id, month, is_binder, status, carrier_status, due_date, paid_through_date, amount_due,
    past_due_amount, grace_start_date, autopay, source, as_of, told_at, message_id, import_id,
    user_id
FROM policies_payment
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0018_turn_a_changed_row_into_json_once")]

    operations = [migrations.RunSQL(_FORGET, _REMEMBER)]
