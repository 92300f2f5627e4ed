"""What Refresh found, per outcome."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import whole_book
from commissions.matching import outcomes, patterns
from commissions.models import Application
from commissions.selectors import beforehand

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


@dataclass(frozen=True)
class Results:
    """Every outcome; ``as_of`` when a worker counted them, and whether one does for the first time.

    While one counts for the first time no outcome says how many it has.
    """

    outcomes: list[Outcome]
    as_of: datetime | None = None
    is_counting: bool = False


def results(user: User) -> Results:
    """Every outcome with how many of the user's applications have it."""
    found = beforehand.at_once(lambda: states(user), user=user)
    counts = found.states if isinstance(found, beforehand.Found) else found or {}
    as_of = found.as_of if isinstance(found, beforehand.Found) else None
    labels = dict(Application.MatchState.choices)
    found_of_each = [
        Outcome(
            state,
            str(labels[state]),
            "…" if found is None else f"{counts.get(state, 0):,}",
            found is not None and state not in counts,
            outcomes.next_step(state),
            tone,
            icon,
        )
        for state, (tone, icon) in TONES.items()
    ]
    return Results(found_of_each, as_of, is_counting=found is None)


def states(user: User) -> dict[str, int]:
    """How many of the user's applications have each outcome."""
    rows = whole_book(Application, user=user).order_by()
    return dict(rows.values_list("match_state").annotate(count=Count("pk")))
