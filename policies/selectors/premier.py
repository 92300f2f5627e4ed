"""Which carriers are Premier Partners, and on what terms."""

from datetime import date

from policies.models import PremierTerm


def premier_carrier_ids(*, on: date) -> frozenset[int]:
    """The carriers whose statuses come daily by themselves on ``on``. One query: ask once a page."""
    return frozenset(PremierTerm.objects.on(on).values_list("carrier_id", flat=True))


def term_of(carrier_id: int, *, on: date) -> PremierTerm | None:
    """The term on which a carrier is a Premier Partner on ``on``; None when it is none then."""
    return PremierTerm.objects.on(on).filter(carrier=carrier_id).order_by("pk").first()
