"""What a merge settles about pairs of possible duplicates."""

from datetime import datetime

from agencyhub.accounts.models import User
from individuals import blocking
from individuals.duplicates import score
from individuals.models import DuplicatePair, Individual

State = DuplicatePair.State


def remember(survivor: Individual, loser: Individual, *, user: User, at: datetime) -> None:
    """Settle the pair, and let the survivor be nobody whom the other was said not to be."""
    first, second = sorted((survivor.pk, loser.pk))
    facts = blocking.facts_of([first, second])
    likeness = score(facts[first], facts[second])
    DuplicatePair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={"state": State.MERGED, "decided_by": user, "decided_at": at},
        create_defaults={
            "score": likeness.score,
            "reasons": list(likeness.reasons),
            "door": DuplicatePair.Door.SCREEN,
            "state": State.MERGED,
            "decided_by": user,
            "decided_at": at,
        },
    )
    decided = DuplicatePair.objects.of(loser.pk).filter(state=State.NOT_DUPLICATE)
    DuplicatePair.objects.bulk_create(
        [_for_survivor(pair, survivor, loser) for pair in decided.order_by("pk")],
        ignore_conflicts=True,
    )


def _for_survivor(pair: DuplicatePair, survivor: Individual, loser: Individual) -> DuplicatePair:
    other = pair.second_id if pair.first_id == loser.pk else pair.first_id
    first, second = sorted((survivor.pk, other))
    return DuplicatePair(
        first_id=first,
        second_id=second,
        score=pair.score,
        reasons=pair.reasons,
        state=pair.state,
        door=DuplicatePair.Door.MERGE,
        decided_by_id=pair.decided_by_id,
        decided_at=pair.decided_at,
    )
