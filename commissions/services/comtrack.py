"""Keeping what ComTrack answers about applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from psycopg.types.json import Jsonb

_STORE = """
INSERT INTO commissions_comtrackstatus AS kept
    (application_id, match_state, policy_status, carrier_status, book_as_of_date, termination_date,
     last_commission, last_commission_date, payment_period, reasons, as_of, changed_at)
SELECT new.*, %(as_of)s, %(as_of)s
FROM unnest(
    %(application_id)s::bigint[], %(match_state)s::text[], %(policy_status)s::text[],
    %(carrier_status)s::text[], %(book_as_of_date)s::date[], %(termination_date)s::date[],
    %(last_commission)s::numeric[], %(last_commission_date)s::date[], %(payment_period)s::text[],
    %(reasons)s::jsonb[]
) AS new (application_id)
WHERE EXISTS (SELECT FROM commissions_application AS a WHERE a.id = new.application_id)
ORDER BY new.application_id
ON CONFLICT (application_id) DO UPDATE SET
    match_state = excluded.match_state, policy_status = excluded.policy_status,
    carrier_status = excluded.carrier_status, book_as_of_date = excluded.book_as_of_date,
    termination_date = excluded.termination_date, last_commission = excluded.last_commission,
    last_commission_date = excluded.last_commission_date,
    payment_period = excluded.payment_period, reasons = excluded.reasons, as_of = excluded.as_of,
    changed_at = CASE WHEN
        (kept.match_state, kept.policy_status, kept.carrier_status, kept.book_as_of_date,
         kept.termination_date, kept.last_commission, kept.last_commission_date,
         kept.payment_period)
        IS DISTINCT FROM
        (excluded.match_state, excluded.policy_status, excluded.carrier_status,
         excluded.book_as_of_date, excluded.termination_date, excluded.last_commission,
         excluded.last_commission_date, excluded.payment_period)
        THEN excluded.as_of ELSE kept.changed_at END
WHERE kept.as_of <= excluded.as_of
RETURNING changed_at = as_of
"""


@dataclass(frozen=True)
class ComtrackAnswer:
    """What ComTrack says of one application; blank and None are not told."""

    application_id: int
    match_state: str
    policy_status: str = ""
    carrier_status: str = ""
    book_as_of_date: date | None = None
    termination_date: date | None = None
    last_commission: Decimal | None = None
    last_commission_date: date | None = None
    payment_period: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """How many statuses say something else than before, and how many the same."""

    updated: int
    unchanged: int


def store_answers(*, answers: Sequence[ComtrackAnswer], as_of: datetime) -> Stored:
    """Keep the answers of one call in one statement; nothing of ours is overwritten by them.

    An older answer never replaces a newer one and counts as unchanged, as do answers about
    applications that were deleted meanwhile.
    """
    if not answers:
        return Stored(0, 0)
    names = ComtrackAnswer.__dataclass_fields__
    columns = {name: [getattr(one, name) for one in answers] for name in names}
    columns["reasons"] = [Jsonb(list(one.reasons)) for one in answers]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {**columns, "as_of": as_of})
        updated = sum(is_changed for (is_changed,) in cursor.fetchall())
    return Stored(updated, len(answers) - updated)
