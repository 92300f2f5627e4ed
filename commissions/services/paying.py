"""Keep the ledger of expected pay: work out again what changed, and what a new day changes.

Triggers note what changed. A step takes some of it, works those policies out from scratch by the
rules, and writes the rows that differ, in one transaction: whoever is killed leaves the rest noted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from agencyhub.lib.db import alone
from commissions.models import PayChange
from commissions.selectors import paying
from commissions.services import following, reckoning
from commissions.services.reckoning import Desk

LOCK = "expected pay"
# Ranges of triggers are at most this wide; so many policies are worked out in one transaction.
TOGETHER, AT_ONCE = 500, 2_000
# Imports wait meanwhile; the next minute's task goes on with what is left.
SECONDS = 45.0
Kind = PayChange.Kind

# Whose ledgers a change of each kind is about.
_SPREAD = {
    Kind.LINE: """
        SELECT a.policy_id FROM commissions_linelink AS k
        JOIN commissions_application AS a ON a.id = k.application_id
        WHERE k.line_id BETWEEN %(first)s AND %(last)s AND k.state = 1 AND a.policy_id IS NOT NULL
        UNION SELECT p.id FROM commissions_commissionline AS l
        JOIN policies_policy AS p ON p.carrier_id = l.carrier_id
            AND ltrim(name_key(p.policy_number), '0') = l.policy_key
        WHERE l.id BETWEEN %(first)s AND %(last)s AND l.policy_key <> ''""",
    Kind.PERSON: """
        SELECT id FROM policies_policy WHERE subscriber_id BETWEEN %(first)s AND %(last)s""",
    Kind.CARRIER: """
        SELECT id FROM policies_policy WHERE carrier_id BETWEEN %(first)s AND %(last)s""",
    Kind.EVERYTHING: """
        SELECT id FROM policies_policy AS p WHERE EXISTS (
            SELECT 1 FROM commissions_payterm AS t WHERE t.carrier_id = p.carrier_id)
        UNION SELECT policy_id FROM commissions_paylook""",
}
_NOTE = """
INSERT INTO commissions_paychange (kind, first_id, last_id)
SELECT 1, min(id), max(id) FROM ({query}) AS found (id) GROUP BY id / %(together)s
"""
# Policies that can have a ledger: of carriers with terms, or with rows from before. Beside each
# those of the same person, whose first year depends on it, and of the same number.
_POLICIES = """
WITH named AS (
    SELECT p.id, p.subscriber_id, p.carrier_id, ltrim(name_key(p.policy_number), '0') AS number
    FROM policies_policy AS p WHERE {which}
), near AS (
    SELECT id FROM named
    UNION SELECT q.id FROM named JOIN policies_policy AS q USING (subscriber_id)
    UNION SELECT q.id FROM named JOIN policies_policy AS q ON q.carrier_id = named.carrier_id
        AND ltrim(name_key(q.policy_number), '0') = named.number WHERE named.number <> ''
)
SELECT p.id FROM near JOIN policies_policy AS p USING (id)
WHERE EXISTS (SELECT 1 FROM commissions_payterm AS t WHERE t.carrier_id = p.carrier_id)
    OR EXISTS (SELECT 1 FROM commissions_expectedpay AS e WHERE e.policy_id = p.id)
    OR EXISTS (SELECT 1 FROM commissions_paylook AS e WHERE e.policy_id = p.id)
ORDER BY p.id
"""
_DUE = "SELECT policy_id FROM commissions_paylook WHERE changes_on <= %s ORDER BY 1 LIMIT %s"
_COLUMNS = ("policy_id", "carrier_id", *reckoning.COLUMNS)
_NAMES = ", ".join(_COLUMNS)
_SAYS = [name for name in _COLUMNS if name not in ("policy_id", "month", "kind")]
_STAGE = f"""
CREATE TEMPORARY TABLE pay_told ON COMMIT DROP AS
SELECT {_NAMES} FROM commissions_expectedpay WITH NO DATA;
CREATE TEMPORARY TABLE looks_told ON COMMIT DROP AS
SELECT policy_id, changes_on FROM commissions_paylook WITH NO DATA
"""  # noqa: S608 - made of constants
_GONE = """
DELETE FROM commissions_expectedpay AS e WHERE e.policy_id = ANY(%(ids)s) AND NOT EXISTS (
    SELECT 1 FROM pay_told AS t
    WHERE t.policy_id = e.policy_id AND t.month = e.month AND t.kind = e.kind);
"""
_WRITE = f"""
INSERT INTO commissions_expectedpay AS e ({_NAMES})
SELECT {_NAMES} FROM pay_told ORDER BY policy_id, month, kind
ON CONFLICT (policy_id, month, kind) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _SAYS)}
WHERE ({", ".join(f"e.{name}" for name in _SAYS)})
    IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _SAYS)})
