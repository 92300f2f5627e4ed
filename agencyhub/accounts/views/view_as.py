"""Seeing the product as another user, and being oneself again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from agencyhub.accounts import view_as
from agencyhub.accounts.models import User
from agencyhub.accounts.services import viewing
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page


@require_POST
@login_required
@permission_required(viewing.PERMISSION, raise_exception=True)
def view_as_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, on the dashboard."""
    user = get_object_or_404(User, pk=pk)
    try:
        view_as.start(request, user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "accounts:user_edit", pk=pk)
    return redirect_page(request, "home:dashboard")


@require_POST
@login_required
def view_as_end(request: HttpRequest) -> HttpResponse:
    """End, and go back to the user whom it was about."""
    view_as.end(request)
    return redirect_page(request, "accounts:user_list")
