"""What a reviewer says about suggestions: one act each, which nobody can contradict unseen."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import BookLink, Decision, LineLink
from commissions.models.links import Link
from commissions.selectors import suggested
from commissions.selectors.suggested import BOOK, LINE, MOST_AT_ONCE, Key
from commissions.services import decisions
from commissions.services.refreshing.locks import lock_links

Pair = tuple[str, int]
"""What an application is paired with: ``("book", 12)`` or ``("line", 34)``."""


class DecidedMeanwhileError(DomainError):
    """The suggestion is no longer there: somebody decided, or Refresh knows better."""

    code = "decided_meanwhile"


def accept(*, application_id: int, pairs: Collection[Pair], user: User, at: datetime) -> Batch:
    """Link suggested rows to an application, as one act that can be undone.

    Raises:
        DecidedMeanwhileError: one of them is no longer suggested.
    """
    return _settle(application_id, pairs, is_match=True, user=user, at=at)


def reject(*, application_id: int, pairs: Collection[Pair], user: User, at: datetime) -> Batch:
    """Remember that suggested rows do not belong to an application, as one act.

    Raises:
        DecidedMeanwhileError: one of them is no longer suggested.
    """
    return _settle(application_id, pairs, is_match=False, user=user, at=at)


def link(*, application_id: int, pairs: Collection[Pair], user: User, at: datetime) -> Batch:
    """Link rows that somebody found by hand, suggested or not.

    Raises:
        DomainError: from ``decisions``: for instance a row that belongs to another application.
    """
    with _act(gettext_noop("Linked by hand"), application_id, user=user) as batch:
        _decide(application_id, pairs, is_match=True, user=user, at=at)
    return batch


def unlink(*, application_id: int, pairs: Collection[Pair], user: User, at: datetime) -> Batch:
    """Take linked rows off an application; Refresh does not link them again."""
    with _act(gettext_noop("Unlinked by hand"), application_id, user=user) as batch:
        _decide(application_id, pairs, is_match=False, user=user, at=at)
    return batch


def accept_group(*, key: Key, expected: int, user: User, at: datetime) -> Batch:
    """Accept suggestions that look alike, ``MOST_AT_ONCE`` of them, as one act.

    Raises:
        DecidedMeanwhileError: they are not as many as the user was shown.
    """
    noun = gettext("book rows") if key.kind == BOOK else gettext("commission lines")
    summary = gettext_noop("Accepted suggested %(noun)s that look alike") % {"noun": noun}
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        lock_links()
        links = suggested.links_of(key, user=user)
        if links.count() != expected:
            msg = gettext("The group has changed since. Look at it again: nothing was linked.")
            raise DecidedMeanwhileError(msg)
        columns = ("application_id", "book_row_id" if key.kind == BOOK else "line_id")
        found = links.order_by("pk").values_list(*columns)[:MOST_AT_ONCE]
        for application_id, pk in list(found):
            _decide(application_id, [(key.kind, pk)], is_match=True, user=user, at=at)
    return batch


def _settle(
    application_id: int, pairs: Collection[Pair], *, is_match: bool, user: User, at: datetime
) -> Batch:
    summary = gettext_noop("Accepted a match") if is_match else gettext_noop("Not a match")
    with _act(summary, application_id, user=user) as batch:
        if not pairs or not _are_suggested(application_id, pairs):
            raise DecidedMeanwhileError(_why_gone(application_id))
        _decide(application_id, pairs, is_match=is_match, user=user, at=at)
    return batch


@contextmanager
def _act(summary: str, application_id: int, *, user: User) -> Iterator[Batch]:
    """Hold the links until the act is done: of two reviewers, the second sees the first's."""
    words = gettext_noop("%(summary)s: application %(application_id)s") % {
        "summary": summary,
        "application_id": application_id,
    }
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=words) as batch:
        lock_links()
        yield batch


def _decide(
    application_id: int, pairs: Collection[Pair], *, is_match: bool, user: User, at: datetime
) -> None:
    for kind, pk in pairs:
        decisions.decide(
            application_id=application_id,
            book_row_id=pk if kind == BOOK else None,
            line_id=pk if kind == LINE else None,
            is_match=is_match,
            user=user,
            at=at,
        )


def _are_suggested(application_id: int, pairs: Collection[Pair]) -> bool:
    """Whether every pair is still a suggestion, now that nobody else writes links."""
    for kind, model, column in ((BOOK, BookLink, "book_row"), (LINE, LineLink, "line")):
        ids = [pk for one, pk in pairs if one == kind]
        links = model._default_manager.filter(
            application=application_id, state=Link.State.SUGGESTED, **{f"{column}__in": ids}
        )
        if links.count() != len(ids):
            return False
    return True


def _why_gone(application_id: int) -> str:
    """Who was quicker; else Refresh has found better."""
    about = Decision.objects.filter(application=application_id).select_related("decided_by")
    last = about.order_by("-decided_at", "-pk").first()
    if last is None:
        return gettext(
            "This suggestion is gone: Refresh has found something else since. Look again."
        )
    word = "linked" if last.is_match else gettext("not a match")
    return gettext("%(display_name)s decided meanwhile: %(word)s. Nothing was changed.") % {
        "display_name": last.decided_by.display_name,
        "word": word,
    }
