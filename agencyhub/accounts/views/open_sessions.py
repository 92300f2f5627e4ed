"""Where somebody is signed in, and signing out there."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts import selectors, sessions
from agencyhub.accounts.models import OpenSession
from agencyhub.accounts.services import open_sessions
from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page
from agencyhub.lib.visitors import visit_of


@never_cache
@require_GET
@login_required
def session_list(request: HtmxRequest) -> HttpResponse:
    """One's own open sessions; nobody else's, also not while viewing as somebody."""
    if request.user.acted_by:
        return redirect_page(request, "home:dashboard")
    sessions.enlist(request, request.user)
    key = request.session.session_key or ""
    at = timezone.now()
    found = selectors.sign_ins_of(request.user, current=key, at=at)
    context = {
        "sessions": found,
        "has_others": len(found) > 1,
        "devices": selectors.new_devices_of(request.user, at=at),
    }
    return render_page(request, "accounts/session_list.html", context)


@require_POST
@login_required
def session_end(request: HtmxRequest, pk: int) -> HttpResponse:
    """Sign out there; where that is here, as everybody signs out."""
    found = get_object_or_404(OpenSession, pk=pk, user=request.user)
    if found.session_id == request.session.session_key:
        logout(request)
        return redirect_page(request, "accounts:login")
    open_sessions.end(user=request.user, session_id=pk, visit=visit_of(request))
    messages.success(request, gettext("That session is signed out."))
    return redirect_page(request, "accounts:session_list")


@require_POST
@login_required
def session_end_others(request: HtmxRequest) -> HttpResponse:
    """Stay signed in here alone."""
    key = request.session.session_key or ""
    count = open_sessions.end_others(user=request.user, but=key, visit=visit_of(request))
    words = ngettext(
        "%(count)s other session is signed out.",
        "%(count)s other sessions are signed out.",
        count,
    )
    messages.success(request, words % {"count": count})
    return redirect_page(request, "accounts:session_list")
