"""The rows that a batch touched, for lists and for whoever may see a batch."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from agencyhub.records.models import Change, InsertedRange

Rows = TypeVar("Rows", bound=models.Model)


def condition(model: type[models.Model], *, batch_id: int) -> Q:
    """The rows of ``model`` that a batch added or changed, as a condition on their keys."""
    about: dict[str, Any] = {"batch_id": batch_id, "table_name": model._meta.db_table}
    changes = Change.objects.filter(**about)
    wanted = Q(pk__in=changes.order_by().values("record_id"))
    for first, last in InsertedRange.objects.filter(**about).values_list("first_id", "last_id"):
        wanted |= Q(pk__range=(first, last))
    return wanted


def rows(model: type[Rows], *, batch_id: int) -> QuerySet[Rows]:
    """The rows of ``model`` that a batch added or changed and that still exist."""
    return model._default_manager.filter(condition(model, batch_id=batch_id))
