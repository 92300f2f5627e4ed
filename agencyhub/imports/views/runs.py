"""One import: the page of its state, and what a person may do in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.imports import doors, forms, kinds, screens
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import ledger, rows
from agencyhub.imports.services import deciding, runs, sheets
from agencyhub.imports.services.guessing import Considered
from agencyhub.imports.views.ledger import RUN
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch
from agencyhub.records.selectors import batch_page

State = Import.State
PAGE = 50
SHOWN_CHANGES = 5
SHOWN_GROUPS = 8
SHOWN_KINDS = 4
OUTCOMES = ("new", "changed", "same")
UNDO = "records.undo_batch"


def of_user(request: SignedInRequest, pk: int) -> Import:
    """The import, when the user may look at it and its kind has no page of its own.

    Raises:
        Http404: otherwise.
    """
    run = get_object_or_404(ledger.visible_to(request.user), pk=pk)
    if _own_page(run):
        raise Http404
    return run


def _own_page(run: Import) -> str:
    """The name of the page that its kind has for it, or blank."""
    return next((kind.page for kind in kinds.every() if kind.key == run.kind), "")


@require_GET
@never_cache
@any_permission(RUN, ledger.VIEW)
def import_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The step an import is at. While a worker is busy, the page asks for itself again."""
    run = get_object_or_404(ledger.visible_to(request.user), pk=pk)
    if page := _own_page(run):
        return redirect_page(request, page, pk)
    if run.state == State.MAPPING and request.user.has_perm(RUN):
        return redirect_page(request, "imports:mapping_studio", pk)
    context = {**frame(request, run), **_of_state(request, run)}
    return render_page(request, "imports/import_detail.html", context, fragment="import-step")


def frame(request: SignedInRequest, run: Import) -> dict[str, Any]:
    """What every page of an import shows around its step."""
    return {
        "run": run,
        "row": screens.row(run),
        "steps": screens.steps(run),
        "may_run": request.user.has_perm(RUN),
        "is_exact": screens.is_exact(run),
        "kept_until": run.created_at + timedelta(days=settings.IMPORT_KEEP_DAYS),
        "is_purged": not run.file.stored_as,
    }


def _of_state(request: SignedInRequest, run: Import) -> dict[str, Any]:
    """What the template of the state needs: ``imports/_<state>.html``."""
    if run.state in ledger.WORKING:
        return {
            "template": "imports/_working.html",
            "doing": screens.doing(run),
            "percent": screens.percent(run),
            "groups": screens.reasons(run, limit=SHOWN_GROUPS),
        }
    if run.state == State.ATTENTION and not run.kind and (found := deciding.considered(run)):
        return {"template": "imports/_undecided.html", **_undecided(request, run, found)}
    if screens.is_undone(run):
        return {"template": "imports/_undone.html", **_undone(request, run)}
    makers: dict[str, Callable[[SignedInRequest, Import], dict[str, Any]]] = {
        State.CHECKED: _checked,
        State.IMPORTED: _imported,
        State.ATTENTION: _attention,
    }
    more = makers[run.state](request, run) if run.state in makers else {}
    return {"template": f"imports/_{run.state}.html", **more}


def _checked(request: SignedInRequest, run: Import) -> dict[str, Any]:
    user, changed = request.user, []
    repaired = rows.repaired(run)
    if run.changed:
        changed = screens.lines(run, outcome="changed", user=user, limit=SHOWN_CHANGES)
    return {
        "corrects": ledger.corrects(run, user=user),
        "counts": doors.counts(run),
        "besides": screens.besides(run),
        "totals": rows.totals(run),
        "groups": screens.reasons(run, limit=SHOWN_GROUPS),
        "changed": changed,
        "mode_form": forms.ModeForm(initial={"mode": run.mode}),
        "repaired": repaired,
        "scope": screens.scope(run, repaired=repaired.valid),
        "staying_out": screens.staying_out(run, repaired=repaired.valid),
    }


