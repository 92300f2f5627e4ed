"""Endpoints that work, that fail, that rest, and that are switched off."""

from datetime import datetime

from integrations.outgoing import waiting
from integrations.outgoing.models import Delivery, Endpoint

Off = Endpoint.Off


def live_secrets(endpoint: Endpoint, *, at: datetime) -> list[str]:
    """The secrets that a delivery is signed with: the newest one first."""
    found = [endpoint.secret]
    if endpoint.previous_until is not None and endpoint.previous_until > at:
        found.append(endpoint.previous_secret)
    return [one.reveal() for one in found if one is not None]


def note_success(endpoint: Endpoint, *, at: datetime) -> None:
    """The receiver took something: whatever was wrong is over. The caller holds the lock."""
    endpoint.failing_since, endpoint.failures, endpoint.rests_until = None, 0, None
    endpoint.succeeded_at = at
    endpoint.save(update_fields=["failing_since", "failures", "rests_until", "succeeded_at"])


def note_failure(endpoint: Endpoint, *, is_gone: bool, at: datetime, chance: float) -> bool:
    """Count a failure; answer whether more may be sent now. The caller holds the lock.

    Several in a row let the endpoint rest, three days of nothing else switch it off, and a receiver
    that is gone for good (410) is believed at once.
    """
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    rest = waiting.rest(failures=endpoint.failures, chance=chance)
    endpoint.rests_until = at + rest if rest else None
    endpoint.save(update_fields=["failures", "failing_since", "rests_until"])
    if is_gone:
        switch_off(endpoint, because=Off.GONE, at=at)
    elif waiting.is_over(since=endpoint.failing_since, at=at):
        switch_off(endpoint, because=Off.FAILING, at=at)
    return endpoint.is_active and rest is None


def switch_off(endpoint: Endpoint, *, because: Endpoint.Off, at: datetime) -> None:
    """Send it nothing more. What still waits is given up, and can be asked for again later."""
    endpoint.is_active, endpoint.off_because, endpoint.off_at = False, because, at
    endpoint.save(update_fields=["is_active", "off_because", "off_at"])
    endpoint.deliveries.filter(state__in=Delivery.OPEN).update(state=Delivery.State.FAILED)
