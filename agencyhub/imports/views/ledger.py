"""The ledger of imports, and the door through which files come in."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.imports import forms, kinds, samples, screens
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import ledger
from agencyhub.imports.services import files, guessing
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.uploads import is_too_large

RUN = "imports.run_import"
TOO_LARGE = 413
UNREADABLE = "unreadable"


@require_GET
@any_permission(RUN, ledger.VIEW)
def import_list(request: SignedInRequest) -> HttpResponse:
    """Every import that the user may see, newest first, below the place to drop files."""
    return _ledger(request, forms.UploadForm(user=request.user, initial=_wishes(request)))


def _wishes(request: SignedInRequest) -> dict[str, str]:
    """What a page that leads here wants chosen already: ``?new=policies``."""
    return {"kind": request.GET.get("new", "")}


def _ledger(
    request: SignedInRequest, upload: forms.UploadForm, *, status: int = 200
) -> HttpResponse:
    form = forms.LedgerForm(request.GET, user=request.user)
    # What cannot be read never widens the ledger: its error is shown, and no row is.
    filters = form.cleaned_data if form.is_valid() else {"kind": "", "state": UNREADABLE}
    page = ledger.ledger(user=request.user, **filters, params=request.GET)
    url = reverse("imports:import_list")
    allowed = kinds.allowed(request.user)
    keep = {name: value for name, value in filters.items() if value}
    context = {
        "upload": upload,
        "may_run": request.user.has_perm(RUN) and bool(allowed),
        "most_bytes": settings.UPLOAD_MAX_MEGABYTES * 1024 * 1024,
        "kinds": allowed,
        "form": form,
        "rows": [screens.row(run) for run in page],
        "is_working": any(run.state in ledger.WORKING for run in page),
        "is_filtered": bool(keep),
        "here": f"{url}?{urlencode(keep)}" if keep else url,
        "prev_url": f"{url}?{urlencode({**keep, 'before': page.before})}" if page.before else "",
        "next_url": f"{url}?{urlencode({**keep, 'after': page.after})}" if page.after else "",
    }
    fragment = "upload-card" if request.method == "POST" else "import-table"
    return render_page(
        request, "imports/import_list.html", context, fragment=fragment, status=status
    )


@require_POST
@any_permission(RUN)
def import_upload(request: SignedInRequest) -> HttpResponse:
    """Take files, and go to the one, or with several to the ledger."""
    form = forms.UploadForm(request.POST, request.FILES, user=request.user)
    if is_too_large(request):
        form.errors.pop("file", None)
        msg = gettext(
            "Together the files have more than %d MB. Choose fewer, or put them into ZIP files."
        )
        form.add_error("file", msg % settings.UPLOAD_MAX_MEGABYTES)
        return _ledger(request, form, status=TOO_LARGE)
    if not form.is_valid():
        return _ledger(request, form, status=422)
    runs = _received(request, form)
    if form.errors:
        return _ledger(request, form, status=422)
    if len(runs) == 1:
        return redirect_page(request, "imports:import_detail", runs[0].pk)
    words = ngettext("%d file was received.", "%d files were received.", len(runs))
    messages.success(request, words % len(runs))
    return redirect_page(request, "imports:import_list")


def _received(request: SignedInRequest, form: forms.UploadForm) -> list[Import]:
    """Take each file; what one is refused for becomes an error of the form."""
    chosen = form.cleaned_data["kind"]
    allowed = kinds.allowed(request.user)
    if not allowed:
        raise PermissionDenied
    runs = []
    for content in form.cleaned_data["file"]:
        try:
            kind = chosen or guessing.guess_kind(content=content, among=allowed, user=request.user)
            # The worker looks at what could not be told at once, and else asks what it is.
            runs.append(
                files.receive(
                    content=content,
                    name=content.name,
                    kind=kind or kinds.UNDECIDED.key,
                    mode=form.cleaned_data["mode"],
                    user=request.user,
                )
            )
        except DomainError as error:
            form.add_error("file", f"{content.name}: {error.message}")
    return runs


@require_GET
@any_permission(RUN)
def sample_file(request: SignedInRequest, kind: str) -> HttpResponse:
    """A small file of one kind, with every column that it may have."""
    if kind not in {one.key for one in kinds.allowed(request.user)}:
        raise Http404
    content = samples.sample(kinds.of(kind), user=request.user)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sample_{kind}.csv"'
    return response
