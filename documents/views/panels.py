"""The documents of a record: a panel of its page, and a page where there is no JavaScript."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.uploads import is_too_large
from agencyhub.records.models import UNDO_WINDOW, Batch
from documents import owners, screens, selectors, serving
from documents.forms import UploadForm
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY, Owner, Record
from documents.services import examining, keeping
from documents.views import common
from individuals.views.merges import leads_to_survivor

PAGE = "documents/document_list.html"
INVALID, TOO_LARGE = 422, 413


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(INDIVIDUAL.view, raise_exception=True)
@leads_to_survivor
def document_individual(request: SignedInRequest, pk: int) -> HttpResponse:
    """The documents of an individual; posted files are added."""
    return _documents(request, INDIVIDUAL, pk)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(POLICY.view, raise_exception=True)
def document_policy(request: SignedInRequest, pk: int) -> HttpResponse:
    """The documents of a policy; posted files are added."""
    return _documents(request, POLICY, pk)


@require_GET
@any_permission(*owners.VIEW)
def document_download(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file itself, always as an attachment; each time is on record."""
    document = common.seen(request, pk)
    try:
        return serving.answer(document, user=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(owners.of(document).page(owners.record_pk(document)))


@require_POST
@any_permission(*owners.CHANGE)
def document_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a document out of sight; it can be put back."""
    done = gettext("%(name)s was removed. It can be put back for %(days)d days.")
    return _changed(request, pk, gettext_noop("Removed a document"), _removed, done)


@require_POST
@any_permission(*owners.CHANGE)
def document_put_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a removed document be there again."""
    done = gettext("%(name)s is there again.")
    return _changed(request, pk, gettext_noop("Put back a document"), _put_back, done)


def _removed(pk: int, batch: Batch) -> Document:
    return keeping.remove(document_id=pk, batch=batch, at=timezone.now())


def _put_back(pk: int, batch: Batch) -> Document:
    return keeping.put_back(document_id=pk, batch=batch)


def _changed(
    request: SignedInRequest,
    pk: int,
    summary: str,
    change: Callable[[int, Batch], Document],
    done: str,
) -> HttpResponse:
    document = common.seen(request, pk, right="change")
    days = max(settings.DOCUMENT_KEEP_DAYS, UNDO_WINDOW.days)
    said = messages.SUCCESS, done % {"name": document.name, "days": days}
    try:
        with common.act(request, summary) as batch:
            change(pk, batch)
    except DomainError as refusal:
        said = messages.ERROR, refusal.message
    owner = owners.of(document)
    record = selectors.record_for(owner, user=request.user, pk=owners.record_pk(document))
    if record is None:
        raise Http404
    return _told(request, record, [said])


def _documents(request: SignedInRequest, owner: Owner, pk: int) -> HttpResponse:
    record = selectors.record_for(owner, user=request.user, pk=pk)
    if record is None:
        raise Http404
    if request.method != "POST":
        return _panel(request, record, UploadForm())
    if not request.user.has_perm(owner.change):
        raise PermissionDenied
    form = UploadForm(request.POST, request.FILES)
    if is_too_large(request):
        form.errors.pop("file", None)
        msg = gettext("Together the files have more than %d MB. Choose fewer.")
        form.add_error("file", msg % settings.UPLOAD_MAX_MEGABYTES)
        return _panel(request, record, form, status=TOO_LARGE)
    if not form.is_valid():
        return _panel(request, record, form, status=INVALID)
    added = _added(request, record, form)
    if added is None:
        return _panel(request, record, form, status=INVALID)
    return _told(request, record, _words(added))


def _added(request: SignedInRequest, record: Record, form: UploadForm) -> keeping.Added | None:
    """Keep what was sent: all of it, or nothing where a file or a field is refused."""
    values = form.cleaned_data
    files = []
    for content in values["file"]:
        try:
            files.append(examining.examine(content, user=request.user))
        except DomainError as refusal:
            form.add_error("file", refusal.message)
    if form.errors:
        return None
    facts = keeping.Facts(values["kind"], values["signed_date"], values["note"])
    try:
        with common.act(request, gettext_noop("Added documents")) as batch:
            return keeping.add(
                record=record, files=files, facts=facts, batch=batch, at=timezone.now()
            )
    except DomainError as refusal:
        form.add_error(refusal.field, refusal.message)
        return None


def _words(added: keeping.Added) -> list[tuple[int, str]]:
    said = []
    if added.new:
        number = len(added.new)
        words = ngettext(
            "%(number)d document was added.", "%(number)d documents were added.", number
        )
        said.append((messages.SUCCESS, words % {"number": number}))
    for one in added.known:
        words = gettext("%(name)s is here already, since %(day)s; it was not added again.")
        day = timezone.localtime(one.uploaded_at)
        said.append((messages.INFO, words % {"name": one.name, "day": f"{day:%m/%d/%Y}"}))
    return said


def _told(request: SignedInRequest, record: Record, said: list[tuple[int, str]]) -> HttpResponse:
    """The panel with what was done; without JavaScript the page that shows it."""
    if wants_fragment(request):
        return _panel(request, record, UploadForm(), said=said)
    for level, words in said:
        messages.add_message(request, level, words)
    return redirect_page(request, owners.of_record(record).list_page(record.pk))


def _panel(
    request: SignedInRequest,
    record: Record,
    form: UploadForm,
    *,
    said: list[tuple[int, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    panel = screens.panel(record, user=request.user, at=now, today=timezone.localdate(now))
    context: dict[str, Any] = {
        "panel": panel,
        "form": form,
        "said": [(messages.DEFAULT_TAGS[level], words) for level, words in said or ()],
        "most": settings.DOCUMENT_MAX_MEGABYTES,
        "moved": selectors.move_of(request.user, request.GET.get("moved", "")),
    }
    return render_page(request, PAGE, context, fragment="documents", status=status)
