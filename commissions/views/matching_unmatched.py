"""What is unmatched, in groups that have something in common; alike suggestions at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import selection
from commissions.selectors import beforehand, patterns, suggested, unapplied
from commissions.services import review
from commissions.views.matching import VIEW
from commissions.views.matching_review import REVIEW, done_last

# So many rows are grouped while the page is made.
AT_ONCE = 5_000
GROUPS = "groups"
PAGE, REST = "commissions/unmatched_list.html", "commissions/unapplied_list.html"


@require_GET
@never_cache
@any_permission(VIEW)
def unmatched_list(request: SignedInRequest) -> HttpResponse:
    """Unmatched applications by what keeps them from matching, and suggestions that look alike."""
    context = {
        "tabs": tabs(request, "unmatched_list"),
        "suggested": suggested.groups(request.user) if request.user.has_perm(REVIEW) else [],
        "done": done_last(request),
        **_of_rows(
            request,
            beforehand.MATCHES,
            rows=patterns.unmatched,
            groups=patterns.groups,
            grouped=patterns.grouped,
        ),
    }
    return render_page(request, PAGE, context, fragment="groups")


@require_POST
@never_cache
@any_permission(REVIEW)
def unmatched_accept(request: SignedInRequest) -> HttpResponse:
    """Accept every suggestion of a group, as one act that can be undone."""
    key = suggested.read_key(request.POST.get("group", ""))
    if key is None:
        raise Http404
    expected = read_pk(request.POST.get("expected", "")) or 0
    try:
        batch = review.accept_group(
            key=key, expected=expected, user=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "commissions:unmatched_list")
    return redirect_page(request, f"{reverse('commissions:unmatched_list')}?done={batch.pk}")


@require_GET
@never_cache
@any_permission("commissions.view_commissionline")
def unapplied_lines(request: SignedInRequest) -> HttpResponse:
    """What carriers paid without an application here."""
    context = {
        "tabs": tabs(request, "unapplied_lines"),
        "list_url": reverse("commissions:commissionline_list"),
        **_of_rows(
            request,
            beforehand.LINES,
            rows=unapplied.lines,
            groups=unapplied.line_groups,
            grouped=unapplied.grouped_lines,
        ),
    }
    return render_page(request, REST, context, fragment="groups")


@require_GET
@never_cache
@any_permission("commissions.view_bookrow")
def unapplied_book(request: SignedInRequest) -> HttpResponse:
    """Whom carriers list without an application here."""
    context = {
        "tabs": tabs(request, "unapplied_book"),
        "list_url": reverse("commissions:bookrow_list"),
        **_of_rows(
            request,
            beforehand.BOOK,
            rows=unapplied.book_rows,
            groups=unapplied.book_groups,
            grouped=unapplied.grouped_book,
        ),
    }
    return render_page(request, REST, context, fragment="groups")


def _of_rows(
    request: SignedInRequest,
    what: str,
    *,
    rows: Callable[[User], QuerySet[Any]],
    groups: Callable[[User], list[Any]],
    grouped: Callable[[Any], list[Any]],
) -> dict[str, Any]:
    """The groups, or what a worker found; the page asks again while one counts."""
    user = request.user
    later = {"groups": [], "later_url": f"{request.path}?{GROUPS}"}
    is_known = GROUPS in request.GET or beforehand.known(what, user) is not None
    if not is_known and not _are_few(rows(user)):
        return later
    found = beforehand.at_once(lambda: groups(user), user=user, what=what)
    if found is None:
        return {**later, "is_counting": True}
    if isinstance(found, beforehand.Found):
        return {"groups": grouped(found.shares), "as_of": found.as_of}
    return {"groups": found}


def _are_few(rows: QuerySet[Any]) -> bool:
    number = selection.count(rows)
    return number is not None and number <= AT_ONCE


def tabs(request: SignedInRequest, current: str) -> list[dict[str, Any]]:
    """The three sides from which something may be missing."""
    places = (
        (_("Applications"), "unmatched_list", "file-text", VIEW),
        (_("Unmatched cash"), "unapplied_lines", "credit-card", "commissions.view_commissionline"),
        (_("Book rows"), "unapplied_book", "clipboard-list", "commissions.view_bookrow"),
    )
    return [
        {
            "label": label,
            "url": reverse(f"commissions:{name}"),
            "icon": icon,
            "is_current": name == current,
        }
        for label, name, icon, permission in places
        if request.user.has_perm(permission)
    ]
