"""How far a run is, for the page that shows it."""

from django.db.models.functions import Now

from commissions.models import MatchRun


class Progress:
    """Tells the page what a run is doing; each step is seen at once, unless in a transaction."""

    def __init__(self, run_id: int) -> None:
        self._run = MatchRun.objects.filter(pk=run_id)

    def begin(self, phase: str, *, done: int, total: int) -> None:
        """Say that a phase begins, with ``done`` of ``total`` steps behind it."""
        self._run.update(phase=phase, done=done, total=total, alive_at=Now())
