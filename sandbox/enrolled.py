"""What was enrolled on any of the sandbox's sites: the carriers' side reads it.

A site adds what it enrolls; the carriers put it into their books and statements.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS enrolled (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  carrier TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  plan_name TEXT NOT NULL,
  plan_type TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  date_of_birth TEXT NOT NULL,
  mbi TEXT NOT NULL,
  zip TEXT NOT NULL,
  state TEXT NOT NULL,
  npn TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  confirmation_number TEXT NOT NULL,
  effective_date TEXT NOT NULL,
  submitted_at TEXT NOT NULL,
  premium TEXT NOT NULL,
  UNIQUE (site, confirmation_number)
) STRICT;
CREATE INDEX IF NOT EXISTS enrolled_carrier ON enrolled (carrier, id);
"""


@dataclass(frozen=True)
class Enrolled:
    """One enrollment as its site knows it; texts are blank where the site was not told.

    ``carrier`` is the carrier's name on the site, ``plan_type`` the site's word, ``premium``
    in USD a month, ``submitted_at`` aware.
    """

    site: str
    carrier: str
    plan_id: str
    plan_name: str
    plan_type: str
    first_name: str
    last_name: str
    date_of_birth: date
    effective_date: date
    submitted_at: datetime
    confirmation_number: str
    mbi: str = ""
    zip: str = ""
    state: str = ""
    npn: str = ""
    agent_name: str = ""
    premium: Decimal = Decimal(0)


def add(store: Store, *enrollments: Enrolled) -> None:
    """Remember enrollments, in the caller's transaction if there is one.

    The same site and confirmation number again replaces what was known.
    """
    rows = [_row(enrolled) for enrolled in enrollments]
    with store.transaction() as db:
        db.executemany(_SQL, rows)


def every(store: Store, carrier: str = "") -> list[Enrolled]:
    """List what was enrolled, oldest first; with a carrier's name only what was enrolled there."""
    sql = "SELECT * FROM enrolled WHERE ? IN ('', carrier) ORDER BY id"
    return [
        Enrolled(
            **{name: row[name] for name in _TEXTS},
            date_of_birth=date.fromisoformat(row["date_of_birth"]),
            effective_date=date.fromisoformat(row["effective_date"]),
            submitted_at=datetime.fromisoformat(row["submitted_at"]),
            premium=Decimal(row["premium"]),
        )
        for row in store.rows(sql, carrier)
    ]


def forget(store: Store, site: str) -> None:
    """Forget what was enrolled on a site."""
    with store.transaction() as db:
        db.execute("DELETE FROM enrolled WHERE site = ?", (site,))


def _row(enrolled: Enrolled) -> dict[str, str]:
    moment = enrolled.submitted_at.astimezone(UTC)
    return {name: str(value) for name, value in asdict(enrolled).items()} | {
        "submitted_at": moment.isoformat()
    }


_NAMES: Sequence[str] = tuple(Enrolled.__dataclass_fields__)
_KEY = ("site", "confirmation_number")
_OTHERS = ("date_of_birth", "effective_date", "submitted_at", "premium")
_TEXTS = tuple(name for name in _NAMES if name not in _OTHERS)
_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in _NAMES if name not in _KEY)
_SQL = (
    f"INSERT INTO enrolled ({', '.join(_NAMES)}) "  # noqa: S608 - fixed names
    f"VALUES ({', '.join(f':{name}' for name in _NAMES)}) "
    f"ON CONFLICT (site, confirmation_number) DO UPDATE SET {_CHANGES}"
)
