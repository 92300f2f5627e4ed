"""What the page of one request shows besides the request."""

from collections.abc import Sequence

from agencyhub.lib.db import one_or_none
from eoi.models import Decision, EoiRequest
from groups.models import CoverageLock, CoveragePeriod, Election


def decisions(asked: EoiRequest) -> list[Decision]:
    """Everything that was decided on it, the newest first; reversed decisions stay there."""
    rows = Decision.objects.filter(request=asked).select_related("user", "reversed_by")
    return list(rows.order_by("-pk"))


def newest_in_force(found: Sequence[Decision]) -> Decision | None:
    """The one that can be reversed next: only the newest that holds."""
    return next((one for one in found if one.reversed_at is None), None)


def lock_of(election: Election) -> CoverageLock | None:
    """What the person may have of the benefit at most, if a carrier said so for good."""
    return one_or_none(
        CoverageLock.objects.filter(
            employee=election.employee_id,
            benefit=election.benefit_id,
            dependent=election.dependent_id,
            lifted_at=None,
        )
    )


def periods(election: Election) -> list[CoveragePeriod]:
    """What was in force when, the newest first."""
    rows = CoveragePeriod.objects.filter(election=election).select_related("plan")
    return list(rows.order_by("-start_date", "-pk"))
