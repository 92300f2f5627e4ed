"""The outbox: what was sent, what was not, and why."""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts import scope
from agencyhub.accounts.models import User
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.mailing import screens, selectors
from agencyhub.mailing.forms.outbox import MailFilterForm
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import sending

# A mail's page in its frame: its own styles, and nothing else whatever.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "sandbox": True,
    "script-src": None,
    "img-src": None,
    "object-src": None,
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": ["'self'"],
}


@require_GET
@login_required
@permission_required("mailing.view_outgoingmail", raise_exception=True)
def mail_list(request: HttpRequest) -> HttpResponse:
    """Newest first, of one state or one kind."""
    _ensure_sees_all(request.user)
    form = MailFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    page = keyset.page(
        selectors.mails_for_list(**filters), order=keyset.NEWEST_FIRST, params=request.GET
    )
    context = {
        "form": form,
        "page": page,
        "rows": screens.rows(page),
        "states": screens.states(selectors.counts_by_state()),
        "tabs": screens.tabs(request.user, current="mail_list"),
    }
    return render_page(request, "mailing/mail_list.html", context, fragment="mail-table")


@require_GET
@login_required
@permission_required("mailing.view_outgoingmail", raise_exception=True)
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail as its reader gets it, and what became of it."""
    _ensure_sees_all(request.user)
    mail = get_object_or_404(OutgoingMail.objects.select_related("user"), pk=pk)
    context = {
        "mail": mail,
        "kind": screens.kind_words(mail),
        "why": screens.why(mail),
        "pairs": screens.pairs(mail),
        "may_send_again": mail.state in OutgoingMail.AGAIN and not mail.emptied_at,
    }
    return render_page(request, "mailing/mail_detail.html", context)


@require_GET
@never_cache
@login_required
@permission_required("mailing.view_outgoingmail", raise_exception=True)
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a mail, for its frame: no scripts, no forms, nothing from elsewhere."""
    _ensure_sees_all(request.user)
    mail = get_object_or_404(OutgoingMail, pk=pk)
    return HttpResponse(mail.html)


@require_POST
@login_required
@permission_required("mailing.change_outgoingmail", raise_exception=True)
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a mail leave once more that failed, or whose fate is unsure."""
    _ensure_sees_all(request.user)
    get_object_or_404(OutgoingMail, pk=pk)
    try:
        sending.send_again(mail_id=pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The email waits to be sent again."))
    return redirect_page(request, "mailing:mail_detail", pk)


def _ensure_sees_all(user: User) -> None:
    """Mails tell of everybody's clients: whoever sees a part of them sees no mail."""
    if not scope.reach_of(user).sees_all:
        raise PermissionDenied
