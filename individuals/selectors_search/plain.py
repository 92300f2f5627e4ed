"""A search as a condition on people's own columns: for a few people, whoever they are.

Says the same as the terms do (``models.terms``), without an index.
"""

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Right, Substr

from agencyhub.lib.db import NameKey
from individuals.models import Address, Individual
from individuals.searching import Query, Split
from individuals.searching_hits import AREA_DIGITS, LAST_FOUR, LOCAL_DIGITS, PHONES


class _Part(models.Func):
    """What a regular expression's group finds in a name, as a key."""

    arity = 1
    output_field = models.CharField()

    def __init__(self, name: str, pattern: str) -> None:
        super().__init__(F(name), template=f"name_key(substring(%(expressions)s from '{pattern}'))")


ALIASES = {
    "nickname_key": NameKey("nickname"),
    "first_rest": _Part("first_name", r"[\s-]+(.*)$"),
    "last_rest": _Part("last_name", r"[\s-]+(.*)$"),
    "last_word": _Part("last_name", r"[\s-]([^\s-]+)$"),
    "lower_email": Lower("email"),
    **{
        f"{name}_{part}": expression
        for name, _ in PHONES
        for part, expression in (
            ("local", Substr(name, AREA_DIGITS + 1)),
            ("line", Right(name, LAST_FOUR)),
        )
    },
}


def fitting(rows: QuerySet[Any], query: Query) -> QuerySet[Any]:
    """Keep the people whom a search finds, but for mistyped names."""
    if query.mbi:
        return rows.with_mbi(query.mbi)
    wanted = Q(pk__in=[])
    if query.email:
        wanted |= Q(lower_email__startswith=query.email)
    if query.mbi_tail:
        wanted |= Q(mbi_tail=query.mbi_tail)
    if query.names:
        named = Q(pk__in=[])
        for split in query.names:
            named |= called(split)
        wanted |= named & beside(rows.model, query)
    else:
        wanted |= with_phone(query.phone)
        if query.born:
            wanted |= Q(date_of_birth__range=query.born)
    return rows.alias(**ALIASES).filter(wanted)


def called(split: Split) -> Q:
    """Named so, by the names themselves, a nickname or a later word of a name."""
    main = Q()
    if split.first:
        main &= Q(first_name_key__startswith=split.first)
    if split.last:
        main &= Q(last_name_key__startswith=split.last)
    return main | _by_first_alias(split) | _by_last_alias(split)


def _by_first_alias(split: Split) -> Q:
    if not split.first:
        return Q(pk__in=[])
    first = Q(nickname__gt="", nickname_key__startswith=split.first)
    first |= Q(first_name__regex=r"[\s-]\S", first_rest__startswith=split.first)
    return first & Q(last_name_key__startswith=split.last) if split.last else first


def _by_last_alias(split: Split) -> Q:
    if not split.last:
        return Q(pk__in=[])
    starts = Q(last_rest__startswith=split.last) | Q(last_word__startswith=split.last)
    last = Q(last_name__regex=r"[\s-]\S") & starts
    return last & Q(first_name_key__startswith=split.first) if split.first else last


def beside(model: type[models.Model], query: Query) -> Q:
    """What has to be true of people beside their name; one of it is enough."""
    if not (query.phone or query.born or query.zip_code):
        return Q()
    wanted = with_phone(query.phone)
    if query.born:
        wanted |= Q(date_of_birth__range=query.born)
    if query.zip_code and model is Individual:
        homes = Address.objects.filter(individual=OuterRef("pk"), is_primary=True)
        wanted |= Q(Exists(homes.filter(zip_code__startswith=query.zip_code)))
    elif query.zip_code:
        wanted |= Q(zip_code__startswith=query.zip_code)
    return wanted


def with_phone(digits: str) -> Q:
    """With a number one of whose parts starts so, or that ends so."""
    wanted = Q(pk__in=[])
    if not digits:
        return wanted
    for name, _ in PHONES:
        wanted |= Q(**{f"{name}__startswith": digits})
        if len(digits) <= LOCAL_DIGITS:
            wanted |= Q(**{f"{name}_local__startswith": digits})
        if len(digits) <= LAST_FOUR:
            wanted |= Q(**{f"{name}_line__startswith": digits})
        else:
            wanted |= Q(**{f"{name}__endswith": digits})
    return wanted
