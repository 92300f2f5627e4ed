"""Option lists: add, rename, order, deactivate, delete."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records import forms
from agencyhub.records.models import Option
from agencyhub.records.services import options


@require_GET
@login_required
@permission_required("records.view_option", raise_exception=True)
def option_list(request: HttpRequest, option_list: str = "individual_type") -> HttpResponse:
    """One list with the number of records that use each value."""
    _known(option_list)
    return _page(request, option_list, forms.OptionForm(option_list=option_list))


@require_POST
@login_required
@permission_required("records.add_option", raise_exception=True)
def option_add(request: HttpRequest, option_list: str) -> HttpResponse:
    """Add a value at the end of its list."""
    _known(option_list)
    form = forms.OptionForm(request.POST, option_list=option_list)
    if form.is_valid():
        try:
            option = options.add_option(option_list=option_list, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("“%(label)s” is added.") % {"label": option.label})
            return redirect_page(request, "records:option_list", option_list)
    return _page(request, option_list, form, status=422)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("records.change_option", raise_exception=True)
def option_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a value or change what it means."""
    option = get_object_or_404(Option, pk=pk)
    initial = {"label": option.label, "meaning": option.meaning}
    form = forms.OptionForm(request.POST or None, option_list=option.list, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = options.change_option(option_id=pk, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("“%(label)s” is saved.") % {"label": changed.label})
            return redirect_page(request, "records:option_list", option.list)
    status = 422 if form.is_bound else 200
    context = {"form": form, "option": option}
    return render_page(request, "records/option_form.html", context, status=status)


@require_POST
@login_required
@permission_required("records.change_option", raise_exception=True)
def option_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a value one place: ``to`` is "up" or "down"."""
    option = get_object_or_404(Option, pk=pk)
    options.move_option(option_id=pk, up=request.POST.get("to") == "up")
    return redirect_page(request, "records:option_list", option.list)


@require_POST
@login_required
@permission_required("records.change_option", raise_exception=True)
def option_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a value or stop offering it: ``is_active`` is "1" or "0"."""
    option = get_object_or_404(Option, pk=pk)
    options.set_option_active(option_id=pk, is_active=request.POST.get("is_active") == "1")
    return redirect_page(request, "records:option_list", option.list)


@require_POST
@login_required
@permission_required("records.delete_option", raise_exception=True)
def option_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a value that nothing uses."""
    option = get_object_or_404(Option, pk=pk)
    _tell(
        request,
        lambda: options.delete_option(option_id=pk),
        gettext("“%(label)s” is deleted.") % {"label": option.label},
    )
    return redirect_page(request, "records:option_list", option.list)


def _tell(request: HttpRequest, act: Callable[[], None], done: str) -> None:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)


def _known(option_list: str) -> None:
    if option_list not in Option.List.values:
        raise Http404


def _page(
    request: HttpRequest, option_list: str, form: forms.OptionForm, status: int = 200
) -> HttpResponse:
    rows = list(Option.objects.filter(list=option_list).order_by("position", "pk"))
    used = options.uses_of(rows, as_of_late=True)
    context = {
        "form": form,
        "option_list": option_list,
        "lists": Option.List.choices,
        "list_label": Option.List(option_list).label,
        "has_meanings": bool(options.meanings_of(option_list)),
        "rows": [
            (option, forms.MEANING_WORDS.get(option.meaning, ""), used[option.pk])
            for option in rows
        ],
    }
    return render_page(request, "records/option_list.html", context, status=status)
