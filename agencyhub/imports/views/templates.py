"""Templates: which files are recognised, and how their columns are read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.imports import forms, kinds, screens
from agencyhub.imports.models import Template, TemplateVersion
from agencyhub.imports.selectors import ledger
from agencyhub.imports.services import known_layouts
from agencyhub.imports.views.ledger import RUN
from agencyhub.lib.pages import redirect_page, render_page

CHANGE = "imports.change_template"


@require_GET
@any_permission(RUN, ledger.VIEW)
def template_list(request: SignedInRequest) -> HttpResponse:
    """Every template, by kind."""
    known_layouts.install_all()
    found: dict[str, list[dict[str, object]]] = {}
    for template in ledger.templates():
        versions = sorted(template.versions.all(), key=lambda one: one.number)
        line = {
            "template": template,
            "versions": len(versions),
            "columns": len(versions[-1].columns) if versions else 0,
            "made_by": screens.made_by(template),
            "changed_at": versions[-1].created_at if versions else None,
        }
        found.setdefault(screens.kind_label(template.kind), []).append(line)
    return render_page(request, "imports/template_list.html", {"groups": sorted(found.items())})


@require_http_methods(["GET", "POST"])
@any_permission(RUN, ledger.VIEW)
def template_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """A template's versions and what each reads; its name can be changed."""
    template = get_object_or_404(ledger.templates(), pk=pk)
    may_change = request.user.has_perm(CHANGE)
    form = forms.TemplateForm(request.POST or None, instance=template)
    if request.method == "POST" and may_change and form.is_valid():
        form.save()
        messages.success(request, gettext("The template was renamed."))
        return redirect_page(request, "imports:template_detail", pk)
    context = {
        "template": Template.objects.get(pk=pk),
        "kind": screens.kind_label(template.kind),
        "form": form,
        "versions": _versions(template, request),
        "may_change": may_change,
    }
    status = 422 if form.errors else 200
    return render_page(request, "imports/template_detail.html", context, status=status)


def _versions(template: Template, request: SignedInRequest) -> list[dict[str, object]]:
    """Versions, the newest first, with the columns in words and what the one before had not."""
    known = {kind.key: kind for kind in kinds.every()}
    fields = known[template.kind].fields_for(request.user) if template.kind in known else {}
    versions: list[TemplateVersion] = sorted(template.versions.all(), key=lambda one: one.number)
    found: list[dict[str, object]] = []
    before: set[str] | None = None
    for version in versions:
        headers = {column["header"] for column in version.columns}
        columns = [
            {
                "header": column["header"],
                "field": fields[column["field"]].label if column["field"] in fields else "",
                "is_new": before is not None and column["header"] not in before,
            }
            for column in version.columns
        ]
        gone = sorted(before - headers) if before else []
        found.append({"version": version, "columns": columns, "gone": gone})
        before = headers
    return found[::-1]


@require_POST
@any_permission(CHANGE)
def template_activate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let files be recognised by the template, or no longer."""
    template = get_object_or_404(Template, pk=pk)
    template.is_active = "active" in request.POST
    template.save(update_fields=["is_active"])
    words = (
        gettext("recognizes files again")
        if template.is_active
        else gettext("no longer recognizes files")
    )
    messages.success(request, f"“{template.name}” {words}.")
    return redirect_page(request, "imports:template_detail", pk)
