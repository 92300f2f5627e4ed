"""Finding people exactly: for scripts that know whom they look for."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value

from agencyhub.lib.db import NameKey
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
        numbers = Q()
        for name in PHONES:
            numbers |= Q(**{name: phone})
        rows = rows.filter(numbers)
    if email:
        rows = rows.filter(email__iexact=email)
    return rows.with_mbi(mbi) if mbi else rows  # type: ignore[attr-defined]
