"""Usernames en masse: template, upload, dry run, confirmation."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.reading.limits import UnreadableFileError
from integrations.permissions import MANAGE
from integrations.plancompare import drafts, sheets
from integrations.plancompare.forms.users import UploadForm
from integrations.plancompare.models import Site
from integrations.plancompare.services import username_file
from integrations.plancompare.views.site import frame

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_NAME = "plancompare_usernames"
EXPIRED = "The uploaded file was kept for an hour and is gone now. Upload it again."
SHOWN_SAME = 20


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_template(_request: SignedInRequest, variant: str, kind: str) -> HttpResponse:
    """The template with today's users in it, as CSV or XLSX."""
    get_object_or_404(Site, variant=variant, is_active=True)
    rows = username_file.template_rows()
    if kind == "csv":
        content, mime = sheets.write_csv(username_file.HEADER, rows), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        content = sheets.write_xlsx(username_file.HEADER, rows, title="PlanCompare users")
        mime = XLSX
    else:
        msg = "There is a CSV and an XLSX template."
        raise Http404(msg)
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_upload(request: SignedInRequest, variant: str) -> HttpResponse:
    """Take a file, keep it sealed, and go to its dry run."""
    site = get_object_or_404(Site, variant=variant, is_active=True)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(sheets.MAX_BYTES + 1)
        try:
            username_file.plan_file(content)
        except UnreadableFileError as error:
            form.add_error("file", error.message)
        else:
            draft_id = drafts.keep(content, user=request.user)
            return redirect_page(request, "plancompare:username_preview", variant, draft_id)
    context = {**frame(site, "users"), "form": form, "header": username_file.HEADER}
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "plancompare/username_upload.html", context, status=status)


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_preview(request: SignedInRequest, variant: str, draft_id: uuid.UUID) -> HttpResponse:
    """The dry run: what each line would do. Nothing is saved."""
    site = get_object_or_404(Site, variant=variant, is_active=True)
    content = drafts.load(draft_id, user=request.user)
    if content is None:
        messages.warning(request, EXPIRED)
        return redirect_page(request, "plancompare:username_upload", variant)
    plan = username_file.plan_file(content)
    order = {"error": 0, "changed": 1, "new": 1, "same": 2}
    shown = sorted(plan.rows, key=lambda row: (order[row.state], row.number))
    counts = plan.counts
    hidden = max(0, counts["same"] - SHOWN_SAME)
    context = {
        **frame(site, "users"),
        "plan": plan,
        "draft_id": draft_id,
        "rows": [_shown(row, plan) for row in shown[: len(shown) - hidden]],
        "hidden_same": hidden,
        "cards": [
            {"label": "New", "value": counts["new"], "tone": "success"},
            {"label": "Changed", "value": counts["changed"], "tone": "info"},
            {"label": "Same", "value": counts["same"], "tone": "neutral"},
            {"label": "Errors", "value": counts["error"], "tone": "danger"},
        ],
    }
    return render_page(request, "plancompare/username_preview.html", context)


def _shown(row: username_file.PlannedRow, plan: username_file.Plan) -> dict[str, object]:
    """A line of the dry run with the values before and after in words."""
    tones = {"error": "danger", "new": "success", "changed": "info", "same": "neutral"}
    agents = plan.agents
    pairs = [
        ("PlanCompare username", row.before.username, row.after.username),
        (
            "Servicing agent",
            agents.get(row.before.agent_id or 0, ""),
            agents.get(row.after.agent_id or 0, ""),
        ),
    ]
    return {
        "number": row.number,
        "name": row.user.display_name if row.user else row.user_text,
        "user_name": row.user.username if row.user else "",
        "state": row.state.capitalize(),
        "tone": tones[row.state],
        "errors": row.errors,
        "changes": [
            {"label": label, "before": before, "after": after}
            for label, before, after in pairs
            if before != after and not row.errors
        ],
        "username": row.after.username,
    }


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_confirm(request: SignedInRequest, variant: str, draft_id: uuid.UUID) -> HttpResponse:
    """Save the file that was shown: all of it, or nothing."""
    get_object_or_404(Site, variant=variant, is_active=True)
    content = drafts.load(draft_id, user=request.user)
    if content is None:
        messages.warning(request, EXPIRED)
        return redirect_page(request, "plancompare:username_upload", variant)
    digest = request.POST.get("digest", "")
    if not digest:
        msg = "The confirmation does not say what was shown."
        raise BadRequest(msg)
    try:
        changed = username_file.apply_file(content, digest=digest, user=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect_page(request, "plancompare:username_preview", variant, draft_id)
    drafts.drop(draft_id, user=request.user)
    words = "1 user was" if changed == 1 else f"{changed} users were"
    messages.success(request, f"{words} changed.")
    return redirect_page(request, "plancompare:site_users", variant)
