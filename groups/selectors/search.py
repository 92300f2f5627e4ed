"""Groups and employees by what somebody types: names, and the numbers of partners."""

from typing import Any

from django.db.models import Q, QuerySet, Value

from agencyhub.accounts.models import User
from agencyhub.lib.db import NameKey
from agencyhub.lib.text import tidy
from groups.models import Employee, EmployerGroup

MIN_LETTERS = 2


def groups_found(user: User, *, text: str) -> QuerySet[EmployerGroup]:
    """Groups with a name that contains the text, or with exactly this partner's ID."""
    text = tidy(text)
    if len(text) < MIN_LETTERS:
        return EmployerGroup.objects.none()
    key = NameKey(Value(text))
    wanted = Q(name_key__contains=key) | Q(dba_name__icontains=text) | Q(external_id=text)
    return EmployerGroup.objects.visible_to(user).filter(wanted).order_by("name_key", "pk")


def employees_found(user: User, *, text: str) -> QuerySet[Employee, Any]:
    """Employees whose names begin so, in either order, or who have exactly this subscriber ID."""
    words = [word for word in text.replace(",", " ").split() if word]
    if sum(map(len, words)) < MIN_LETTERS:
        return Employee.objects.none()
    wanted = Q(external_id=tidy(text))
    for first, last in _splits(words):
        named = Q(last_name_key__startswith=NameKey(Value(last))) if last else Q()
        wanted |= named & (Q(first_name_key__startswith=NameKey(Value(first))) if first else Q())
    rows = Employee.objects.visible_to(user).filter(wanted).select_related("group")
    return rows.order_by("last_name_key", "first_name_key", "pk")


def _splits(words: list[str]) -> set[tuple[str, str]]:
    """The ways to read words as a first and a last name; one word may be either."""
    if len(words) == 1:
        return {(words[0], ""), ("", words[0])}
    found = set()
    for at in range(1, len(words)):
        one, other = " ".join(words[:at]), " ".join(words[at:])
        found |= {(one, other), (other, one)}
    return found
