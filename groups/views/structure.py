"""How a group sorts its employees: benefit classes, divisions, locations."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.pages import HtmxRequest, render_page
from groups.forms.groups import UNIT_FORMS
from groups.models import EmployerGroup, Unit
from groups.selectors import groups as selectors
from groups.views.common import FormPage, removed, tabs


@require_GET
@login_required
@permission_required("groups.view_employergroup", raise_exception=True)
def group_structure(request: HtmxRequest, pk: int) -> HttpResponse:
    """The units of a group, each with how many employees it has."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    context = {
        "group": group,
        "tabs": tabs(group, current="structure", user=request.user),
        "kinds": [
            {
                "key": key,
                "title": gettext(str(model._meta.verbose_name_plural)).capitalize(),
                "new": gettext("New %(noun)s") % {"noun": gettext(str(model._meta.verbose_name))},
                "rows": rows,
                "may_add": request.user.has_perm(f"groups.add_{model._meta.model_name}"),
                "may_change": request.user.has_perm(f"groups.change_{model._meta.model_name}"),
            }
            for key, model, rows in selectors.units_of(group)
        ],
    }
    return render_page(request, "groups/group_structure.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def unit_create(request: HtmxRequest, pk: int, kind: str) -> HttpResponse:
    """A new unit of a group."""
    model = _model(request, kind, "add")
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    return _form_page(request, kind, group, model(group=group))


@require_http_methods(["GET", "POST"])
@login_required
def unit_edit(request: HtmxRequest, pk: int, kind: str, unit_pk: int) -> HttpResponse:
    """Change a unit, or take it out of use."""
    model = _model(request, kind, "change")
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    return _form_page(request, kind, group, get_object_or_404(model, pk=unit_pk, group=group))


@require_POST
@login_required
def unit_remove(request: HtmxRequest, pk: int, kind: str, unit_pk: int) -> HttpResponse:
    """Remove a unit that no employee is in."""
    model = _model(request, kind, "delete")
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    unit = get_object_or_404(model, pk=unit_pk, group=group)
    return removed(
        request,
        unit,
        summary=gettext_noop("Unit of a group removed"),
        said=gettext("It is removed."),
        to=_address(group),
    )


def _model(request: HtmxRequest, kind: str, verb: str) -> type[Any]:
    """The model that an address names, for those with the right to it."""
    model = selectors.UNITS.get(kind)
    if model is None:
        raise Http404
    if not request.user.has_perm(f"groups.{verb}_{model._meta.model_name}"):
        raise PermissionDenied
    return model


def _form_page(request: HtmxRequest, kind: str, group: EmployerGroup, unit: Unit) -> HttpResponse:
    noun = gettext(str(unit._meta.verbose_name))
    title = gettext("Edit %(noun)s") if unit.pk else gettext("New %(noun)s")
    args = [group.pk, kind, unit.pk]
    may_remove = unit.pk and request.user.has_perm(f"groups.delete_{unit._meta.model_name}")
    page = FormPage(
        title=title % {"noun": noun},
        summary=gettext_noop("Structure of a group edited"),
        said=gettext("It is saved."),
        back_label=group.name,
        back_url=_address(group),
        remove_url=reverse("groups:unit_remove", args=args) if may_remove else "",
    )
    return page.answer(request, UNIT_FORMS[kind](request.POST or None, instance=unit))


def _address(group: EmployerGroup) -> str:
    return reverse("groups:group_structure", args=[group.pk])
