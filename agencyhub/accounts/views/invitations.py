"""Invitations: inviting, sending again, revoking, and accepting."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts import selectors, throttle
from agencyhub.accounts.forms.invitations import AcceptForm, InvitationForm
from agencyhub.accounts.models import Invitation, User
from agencyhub.accounts.services import invitations
from agencyhub.accounts.tasks import path_of, send_invitation
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.visitors import address_of, visit_of


@require_GET
@login_required
@permission_required("accounts.add_user", raise_exception=True)
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Invitations that wait, and those of late that do not."""
    now = timezone.now()
    rows = [
        (one, one.is_open(at=now), request.build_absolute_uri(path_of(one)))
        for one in selectors.invitations_for_list()
    ]
    return render_page(request, "accounts/invitation_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.add_user", raise_exception=True)
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite an address."""
    form = InvitationForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            invitations.invite(
                actor=request.user,
                email=values["email"],
                given=values["roles"],
                agent=values["agent"],
                language=values["language"],
                at=timezone.now(),
                send=_sender(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("The invitation is on its way."))
            return redirect_page(request, "accounts:invitation_list")
    status = 422 if form.is_bound else 200
    context = {"form": form, "days": settings.INVITATION_DAYS}
    return render_page(request, "accounts/invitation_form.html", context, status=status)


@require_POST
@login_required
@permission_required("accounts.add_user", raise_exception=True)
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link; the old one ends."""
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.resend(actor=request.user, invitation_id=pk, at=timezone.now(), send=_sender())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("A new link is on its way; the one before it has ended."))
    return _back(request, invitation)


@require_POST
@login_required
@permission_required("accounts.add_user", raise_exception=True)
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End an invitation."""
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.revoke(actor=request.user, invitation_id=pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("The link no longer works."))
    return _back(request, invitation)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads: choose names and a password, and be signed in."""
    try:
        invitation = invitations.find(token, at=timezone.now())
    except DomainError as refusal:
        tries = throttle.WRONG_LINKS
        is_too_often = throttle.is_too_often("wrong-link", address_of(request), most=tries)
        ended = {"refusal": refusal.message}
        status = 429 if is_too_often else 404
        return render_page(request, "accounts/invitation_accept.html", ended, status=status)
    start = {"username": invitation.email.partition("@")[0]}
    form = AcceptForm(
        request.POST or None,
        instance=User(email=invitation.email, language=invitation.language),
        initial=start,
    )
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(
                token=token,
                values=form.cleaned_data,
                password=form.cleaned_data["password1"],
                at=timezone.now(),
                visit=visit_of(request),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            request.signed_in_with = "invitation"  # type: ignore[attr-defined]
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            messages.success(
                request, gettext("Welcome, %(first_name)s.") % {"first_name": user.first_name}
            )
            return redirect_page(request, "home:dashboard")
    status = 422 if form.is_bound else 200
    context = {"form": form, "invitation": invitation}
    return render_page(request, "accounts/invitation_accept.html", context, status=status)


def _back(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """To the page whose button was pressed: the agent's, else the list of invitations."""
    is_of_agent = request.POST.get("from") == "agent" and invitation.agent_id is not None
    if is_of_agent and request.user.has_perm("accounts.view_agent"):
        return redirect_page(request, "accounts:agent_detail", pk=invitation.agent_id)
    return redirect_page(request, "accounts:invitation_list")


def _sender() -> invitations.Send:
    """Sends links to where the agency says that it is, whatever host this request names."""
    origin = settings.PUBLIC_URL.rstrip("/")

    def send(invitation_id: int) -> Any:
        return send_invitation.delay(invitation_id=invitation_id, origin=origin)

    return send
