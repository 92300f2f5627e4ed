"""Unsubscribing with one click, for people who have no account here."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import render_page
from agencyhub.mailing import kinds, unsubscribing
from agencyhub.mailing.models import OptOut
from agencyhub.mailing.services import optouts


@csrf_exempt  # mail programs post by themselves (RFC 8058); the token is the proof
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button, so that programs that follow links change nothing; do it when pressed."""
    try:
        wish = unsubscribing.read(token)
    except DomainError as refusal:
        ended = {"refusal": refusal.message}
        return render_page(request, "mailing/unsubscribe.html", ended, status=404)
    is_done = request.method == "POST"
    if is_done:
        optouts.opt_out(
            to_index=wish.to_index, kind=wish.kind, cause=OptOut.Cause.LINK, at=timezone.now()
        )
    kind = kinds.find(wish.kind)
    context = {"is_done": is_done, "kind": kind.label if kind else ""}
    return render_page(request, "mailing/unsubscribe.html", context)
