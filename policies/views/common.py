"""What the views of this app share."""

from contextlib import AbstractContextManager

from django import forms
from django.http import HttpRequest

from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch

INVALID = 422


def act(request: HttpRequest, summary: str) -> AbstractContextManager[Batch]:
    """Open the batch of what a person does on a page."""
    return history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary)


def refuse(form: forms.Form, refusal: DomainError) -> None:
    """Show a refusal at the form field it belongs to, else above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
