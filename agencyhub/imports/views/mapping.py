"""The mapping studio: which column fills which field."""

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.imports import forms, kinds, screens, studio
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import layouts
from agencyhub.imports.services import mapping, runs
from agencyhub.imports.views.ledger import RUN
from agencyhub.imports.views.runs import frame, of_user
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page

State = Import.State
CHANGEABLE = (State.MAPPING, State.CHECKED, State.ATTENTION)
NEW_TEMPLATE, NEW_VERSION = "new", "version"
SHOWN_LINES = 8
SHOWN_CELLS = 6


@require_http_methods(["GET", "POST"])
@never_cache
@any_permission(RUN)
def mapping_studio(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose fields; a POST looks at the choice, or with ``save`` keeps it and goes on."""
    run = of_user(request, pk)
    if run.state not in CHANGEABLE or not run.kind:
        return redirect_page(request, "imports:import_detail", pk)
    try:
        proposal = mapping.propose(run)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "imports:import_detail", pk)
    chosen = request.POST if request.method == "POST" else None
    desk = studio.open_studio(
        kinds.of(run.kind), proposal, user=request.user, on=timezone.localdate(), chosen=chosen
    )
    refusal_words = ""
    if "save" in request.POST:
        refusal_words = _save(request, run, desk, proposal)
        if not refusal_words:
            return redirect_page(request, "imports:import_detail", pk)
    context = {
        **frame(request, run),
        **_context(request, run, desk, proposal),
        "questions": _questions(request, run, proposal),
        "refusal": refusal_words,
    }
    return render_page(
        request,
        "imports/mapping_studio.html",
        context,
        fragment="mapping-form" if request.method == "POST" else None,
        status=422 if refusal_words else 200,
    )


def _save(
    request: SignedInRequest, run: Import, desk: studio.Studio, proposal: mapping.Proposal
) -> str:
    """Keep the mapping; answer why not, or nothing."""
    if not desk.can_save:
        return gettext_noop("Every required field needs one column.")
    questions = _questions(request, run, proposal)
    if not questions.is_valid():
        return " ".join(str(words) for one in questions.errors.values() for words in one)
    is_new = request.POST.get("save_as") == NEW_TEMPLATE or proposal.template is None
    try:
        mapping.save(
            import_id=run.pk,
            columns=desk.as_columns(),
            template_id=None if is_new or proposal.template is None else proposal.template.pk,
            name=request.POST.get("name", "").strip(),
            user=request.user,
            options=questions.cleaned_data,
            like_id=proposal.template.pk if proposal.template else None,
        )
    except DomainError as refusal:
        return refusal.message
    return ""


def _questions(
    request: SignedInRequest, run: Import, proposal: mapping.Proposal
) -> forms.QuestionsForm:
    known = proposal.template.options if proposal.template else {}
    return forms.QuestionsForm(request.POST or None, kind=kinds.of(run.kind), known=known)


def _context(
    request: SignedInRequest, run: Import, desk: studio.Studio, proposal: mapping.Proposal
) -> dict[str, Any]:
    layout = mapping.layout(run)
    sheets = [sheet.name for sheet in layout.sheets]
    where = {"sheet": layout.sheet, "header_line": layout.header_line}
    return {
        "studio": desk,
        "template": proposal.template,
        **_keeping(request, run, proposal),
        "drift": proposal.drift,
        "layout": layout,
        "lines": [(number, cells[:SHOWN_CELLS]) for number, cells in layout.lines[:SHOWN_LINES]],
        "sheet_form": forms.SheetForm(initial=where, sheets=sheets),
        "kind_form": forms.KindForm(user=request.user, initial={"kind": run.kind}),
    }


def _keeping(request: SignedInRequest, run: Import, proposal: mapping.Proposal) -> dict[str, Any]:
    """What the mapping is kept as: a version of one's own template, else a new one by its name."""
    template, name = proposal.template, PurePath(run.file_name).stem
    maker = layouts.maker_of(template) if template else None
    is_own = maker == request.user
    if template and not is_own:
        names = {"template": template.name, "who": request.user.display_name}
        name = gettext("%(template)s (%(who)s)") % names
    usual = NEW_VERSION if is_own else NEW_TEMPLATE
    return {
        "whose": screens.whose(template, user=request.user) if template else "",
        "save_as": request.POST.get("save_as", usual),
        "name": request.POST.get("name", mapping.free_name(run.kind, name)),
    }


@require_POST
@any_permission(RUN)
def import_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read another sheet, or take another line for the header."""
    run = of_user(request, pk)
    try:
        sheets = [sheet.name for sheet in mapping.layout(run).sheets]
        form = forms.SheetForm(request.POST, sheets=sheets)
        if form.is_valid():
            runs.choose_sheet(import_id=pk, **form.cleaned_data, user=request.user)
        else:
            messages.error(request, gettext_noop("The header line is a number from 1 to 100."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, "imports:import_detail", pk)
