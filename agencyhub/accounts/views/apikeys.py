"""API keys: list, create (shown once), rotate, revoke."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts import api_keys, oauth, selectors
from agencyhub.accounts.forms.keys import ApiKeyForm
from agencyhub.accounts.models import ApiKey
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page


@require_GET
@login_required
@permission_required("accounts.view_apikey", raise_exception=True)
def apikey_list(request: HttpRequest) -> HttpResponse:
    """Keys with scope, last use and state."""
    now = timezone.now()
    rows = [(key, api_keys.is_live(key, at=now)) for key in selectors.keys_for_list()]
    return render_page(request, "accounts/apikey_list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.add_apikey", raise_exception=True)
def apikey_create(request: HttpRequest) -> HttpResponse:
    """Make a key and show it once, in the answer to the form itself."""
    form = ApiKeyForm(
        request.POST or None,
        users=keys.users_for_keys(request.user),
        offers_agency=keys.sees_whole_agency(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _show_once(request, _create(request, form))
        except DomainError as refusal:
            form.add_error(refusal.field or "user", refusal.message)
    status = 422 if form.is_bound else 200
    return render_page(request, "accounts/apikey_form.html", {"form": form}, status=status)


def _create(request: HttpRequest, form: ApiKeyForm) -> api_keys.NewKey:
    values = form.cleaned_data
    return keys.create_key(
        actor=request.user,
        name=values["name"],
        scope=values["scope"],
        user=values["user"],
        expires_at=values["expires_at"],
        public_key=values["public_key"],
    )


@never_cache
@require_POST
@login_required
@permission_required("accounts.add_apikey", raise_exception=True)
def apikey_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a successor; the old key works for a week more."""
    get_object_or_404(ApiKey, pk=pk)
    try:
        new = keys.rotate_key(actor=request.user, key_id=pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "accounts:apikey_list")
    return _show_once(request, new, old=ApiKey.objects.get(pk=pk))


@require_POST
@login_required
@permission_required("accounts.change_apikey", raise_exception=True)
def apikey_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a key for good."""
    key = get_object_or_404(ApiKey, pk=pk)
    keys.revoke_key(actor=request.user, key_id=pk, at=timezone.now())
    messages.success(request, gettext("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect_page(request, "accounts:apikey_list")


def _show_once(
    request: HttpRequest, new: api_keys.NewKey, *, old: ApiKey | None = None
) -> HttpResponse:
    client_id = oauth.client_id_of(new.key) if new.key.scope == ApiKey.Scope.EOI else ""
    context = {"new": new, "old": old, "client_id": client_id}
    return render_page(request, "accounts/apikey_created.html", context)
