"""Deliveries that AgencyHub itself failed to answer: partners try them again for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

REMEMBERED = int(timedelta(days=14).total_seconds())


@dataclass(frozen=True)
class Failures:
    """How many deliveries failed here within two weeks of one another, and when the last did."""

    count: int
    last_at: datetime


def note(partner_slug: str, *, at: datetime) -> None:
    """Note a failure where it is kept when the database is what failed."""
    found = recent(partner_slug)
    cache.set(_key(partner_slug), ((found.count if found else 0) + 1, at), REMEMBERED)


def recent(partner_slug: str) -> Failures | None:
    """The failures of the last two weeks; None where there were none."""
    kept = cache.get(_key(partner_slug))
    return Failures(*kept) if kept else None


def _key(partner_slug: str) -> str:
    return f"hook-errors-{partner_slug}"
