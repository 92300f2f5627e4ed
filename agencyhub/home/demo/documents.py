"""Documents of the demo's first clients: Scopes that hold, end soon and ended, and other papers."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from documents.models import Document
from documents.owners import Record
from documents.services import examining, keeping
from individuals.models import Individual
from policies.models import Policy

KEEPER = "agent1"
Kind = Document.Kind


@dataclass(frozen=True)
class Paper:
    """A file of somebody; ``days`` ago it was signed."""

    kind: Kind
    name: str
    days: int | None = None
    note: str = ""
    is_removed: bool = False


# Of one client each; those of the last are of one of their policies.
OF_CLIENTS = (
    (
        Paper(Kind.SCOPE, "Signed scope, last year.pdf", 400),
        Paper(Kind.SCOPE, "Signed scope.pdf", 350, "Before the review of this fall"),
        Paper(Kind.CONSENT, "Consent to contact.pdf", 350),
    ),
    (Paper(Kind.SCOPE, "Scope by phone.pdf", 12, "Recorded call"),),
    (Paper(Kind.SCOPE, "Scope without a day.pdf"),),
)
OF_POLICY = (
    Paper(Kind.APPLICATION, "Enrollment form.pdf", 40),
    Paper(Kind.ID_CARD, "Member card.pdf"),
    Paper(Kind.LETTER, "Welcome letter.pdf", is_removed=True),
)


def keep(*, users: Sequence[User], at: datetime) -> None:
    """Add the papers, as whoever looks after the clients would."""
    user = next(one for one in users if one.username == KEEPER)
    own = Individual.objects.filter(servicing_agent__user=user, type__label="Client")
    clients = list(own.order_by("pk")[: len(OF_CLIENTS)])
    for client, papers in zip(clients, OF_CLIENTS, strict=False):
        _keep(client, papers, user=user, at=at)
    policies = Policy.objects.filter(subscriber__in=clients).order_by("pk")
    for policy in policies[:1]:
        _keep(policy, OF_POLICY, user=user, at=at)


def _keep(record: Record, papers: Sequence[Paper], *, user: User, at: datetime) -> None:
    for paper in papers:
        signed = None
        if paper.days is not None:
            signed = timezone.localdate(at) - timedelta(days=paper.days)
        content = SimpleUploadedFile(paper.name, _pdf(paper.name))
        file = examining.examine(content, user=user)
        facts = keeping.Facts(paper.kind, signed, paper.note)
        with _act(user, "Added documents") as batch:
            added = keeping.add(record=record, files=[file], facts=facts, batch=batch, at=at)
        if paper.is_removed:
            with _act(user, "Removed a document") as batch:
                keeping.remove(document_id=added.new[0].pk, batch=batch, at=at)


def _act(user: User, summary: str) -> AbstractContextManager[Batch]:
    return history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary)


def _pdf(title: str) -> bytes:
    """One blank page that opens anywhere, different for each title."""
    return (
        f"%PDF-1.4\n% {title}\n"
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()
