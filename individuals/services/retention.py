"""How long it is kept who looked at whom."""

from datetime import datetime, timedelta

from individuals.models import Look, Opening, RevealLog


def purge_looks(*, at: datetime, keep_days: int) -> int:
    """Delete looks, openings and uncovered MBIs older than ``keep_days``; answer how many."""
    end = at - timedelta(days=keep_days)
    looks = Look.objects.filter(hour__lt=end).delete()[0]
    looks += Opening.objects.filter(opened_at__lt=end).delete()[0]
    return looks + RevealLog.objects.filter(revealed_at__lt=end).delete()[0]
