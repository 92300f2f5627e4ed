"""Finding people exactly: for scripts that know whom they look for."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value

from agencyhub.lib.db import NameKey
from individuals.models.search import TERMS, Backlog, Term
from individuals.selectors import PHONES


def people_with(
    rows: QuerySet[Any],
    *,
    first_name: str = "",
    last_name: str = "",
    date_of_birth: date | None = None,
    phone: str = "",
    email: str = "",
    mbi: str = "",
) -> QuerySet[Any]:
    """Keep the people whom everything given fits; the MBI through its blind index."""
    if first_name:
        rows = rows.filter(first_name_key=NameKey(Value(first_name)))
    if last_name:
        rows = rows.filter(last_name_key=NameKey(Value(last_name)))
    if date_of_birth:
        rows = rows.filter(date_of_birth=date_of_birth)
    if phone:
        rows = _with_term(rows, Term.Kind.PHONE, phone, _has_phone(phone))
    if email:
        rows = _with_term(rows, Term.Kind.EMAIL, email.lower(), Q(email__iexact=email))
    return rows.with_mbi(mbi) if mbi else rows  # type: ignore[attr-defined]


def _has_phone(digits: str) -> Q:
    numbers = Q()
    for name in PHONES:
        numbers |= Q(**{name: digits})
    return numbers


def _with_term(rows: QuerySet[Any], kind: Term.Kind, term: str, columns: Q) -> QuerySet[Any]:
    """People with a term of the search; those whose terms wait for a worker, by their columns."""
    terms: Any = TERMS[rows.model]
    likely = Q(pk__in=terms.objects.filter(kind=kind, term=term).values("person"))
    waiting = Backlog.objects.filter(table_name=rows.model._meta.db_table, work=Backlog.Work.INDEX)
    for ends in waiting.values_list("first_id", "last_id"):
        likely |= Q(pk__range=ends)
    return rows.filter(likely).filter(columns)
