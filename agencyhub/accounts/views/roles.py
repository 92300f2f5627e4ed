"""Roles: what each may do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts import rights, selectors
from agencyhub.accounts.forms.roles import RoleForm
from agencyhub.accounts.models import Role
from agencyhub.accounts.roles import OWNER, OWNER_ONLY, permission_names
from agencyhub.accounts.services import roles
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page


@require_GET
@login_required
@permission_required("accounts.view_role", raise_exception=True)
def role_list(request: HttpRequest) -> HttpResponse:
    """Every role and what it may do."""
    context = {"comparison": selectors.role_comparison()}
    return render_page(request, "accounts/role_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.add_role", raise_exception=True)
def role_create(request: HttpRequest) -> HttpResponse:
    """Add a role, empty or as a copy (``?from=`` a role)."""
    model = request.GET.get("from", "")
    copied = Role.objects.filter(pk=model).first() if model.isdecimal() else None
    initial: dict[str, Any] = {}
    held: set[str] = set()
    if copied is not None:
        initial = {
            "name": gettext("Copy of %(name)s") % {"name": copied.name},
            "description": copied.description,
            "scope": copied.scope,
            "requires_second_factor": copied.requires_second_factor,
        }
        held = _held(copied) - OWNER_ONLY
    return _form(request, None, held=held, initial=initial)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.change_role", raise_exception=True)
def role_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a role may do."""
    role = get_object_or_404(Role, pk=pk)
    return _form(request, role, held=_held(role), initial={})


@require_POST
@login_required
@permission_required("accounts.delete_role", raise_exception=True)
def role_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a role that nobody has."""
    get_object_or_404(Role, pk=pk)
    try:
        name = roles.delete_role(actor=request.user, role_id=pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "accounts:role_edit", pk=pk)
    messages.success(request, gettext("The role %(name)s is deleted.") % {"name": name})
    return redirect_page(request, "accounts:role_list")


def _form(
    request: HttpRequest, role: Role | None, *, held: set[str], initial: dict[str, Any]
) -> HttpResponse:
    sections = rights.catalogue()
    offered = [box.name for _, box in rights.boxes(sections)]
    form = RoleForm(request.POST or None, instance=role, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = roles.save_role(
                actor=request.user,
                role=role,
                values=form.cleaned_data,
                rights_given=form.cleaned_data["rights"],
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, gettext("The role %(name)s is saved.") % {"name": saved.name})
            return redirect_page(request, "accounts:role_list")
    if form.is_bound:
        held = set(request.POST.getlist("rights"))
    is_owners = role is not None and role.origin == OWNER
    context = {
        "form": form,
        "role": role and Role.objects.get(pk=role.pk),
        "sections": selectors.draw(
            sections,
            held=held,
            own=request.user.get_all_permissions(),
            locked=set(offered) if is_owners else OWNER_ONLY,
        ),
        "verbs": list(rights.VERB_WORDS.values()),
        "is_owners": is_owners,
        "users": role.user_set.order_by("username") if role else [],
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "accounts/role_form.html", context, status=status)


def _held(role: Role) -> set[str]:
    return permission_names(role.permissions.select_related("content_type"))
