"""Which carriers are Premier Partners, and on what terms."""

from datetime import date

from agencyhub.lib.written import Written
from policies.models import PremierTerm
from policies.standing import Promise

_PARTNERS = Written(lambda *, on: PremierTerm.objects.on(on).values_list("carrier_id"))


def premier_carrier_ids(*, on: date) -> frozenset[int]:
    """The carriers whose statuses come daily by themselves on ``on``. One query: ask it once."""
    return frozenset(key for (key,) in _PARTNERS.rows(on=on))


def term_of(carrier_id: int, *, on: date) -> PremierTerm | None:
    """The term on which a carrier is a Premier Partner on ``on``; None when it is none then."""
    return PremierTerm.objects.on(on).filter(carrier=carrier_id).order_by("pk").first()


def promises_of(carrier_id: int) -> list[Promise]:
    """How often a carrier promised statuses, from when to when."""
    terms = PremierTerm.objects.filter(carrier=carrier_id).order_by("start_date", "pk")
    columns = ("start_date", "end_date", "promised_hours")
    return [Promise(*row) for row in terms.values_list(*columns)]
