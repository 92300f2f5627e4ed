"""The search page, which is also what the palette asks."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from agencyhub.accounts import throttle
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home.search import engine
from agencyhub.lib.pages import reads_only, render_page, wants_fragment
from individuals.searching import MAX_LENGTH

IN_PALETTE = 5
ON_PAGE = 20


@reads_only
@require_http_methods(["GET", "POST"])
@login_required
@cache_control(no_store=True, private=True)
def search(request: SignedInRequest) -> HttpResponse:
    """Everything that what was typed finds. It is sent by POST, so that it enters no address."""
    if request.method == "POST" and throttle.is_too_often(
        "search", request.user.pk, most=throttle.SEARCHES_A_MINUTE, seconds=throttle.MINUTE
    ):
        return HttpResponse(status=429, headers={"Retry-After": str(throttle.MINUTE)})
    text = request.POST.get("q", "")[:MAX_LENGTH].strip()
    limit = IN_PALETTE if wants_fragment(request) else ON_PAGE
    groups = (
        engine.search(request.user, text=text, limit=limit) if text else engine.start(request.user)
    )
    context = {"groups": groups, "searched": text}
    return render_page(request, "home/search.html", context, fragment="palette-options")
