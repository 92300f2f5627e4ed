"""Whose a document is: rights and scope are those of the record, asked where the record asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from agencyhub.accounts.models import User
from agencyhub.lib.pks import read_pk
from documents.models import Document
from individuals.models import Individual
from policies.models import Policy

Record = Individual | Policy


@dataclass(frozen=True)
class Owner:
    """A kind of record that has documents; ``field`` is the foreign key of Document to it."""

    field: str
    model: type[Individual | Policy]
    view: str
    change: str
    individual_of: Callable[[Any], int]

    def rows(self, user: User) -> QuerySet[Any]:
        """The records that ``user`` sees."""
        manager: Any = self.model._default_manager
        rows: QuerySet[Any] = manager.visible_to(user)
        return rows

    def page(self, pk: int) -> str:
        """The page of the record."""
        return reverse(f"{self.model._meta.app_label}:{self.field}_detail", args=[pk])

    def list_page(self, pk: int) -> str:
        """The page of the record's documents."""
        return reverse(f"documents:document_{self.field}", args=[pk])

    def place(self, pk: int) -> str:
        """One record, as forms name it."""
        return f"{self.field}:{pk}"


INDIVIDUAL = Owner(
    "individual",
    Individual,
    "individuals.view_individual",
    "individuals.change_individual",
    lambda record: record.pk,
)
POLICY = Owner(
    "policy",
    Policy,
    "policies.view_policy",
    "policies.change_policy",
    lambda record: record.subscriber_id,
)
OWNERS = (INDIVIDUAL, POLICY)
Place = tuple[Owner, int]
"""A kind of record and the key of one."""
VIEW, CHANGE = tuple(one.view for one in OWNERS), tuple(one.change for one in OWNERS)


def of(document: Document) -> Owner:
    """The kind of record a document belongs to."""
    return INDIVIDUAL if document.individual_id is not None else POLICY


def of_record(record: Record) -> Owner:
    """The kind a record is of."""
    return next(one for one in OWNERS if isinstance(record, one.model))


def record_pk(document: Document) -> int:
    """The key of a document's record."""
    return int(getattr(document, f"{of(document).field}_id"))


def place_of(document: Document) -> Place:
    """The kind and the key of a document's record."""
    return of(document), record_pk(document)


def read_place(text: str) -> Place | None:
    """What ``Owner.place`` wrote; None for anything else."""
    field, _, number = text.partition(":")
    pk = read_pk(number)
    found = next((one for one in OWNERS if one.field == field), None)
    return (found, pk) if found is not None and pk is not None else None
