"""One run, from what changed to links and outcomes."""

from datetime import datetime

from django.db import transaction

from commissions.models import MatchChange
from commissions.services.refreshing import states
from commissions.services.refreshing.locks import lock_links
from commissions.services.refreshing.progress import Progress


def refresh(*, progress: Progress, at: datetime) -> dict[str, int]:
    """Bring links and outcomes up to date with what was noted as changed; say what changed."""
    progress.begin("Setting outcomes", done=0, total=1)
    noted = list(MatchChange.objects.values_list("pk", flat=True))
    with transaction.atomic():
        lock_links()
        MatchChange.objects.filter(pk__in=noted).delete()
        settled = states.settle(application_ids=None, at=at)
    return {"outcomes": settled}
