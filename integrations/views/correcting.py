"""Correcting the body of a message that failed or was refused."""

import json
import uuid
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations import registry, tasks
from integrations.errors import FieldProblem
from integrations.forms import BodyForm
from integrations.models import InboundMessage
from integrations.permissions import RAW_BODY, REVIEW
from integrations.services import correcting, looking


@sensitive_post_parameters("body")
@require_POST
@never_cache
@login_required
@permission_required((RAW_BODY, REVIEW), raise_exception=True)
def inbox_correct(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the body to correct it, which is noted as a look; then keep what was corrected."""
    message = get_object_or_404(InboundMessage, public_id=public_id, body__isnull=False)
    if not correcting.is_correctable(message):
        messages.error(request, gettext("This message did not fail, or was corrected meanwhile."))
        return redirect_page(request, "integrations:inbox_detail", public_id)
    if "body" not in request.POST:
        return _open(request, message)
    form = BodyForm(request.POST)
    problems: list[FieldProblem] = []
    if form.is_valid():
        try:
            made = correcting.correct(
                message_id=message.pk,
                body=form.cleaned_data["body"],
                user=request.user,
                at=timezone.now(),
                partners=registry.PARTNERS,
            )
        except correcting.UnusableBodyError as error:
            problems = error.problems
            form.add_error("body", error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            tasks.wake_inbox()
            messages.success(request, gettext("The corrected body is being applied."))
            return redirect_page(request, "integrations:inbox_detail", made[0].public_id)
    return _form(request, message, form, problems, status=422)


def _open(request: SignedInRequest, message: InboundMessage) -> HttpResponse:
    try:
        text = looking.reveal(message=message, user=request.user)
    except UnreadableSecretError as error:
        messages.error(request, error.message)
        return redirect_page(request, "integrations:inbox_detail", message.public_id)
    with suppress(ValueError):  # a refused body may be no JSON; it is corrected as it came
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return _form(request, message, BodyForm(initial={"body": text}), [])


def _form(
    request: SignedInRequest,
    message: InboundMessage,
    form: BodyForm,
    problems: list[FieldProblem],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "message": message,
        "title": registry.PARTNERS[message.partner].title,
        "form": form,
        "problems": problems,
    }
    return render_page(request, "integrations/inbox_correct.html", context, status=status)
