"""What files of groups name: the groups themselves, and the parts of each."""

from collections.abc import Collection, Mapping

import polars as pl
from django.db import models
from django.utils.translation import gettext_noop

from agencyhub.imports.types.base import Context, Parsed
from agencyhub.imports.types.known import Keyed
from agencyhub.imports.types.text import tidied
from agencyhub.lib.text import name_key
from groups.models import EmployerGroup, Unit

SEVERAL = 0
NO_GROUP = gettext_noop(
    "“{}” is no group that you may see. Write its name or the partner’s group ID as its page does."
)
TWO_GROUPS = gettext_noop("Two groups are called “{}”. Write the partner’s group ID.")
NO_PART = gettext_noop(
    "This group has no %(noun)s “{}” in use. Add it on the page of the group, or correct it."
)


class GroupNamed(Keyed):
    """A group by its name, its other name or the partner's ID, within the user's reach."""

    name = "group"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        with context.lock:
            if GroupNamed not in context.kept:
                context.kept[GroupNamed] = _groups(context)
        known: dict[str, int] = context.kept[GroupNamed]
        found: dict[str, tuple[int | None, str | None]] = {}
        for text in texts.drop_nulls().unique().to_list():
            pk = known.get(text.lower()) or known.get(name_key(text))
            if pk:
                found[text] = (pk, None)
            else:
                words = NO_GROUP if pk is None else TWO_GROUPS
                found[text] = (None, words.format(text[:80]))
        return _answers(texts, found)

    def label_of(self, keys: Collection[int]) -> Mapping[int, str]:
        return dict(EmployerGroup.objects.filter(pk__in=keys).values_list("pk", "name"))


class PartOf(Keyed):
    """Something of the row's group, by its code or its name: a unit in use, a benefit."""

    name = "part"
    after = "group"

    def __init__(self, model: type[models.Model], *, code: str = "code") -> None:
        self.model, self.code = model, code

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        owners = context.columns.get(self.after)
        if owners is None:
            owners = pl.repeat(None, len(texts), dtype=pl.Int64, eager=True)
        frame = pl.DataFrame({"group": owners, "text": texts})
        pairs = frame.drop_nulls("text").unique()
        with context.lock:
            known = self._known(pairs["group"], context)
        words = NO_PART % {"noun": self.model._meta.verbose_name}
        rows = []
        for group, text in pairs.iter_rows():
            pk = known.get((group, text.lower())) or known.get((group, name_key(text)))
            # A row without a group that can be read is refused for that alone.
            rows.append((group, text, pk, words.format(text[:80]) if group and not pk else None))
        schema = {"group": pl.Int64, "text": pl.String, "pk": pl.Int64, "error": pl.String}
        found = pl.DataFrame(rows, schema=schema, orient="row")
        joined = frame.join(
            found, on=["group", "text"], how="left", nulls_equal=True, maintain_order="left"
        )
        errors = joined["error"]
        return Parsed(joined["pk"], errors if errors.is_not_null().any() else None)

    def label_of(self, keys: Collection[int]) -> Mapping[int, str]:
        rows = self.model._default_manager.filter(pk__in=keys)
        return dict(rows.values_list("pk", "name"))

    def _known(self, groups: pl.Series, context: Context) -> dict[tuple[int, str], int]:
        """The parts of the groups by code and by name; a code wins. Asked once for each group."""
        kept: dict[tuple[int, str], int]
        asked: set[int]
        kept, asked = context.kept.setdefault((PartOf, self.model), ({}, set()))
        fresh = set(groups.drop_nulls().unique().to_list()) - asked
        if fresh:
            rows = self.model._default_manager.filter(group__in=fresh)
            if issubclass(self.model, Unit):
                rows = rows.filter(is_active=True)
            parts = list(rows.order_by("pk").values_list("group_id", "pk", self.code, "name"))
            for group, pk, _code, name in parts:
                kept.setdefault((group, name_key(name)), pk)
            kept.update({(group, code.lower()): pk for group, pk, code, _name in parts})
            asked |= fresh
        return kept


def _groups(context: Context) -> dict[str, int]:
    """Groups by partner's ID and by name; ``SEVERAL`` where a name is that of two."""
    rows = EmployerGroup.objects.all()
    if context.user is not None:
        rows = rows.visible_to(context.user)
    found: dict[str, int] = {}
    groups = list(rows.order_by("pk").values_list("pk", "name", "dba_name", "external_id"))
    for pk, *names, _external in groups:
        for name in filter(None, map(name_key, names)):
            found[name] = pk if found.get(name, pk) == pk else SEVERAL
    found.update({external.lower(): pk for pk, *_names, external in groups if external})
    return found


def _answers(texts: pl.Series, found: Mapping[str, tuple[int | None, str | None]]) -> Parsed:
    keys = list(found)
    values = texts.replace_strict(
        keys, [found[key][0] for key in keys], default=None, return_dtype=pl.Int64
    )
    if all(error is None for _, error in found.values()):
        return Parsed(values)
    errors = texts.replace_strict(
        keys, [found[key][1] for key in keys], default=None, return_dtype=pl.String
    )
    return Parsed(values, errors)
