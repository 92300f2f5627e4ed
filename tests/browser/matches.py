"""Applications to which two book rows fit equally well, as Refresh finds them."""

from datetime import date
from typing import Any

from django.utils import timezone

from commissions.models import Application, BookRow
from commissions.services import refresh
from policies.models import Carrier
from tests.browser.stack import until
from tests.factories.commissions import ApplicationFactory, BookRowFactory

FIRST_NAMES = ("Philippa", "Humphrey", "Winifred")


def near_ties(*last_names: str) -> list[Application]:
    """One application and two rows of the carrier's book per name; refreshed."""
    carrier = Carrier.objects.order_by("pk").first()
    made = []
    for number, last_name in enumerate(last_names):
        facts: dict[str, Any] = {
            "carrier": carrier,
            "first_name": FIRST_NAMES[number],
            "last_name": last_name,
            "date_of_birth": date(1949 + 3 * number, 8 + number, 9 + 5 * number),
            "zip_code": f"5{number}01{number}",
        }
        made.append(ApplicationFactory(**facts))
        for _ in range(2):
            BookRowFactory(**facts, status=BookRow.Status.ACTIVE)
    run = refresh.request()
    refresh.run(run_id=run.pk, at=timezone.now())
    waiting = Application.objects.filter(
        pk__in=[one.pk for one in made], match_state=Application.MatchState.AMBIGUOUS
    )
    until(lambda: waiting.count() == len(made))  # a worker may have been quicker
    return made