"""  # noqa: S608 - made of constants
_LOOKS_GONE = """
DELETE FROM commissions_paylook AS e WHERE e.policy_id = ANY(%(ids)s)
    AND NOT EXISTS (SELECT 1 FROM looks_told AS t WHERE t.policy_id = e.policy_id);
"""
_LOOKS = """
INSERT INTO commissions_paylook AS e (policy_id, changes_on)
SELECT policy_id, changes_on FROM looks_told ORDER BY policy_id
ON CONFLICT (policy_id) DO UPDATE SET changes_on = excluded.changes_on
WHERE e.changes_on <> excluded.changes_on
"""


@dataclass(frozen=True)
class Reckoned:
    """What a run did: how many ledgers it worked out, and whether some are left."""

    policies: int
    is_done: bool


def reckon(*, today: date, seconds: float = SECONDS) -> Reckoned:
    """Bring the ledger up to date, for so many seconds at the most; twice does no harm.

    Does nothing while somebody else is at it.
    """
    ends = monotonic() + seconds
    worked = 0
    desk = Desk(today)
    with alone(LOCK) as is_alone:
        while is_alone:
            done = _step(desk)
            if done is None:
                return Reckoned(worked, is_done=True)
            worked += done
            if monotonic() > ends:
                break
    return Reckoned(worked, is_done=False)


def reckon_everything(*, today: date) -> Reckoned:
    """Note every policy as changed, and begin."""
    PayChange.objects.create(kind=Kind.EVERYTHING, first_id=0, last_id=0)
    return reckon(today=today)


def _step(desk: Desk) -> int | None:
    """Take some of what waits; how many ledgers were worked out, None when nothing waits."""
    with transaction.atomic():
        if _spread():
            return 0
        ranges = list(PayChange.objects.order_by("pk")[: AT_ONCE // TOGETHER])
        ids = _near(ranges) if ranges else _due(desk.today)
        _work_out(ids, desk)
        following.follow(policy_ids=ids, at=timezone.now())
        PayChange.objects.filter(pk__in=[one.pk for one in ranges]).delete()
    return len(ids) if ranges or ids else None


def _spread() -> int:
    """Turn changes of other records into ranges of policies, and wide ranges into narrow ones."""
    wide = PayChange.objects.exclude(kind=Kind.POLICY).order_by("pk")
    changes = list(wide[:AT_ONCE])
    seen = set()
    with connection.cursor() as cursor:
        for one in changes:
            what = (one.kind, one.first_id, one.last_id)
            if what in seen:
                continue
            seen.add(what)
            query = _NOTE.format(query=_SPREAD[Kind(one.kind)])
            values = {"first": one.first_id, "last": one.last_id, "together": TOGETHER}
            cursor.execute(query, values)
    PayChange.objects.filter(pk__in=[one.pk for one in changes]).delete()
    return len(changes)


def _near(ranges: Sequence[PayChange]) -> list[int]:
    which = " OR ".join("p.id BETWEEN %s AND %s" for _one in ranges)
    values = [key for one in ranges for key in (one.first_id, one.last_id)]
    with connection.cursor() as cursor:
        cursor.execute(_POLICIES.format(which=which), values)
        return [pk for (pk,) in cursor.fetchall()]


def _due(today: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [today, AT_ONCE])
        return [pk for (pk,) in cursor.fetchall()]


def _work_out(policy_ids: Sequence[int], desk: Desk) -> None:
    """Work out the ledgers of these policies from scratch, and write what differs."""
    if not policy_ids:
        return
    # Not before it is known what changed: rates and terms may be what did.
    reckoner = desk.reckoner()
    rows: list[str] = []
    looks: list[str] = []
    for one in paying.told(policy_ids, since=reckoner.book.since):
        found = reckoner.told(one)
        about = f"{one.policy_id}\t{one.carrier_id}\t"
        rows += [f"{about}{row}\n" for row in found.rows]
        if found.look:
            looks.append(f"{one.policy_id}\t{found.look}\n")
    _write(policy_ids, rows, looks)


def _write(policy_ids: Sequence[int], rows: Iterable[str], looks: Iterable[str]) -> None:
    ids = {"ids": list(policy_ids)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pay_told, looks_told")
        cursor.execute(_STAGE)
        _copy(cursor, f"COPY pay_told ({_NAMES}) FROM STDIN", rows)
        _copy(cursor, "COPY looks_told (policy_id, changes_on) FROM STDIN", looks)
        cursor.execute(_GONE, ids)
        cursor.execute(_WRITE)
        cursor.execute(_LOOKS_GONE, ids)
        cursor.execute(_LOOKS)


def _copy(cursor: Any, statement: str, lines: Iterable[str]) -> None:
    with cursor.copy(statement) as copy:
        copy.write("".join(lines))
