"""Users: list, create, edit, activate."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts import selectors
from agencyhub.accounts.forms.users import UserFilterForm, UserForm
from agencyhub.accounts.models import User
from agencyhub.accounts.services import factors, users, viewing
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page


@require_GET
@login_required
@permission_required("accounts.view_user", raise_exception=True)
def user_list(request: HttpRequest) -> HttpResponse:
    """Users by user name."""
    form = UserFilterForm(request.GET)
    # What cannot be read never widens a list: its error is shown, and no row is.
    rows = User.objects.none()
    if form.is_valid():
        rows = selectors.users_for_list(**form.cleaned_data)
    page = keyset.page(rows, order=selectors.USER_ORDER, params=request.GET)
    context = {"form": form, "page": page}
    return render_page(request, "accounts/user_list.html", context, fragment="user-table")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.add_user", raise_exception=True)
def user_create(request: HttpRequest) -> HttpResponse:
    """Add a user with an initial password."""
    return _form(request, None)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.change_user", raise_exception=True)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user, the roles, the book, or the password."""
    return _form(request, get_object_or_404(User, pk=pk))


@require_POST
@login_required
@permission_required("accounts.change_user", raise_exception=True)
def user_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Activate or deactivate: ``is_active`` is "1" or "0"."""
    get_object_or_404(User, pk=pk)
    wanted = request.POST.get("is_active") == "1"
    try:
        user = users.set_user_active(actor=request.user, user_id=pk, is_active=wanted)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        state = gettext("may sign in again") if wanted else gettext("can no longer sign in")
        messages.success(request, f"{user.display_name} {state}.")
    return redirect_page(request, "accounts:user_edit", pk=pk)


def _form(request: HttpRequest, user: User | None) -> HttpResponse:
    form = UserForm(request.POST or None, instance=user, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, user, form)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(
                request,
                gettext("%(display_name)s is saved. %(sight)s")
                % {"display_name": saved.display_name, "sight": selectors.sight_of(saved)},
            )
            return redirect_page(request, "accounts:user_list")
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "edited": user,
        "factor": factors.of(user) if user else None,
        "sight": selectors.sight_of(user) if user else "",
        "may_view_as": user is not None and _may_view_as(request.user, user),
    }
    return render_page(request, "accounts/user_form.html", context, status=status)


def _may_view_as(actor: User, user: User) -> bool:
    try:
        viewing.ensure_may_view_as(actor, user)
    except DomainError:
        return False
    return True


def _save(request: HttpRequest, user: User | None, form: UserForm) -> User:
    values = form.cleaned_data
    saved = users.save_user(
        actor=request.user,
        user=user and User.objects.get(pk=user.pk),
        values=values,
        given=values["roles"],
        agent=values["agent"],
        accessible_agents=values["accessible_agents"],
        password=values["password"],
    )
    if saved.pk == request.user.pk:
        update_session_auth_hash(request, saved)
    return saved