def _imported(request: SignedInRequest, run: Import) -> dict[str, Any]:
    found = doors.doors(run, user=request.user)
    return {
        "result": screens.result(run),
        "corrects": ledger.corrects(run, user=request.user),
        "counts": doors.counts(run, found),
        "doors": found,
        "repaired": rows.repaired(run),
        "may_undo": request.user.has_perm(UNDO),
        "more_sheets": sheets.others(run),
    }


def _undone(request: SignedInRequest, run: Import) -> dict[str, Any]:
    undo = Batch.objects.filter(undo_of=run.batch).select_related("user").order_by("-pk").first()
    kept = batch_page(undo, viewer=request.user, limit=0).reasons if undo else []
    return {"undo": undo, "kept": kept}


def _attention(request: SignedInRequest, run: Import) -> dict[str, Any]:
    return {"kind_form": forms.KindForm(user=request.user, initial={"kind": run.kind})}


def _undecided(request: SignedInRequest, run: Import, found: list[Considered]) -> dict[str, Any]:
    nearest, others = found[:SHOWN_KINDS], found[SHOWN_KINDS:]
    return {**_attention(request, run), "nearest": nearest, "others": others}


@require_GET
@never_cache
@any_permission(RUN, ledger.VIEW)
def row_list(request: SignedInRequest, pk: int, outcome: str) -> HttpResponse:
    """The rows of a dry run that are new, changed or the same."""
    run = of_user(request, pk)
    after = read_pk(request.GET.get("after", "")) or 0
    found = screens.lines(run, outcome=outcome, user=request.user, after=after, limit=PAGE + 1)
    url = reverse("imports:row_list", args=[pk, outcome])
    context = {
        **frame(request, run),
        "outcome": outcome,
        "found": found[:PAGE],
        "next_url": f"{url}?after={found[PAGE - 1].line}" if len(found) > PAGE else "",
        "prev_url": url if after else "",
    }
    return render_page(request, "imports/row_list.html", context, fragment="row-table")


@require_GET
@never_cache
@any_permission(RUN, ledger.VIEW)
def rejected_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rejected rows with their reasons, to correct in a spreadsheet and upload again."""
    run = of_user(request, pk)
    response = StreamingHttpResponse(rows.rejected_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected_rows_{run.pk}.csv"'
    return response  # type: ignore[return-value]


def _act(request: SignedInRequest, pk: int, service: Callable[..., Any], **words: Any) -> Any:
    """Call a service for an import; a refusal becomes a message."""
    of_user(request, pk)
    try:
        return service(import_id=pk, user=request.user, **words)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return None


def _back(request: SignedInRequest, pk: int) -> HttpResponse:
    return redirect_page(request, "imports:import_detail", pk)


@require_POST
@any_permission(RUN)
def import_commit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring the rows of the dry run into the records."""
    _act(request, pk, runs.start_commit)
    return _back(request, pk)


@require_POST
@any_permission(UNDO)
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    _act(request, pk, runs.start_undo)
    return _back(request, pk)


@require_POST
@any_permission(RUN)
def import_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a duplicate anyway, or a file with trouble once more."""
    _act(request, pk, runs.again)
    return _back(request, pk)


@require_POST
@any_permission(RUN)
def import_next_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with another sheet of the same workbook."""
    sheet = request.POST.get("sheet", "")
    also = _act(request, pk, sheets.read_also, sheet=sheet)
    return _back(request, also.pk if also else pk)


@require_POST
@any_permission(RUN)
def import_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put an import aside."""
    _act(request, pk, runs.discard)
    return redirect_page(request, "imports:import_list")


@require_POST
@any_permission(RUN)
def import_mode(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decide whether rows may add records, change them, or both."""
    form = forms.ModeForm(request.POST)
    if form.is_valid():
        _act(request, pk, runs.set_mode, mode=form.cleaned_data["mode"])
    return _back(request, pk)


@require_POST
@any_permission(RUN)
def import_kind(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the file for something else."""
    form = forms.KindForm(request.POST, user=request.user)
    if form.is_valid():
        _act(request, pk, runs.choose_kind, kind=form.cleaned_data["kind"])
    else:
        messages.error(request, gettext("Choose what the file holds."))
    return _back(request, pk)
