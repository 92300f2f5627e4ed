"""What Refresh found, per outcome."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from agencyhub.accounts.models import User
from agencyhub.records.lists import selection
from agencyhub.records.lists.selection import TooSlowError, within
from commissions.matching import outcomes, patterns
from commissions.models import Application

COUNT_MS = 1_500
# In the order in which somebody works them off.
TONES = {
    outcomes.AMBIGUOUS: ("warning", "arrows-exchange"),
    outcomes.COMMISSION_ISSUE: ("warning", "alert-triangle"),
    outcomes.COMMISSION_WITHOUT_BOOK: ("warning", "help"),
    outcomes.NOT_FOUND: ("danger", "alert-circle"),
    outcomes.WAITING: ("info", "clock"),
    outcomes.COMPLETE: ("success", "circle-check"),
    outcomes.UNSUPPORTED: ("neutral", "minus"),
}


@dataclass(frozen=True)
class Outcome:
    """One outcome: how many applications have it, and what to do about it."""

    state: str
    label: str
    count: str
    is_empty: bool
    next_step: str
    tone: str
    icon: str

    @property
    def is_to_review(self) -> bool:
        return self.state == outcomes.AMBIGUOUS

    @property
    def is_grouped(self) -> bool:
        """Whether the page of groups says why."""
        return self.state in patterns.UNMATCHED


def results(user: User) -> list[Outcome]:
    """Every outcome with how many of the user's applications have it."""
    counts = _counts(Application.objects.visible_to(user))
    labels = dict(Application.MatchState.choices)
    return [
        Outcome(
            state,
            str(labels[state]),
            counts.get(state, "0"),
            state not in counts,
            outcomes.next_step(state),
            tone,
            icon,
        )
        for state, (tone, icon) in TONES.items()
    ]


def _counts(rows: QuerySet[Application]) -> dict[str, str]:
    """Exact counts when they are there at once, else each one as far as it is counted quickly."""
    try:
        with within(milliseconds=COUNT_MS):
            found = rows.order_by().values("match_state").annotate(count=Count("pk"))
            return {row["match_state"]: f"{row['count']:,}" for row in found}
    except TooSlowError:
        counted = ((state, selection.count(rows.filter(match_state=state))) for state in TONES)
        return {state: _capped(count) for state, count in counted if count != 0}


def _capped(count: int | None) -> str:
    is_many = count is None or count > selection.COUNTED
    return f"{selection.COUNTED:,}+" if is_many else f"{count:,}"
