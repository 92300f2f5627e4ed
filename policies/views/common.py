"""What the views of this app share."""

from contextlib import AbstractContextManager

from django import forms
from django.http import HttpRequest

from agencyhub.lib.errors import DomainError
from agencyhub.lib.keyset import KeysetPage
from agencyhub.records import history
from agencyhub.records.models import Batch

INVALID = 422


def act(request: HttpRequest, summary: str) -> AbstractContextManager[Batch]:
    """Open the batch of what a person does on a page."""
    return history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary)


def neighbours(request: HttpRequest, page: KeysetPage) -> dict[str, str]:
    """Addresses of the pages before and after, with the same filters; blank at the ends."""

    def address(name: str, key: int | None) -> str:
        if key is None:
            return ""
        params = request.GET.copy()
        for other in ("before", "after"):
            params.pop(other, None)
        params[name] = str(key)
        return f"{request.path}?{params.urlencode()}"

    return {"prev_url": address("before", page.before), "next_url": address("after", page.after)}


def refuse(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal at the form field it belongs to, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
