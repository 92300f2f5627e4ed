"""Whose documents are whose now: who opened one stays with it wherever it is moved."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from documents.models import Document
from individuals import looking


def keys_of(individual_ids: Sequence[int]) -> QuerySet[Document, int]:
    """The keys of what belongs to individuals and to their policies, removed or not."""
    own = Q(individual__in=individual_ids) | Q(policy__subscriber__in=individual_ids)
    return Document.objects.filter(own).values_list("pk", flat=True)


looking.register(keys_of)
