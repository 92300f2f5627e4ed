"""Pairs as they are kept: links, suggestions, and rivals that fit less well."""

from django.db.models import Q

from commissions.matching import weights
from commissions.matching.reasons import Reason
from commissions.models import BookLink, BookRival, Decision, LineLink, LineRival, MatchChange
from commissions.models.links import Link, Pair


def apply_decision(decision: Decision) -> set[int]:
    """Let the links of one pair say what a person decided; answer whose applications changed.

    What the decision displaces is noted for the next run, which finds it something else.
    """
    is_book = decision.book_row_id is not None
    link, rival = (BookLink, BookRival) if is_book else (LineLink, LineRival)
    row = {"book_row": decision.book_row_id} if is_book else {"line": decision.line_id}
    party = "application" if is_book else "party"
    link.objects.filter(application=decision.application_id, **row).delete()
    rival.objects.filter(**{party: decision.application_id}, **row).delete()
    touched = {decision.application_id}
    if decision.is_match:
        displaced = Q(**row) | Q(application=decision.application_id) if is_book else Q(**row)
        others = link.objects.filter(displaced)
        touched |= set(others.values_list("application", flat=True))
        others.delete()
        link.objects.create(
            application_id=decision.application_id,
            **{f"{name}_id": pk for name, pk in row.items()},
            state=Link.State.LINKED,
            method=Pair.Method.PERSON,
            score=weights.SAID_SCORE,
            reasons=[Reason.DECIDED],
        )
    MatchChange.objects.bulk_create(
        MatchChange(kind=MatchChange.Kind.APPLICATION, first_id=pk, last_id=pk)
        for pk in sorted(touched)
    )
    return touched
