"""What a file told of payments, taken back as far as nobody told anything since."""

from datetime import datetime

import polars as pl
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from policies.models import Payment, PaymentFact, Policy, Standing
from policies.services import premier, repeating, statements

_RESTORE = """
WITH restored AS (
    UPDATE policies_payment AS p SET status = f.status, carrier_status = f.carrier_status,
        due_date = f.due_date, paid_through_date = f.paid_through_date, amount_due = f.amount_due,
        past_due_amount = f.past_due_amount, grace_start_date = f.grace_start_date,
        autopay = f.autopay, source = f.source, as_of = f.as_of, told_at = f.told_at,
        message_id = f.message_id, import_id = f.import_id, user_id = f.user_id
    FROM policies_paymentfact AS f
    WHERE f.replaced_by_import_id = %(run)s AND p.import_id = %(run)s
        AND (f.policy_id, f.month, f.is_binder) = (p.policy_id, p.month, p.is_binder)
    RETURNING f.id
)
DELETE FROM policies_paymentfact WHERE id IN (SELECT id FROM restored)
"""


@transaction.atomic
def withdraw(*, import_id: int, at: datetime) -> list[str]:
    """Give payments that an import changed what they said before, and remove those it added.

    Answers what stays as it is, in words: what was told again since, and the moments of payments of
    which the file said nothing new.
    """
    is_told = Q(payments__import_id=import_id) | Q(standing__import_id=import_id)
    policies = Policy.objects.filter(is_told)
    of = {}
    for carrier_id in sorted(set(policies.values_list("carrier", flat=True))):
        statements.lock(carrier_id)
        rows = policies.filter(carrier=carrier_id).order_by("pk")
        of[carrier_id] = list(rows.values_list("pk", flat=True).distinct())
        repeating.settle(pl.Series(of[carrier_id], dtype=pl.Int64))
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, {"run": import_id})
    theirs = Payment.objects.filter(import_id=import_id)
    theirs.filter(first_import_id=import_id).delete()
    again = theirs.count()
    since = PaymentFact.objects.filter(replaced_by_import_id=import_id).count()
    since += Payment.objects.filter(first_import_id=import_id).count()
    for carrier_id, policy_ids in of.items():
        standings = Standing.objects.filter(policy__in=policy_ids)
        standings.update(digest=None)
        standings.filter(policy__payments=None, carrier_status="").delete()
        premier.renew(carrier_id, at=at, policy_ids=policy_ids)
    return [
        words % {"number": f"{number:,}"}
        for words, number in (
            (gettext_noop("Payments that were told anew since: %(number)s"), since),
            (gettext_noop("Payments of which it said nothing new: %(number)s"), again),
        )
        if number
    ]
