"""Who gets what, employee by employee, and what to ask the carrier for."""

from typing import Any

import tablib
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib import keyset
from agencyhub.lib.keyset import Key
from agencyhub.lib.pages import render_page
from agencyhub.lib.pks import read_pk
from agencyhub.lib.sheets import SafeCsv, SafeXlsx
from integrations.noyo.classes import Category
from integrations.noyo.selectors import missing, who
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.views.studio import VIEW, find

BY_NAME = (Key("last_name_key"), Key("first_name_key"), Key("pk"))
NOTHING = "none"
FORMATS: dict[str, Any] = {"csv": SafeCsv, "xlsx": SafeXlsx}


@require_GET
@never_cache
@login_required
@permission_required([VIEW, "groups.view_employee"], raise_exception=True)
def mapping_who(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """Employees by name with the option that they get; ``?option=`` keeps those of one."""
    mapping = find(request, pk, mapping_pk)
    name = request.GET.get("category", "")
    pane = next((one for one in selectors.category_panes(mapping) if one.name == name), None)
    if pane is None:
        raise Http404
    decided = {one.name: one for one in who.categories(mapping)}
    category = decided.get(name, Category(name))
    rows = who.listed(mapping, category, on=timezone.localdate())
    chosen = request.GET.get("option", "")
    if chosen:
        rows = rows.filter(given=None if chosen == NOTHING else read_pk(chosen) or 0)
    page = keyset.page(rows.select_related("benefit_class", "division", "location"),
                       order=BY_NAME, params=request.GET, among=rows)  # fmt: skip
    sides = {one.pk: one for one in pane.options}
    url = f"{reverse('noyo:mapping_who', args=[pk, mapping_pk])}?category={name}&option={chosen}"
    context: dict[str, Any] = {
        "mapping": mapping,
        "pane": pane,
        "chosen": chosen,
        "shown": sides.get(read_pk(chosen) or 0),
        "rows": [(one, sides.get(one.given)) for one in page],
        "prev_url": f"{url}&before={page.before}" if page.before else "",
        "next_url": f"{url}&after={page.after}" if page.after else "",
    }
    return render_page(request, "noyo/mapping_who.html", context)


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def missing_file(
    request: SignedInRequest, pk: int, mapping_pk: int, extension: str
) -> HttpResponse:
    """What is missing at the carrier, as a request to send there."""
    if extension not in FORMATS:
        raise Http404
    mapping = find(request, pk, mapping_pk)
    heads = [
        _("Employer group"), _("Carrier"), _("Carrier’s group number"), _("What"), _("Name"),
        _("Code"), _("From"), _("Note"),
    ]  # fmt: skip
    rows = [
        (mapping.group.name, one.carrier, one.carrier_group_id, one.kind, one.name, one.code,
         f"{one.since:%m/%d/%Y}", one.note)
        for one in missing.of(mapping)
    ]  # fmt: skip
    kind = FORMATS[extension]()
    content = kind.export_data(tablib.Dataset(*rows, headers=heads))
    response = HttpResponse(content, content_type=kind.get_content_type())
    response["Content-Disposition"] = f'attachment; filename="missing-{mapping.pk}.{extension}"'
    return response
