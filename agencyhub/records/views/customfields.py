"""Custom fields: create, edit, order, deactivate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records import forms
from agencyhub.records.models import CustomField
from agencyhub.records.services import customfields


@require_GET
@login_required
@permission_required("records.view_customfield", raise_exception=True)
def customfield_list(request: HttpRequest) -> HttpResponse:
    """All fields by the record they are on."""
    fields = list(CustomField.objects.order_by("target", "position", "pk"))
    groups = [
        (label, [field for field in fields if field.target == target])
        for target, label in CustomField.Target.choices
    ]
    context = {"groups": groups, "has_fields": bool(fields)}
    return render_page(request, "records/customfield_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("records.add_customfield", raise_exception=True)
def customfield_create(request: HttpRequest) -> HttpResponse:
    """Add a field."""
    form = forms.CustomFieldForm(request.POST or None, initial=request.GET.dict())
    return _answer(request, form, None)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("records.change_customfield", raise_exception=True)
def customfield_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a definition."""
    field = get_object_or_404(CustomField, pk=pk)
    form = forms.CustomFieldForm(request.POST or None, field=field, initial=forms.initial_of(field))
    return _answer(request, form, field)


@require_POST
@login_required
@permission_required("records.change_customfield", raise_exception=True)
def customfield_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a field one place: ``to`` is "up" or "down"."""
    get_object_or_404(CustomField, pk=pk)
    customfields.move_custom_field(field_id=pk, up=request.POST.get("to") == "up")
    return redirect_page(request, "records:customfield_list")


@require_POST
@login_required
@permission_required("records.change_customfield", raise_exception=True)
def customfield_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a field or hide it everywhere: ``is_active`` is "1" or "0"."""
    get_object_or_404(CustomField, pk=pk)
    wanted = request.POST.get("is_active") == "1"
    customfields.set_custom_field_active(field_id=pk, is_active=wanted)
    return redirect_page(request, "records:customfield_list")


def _answer(
    request: HttpRequest, form: forms.CustomFieldForm, field: CustomField | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(form, field)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(
                request, gettext("The field “%(label)s” is saved.") % {"label": saved.label}
            )
            return redirect_page(request, "records:customfield_list")
    status = 422 if form.is_bound else 200
    context = {"form": form, "field": field}
    return render_page(request, "records/customfield_form.html", context, status=status)


def _save(form: forms.CustomFieldForm, field: CustomField | None) -> CustomField:
    if field is None:
        return customfields.create_custom_field(**form.cleaned_data)
    return customfields.change_custom_field(field_id=field.pk, **form.cleaned_data)
