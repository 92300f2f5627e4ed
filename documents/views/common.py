"""What the doors of documents share."""

from typing import Any

from django.http import Http404

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.records import history
from agencyhub.records.models import Batch
from documents import selectors
from documents.models import Document


def seen(request: SignedInRequest, pk: int, *, right: str = "view") -> Document:
    """A document that the caller has the ``right`` to ("view", "change").

    Raises:
        Http404: there is none for them.
    """
    document = selectors.document_for(user=request.user, pk=pk, right=right)
    if document is None:
        raise Http404
    return document


def act(request: SignedInRequest, summary: str) -> Any:
    """A batch of the history, for what is done now."""
    return history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary)
