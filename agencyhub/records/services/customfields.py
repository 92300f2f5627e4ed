"""Custom fields: their definitions, and the index that keeps a unique one unique."""

import re
import unicodedata
from collections.abc import Sequence

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils.translation import gettext, ngettext
from psycopg import sql

from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy
from agencyhub.records.custom import UNIQUE_IN
from agencyhub.records.models import CustomField

KEY_LENGTH = 40
LISTS = (CustomField.Type.CHOICE, CustomField.Type.MULTI_CHOICE)
NEVER_UNIQUE = (CustomField.Type.YES_NO, CustomField.Type.MULTI_CHOICE)

_DUPLICATES = sql.SQL(
    "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE custom ->> {key} IS NOT NULL"
    " GROUP BY custom ->> {key} HAVING count(*) > 1) AS twice"
)
_CREATE = sql.SQL(
    "CREATE UNIQUE INDEX {index} ON {table} ((custom ->> {key})) WHERE custom ->> {key} IS NOT NULL"
)
_DROP = sql.SQL("DROP INDEX IF EXISTS {index}")


class CustomFieldError(DomainError):
    """The definition contradicts itself."""

    code = "invalid_custom_field"


class ValuesClashError(DomainError):
    """Records share a value, so the field cannot be made unique."""

    code = "custom_values_clash"


@transaction.atomic
def create_custom_field(
    *,
    target: str,
    label: str,
    type: str,  # noqa: A002 - the model's word
    choices: Sequence[str] = (),
    is_required: bool = False,
    is_unique: bool = False,
    is_health: bool = False,
) -> CustomField:
    """Add a field at the end of its target's list; its key comes from the label and never changes.

    Raises:
        CustomFieldError: same label already, a list without choices, a type that cannot be unique.
    """
    label = tidy(label)
    field = CustomField(target=target, label=label, type=type)
    _check(field, label=label, choices=choices, is_unique=is_unique)
    last = CustomField.objects.filter(target=target).aggregate(last=Max("position"))["last"]
    field.key = _free_key(target, label)
    field.choices = _tidy_choices(choices)
    field.is_required, field.is_unique, field.is_health = is_required, is_unique, is_health
    field.position = int(last or 0) + 1
    field.save()
    if is_unique:
        _create_index(field)
    return field


@transaction.atomic
def change_custom_field(
    *,
    field_id: int,
    label: str,
    choices: Sequence[str] = (),
    is_required: bool = False,
    is_unique: bool = False,
    is_health: bool = False,
) -> CustomField:
    """Change a definition; target, type and key stay. Values of dropped choices stay on records.

    Raises:
        CustomFieldError: see ``create_custom_field``.
        ValuesClashError: it should become unique, but records share values already.
    """
    field = CustomField.objects.select_for_update().get(pk=field_id)
    label = tidy(label)
    _check(field, label=label, choices=choices, is_unique=is_unique)
    was_unique = field.is_unique
    field.label, field.choices = label, _tidy_choices(choices)
    field.is_required, field.is_unique, field.is_health = is_required, is_unique, is_health
    field.save(update_fields=["label", "choices", "is_required", "is_unique", "is_health"])
    if is_unique and not was_unique:
        _create_index(field)
    elif was_unique and not is_unique:
        _drop_index(field)
    return field


@transaction.atomic
def set_custom_field_active(*, field_id: int, is_active: bool) -> None:
    """Show a field or hide it everywhere; its values stay stored."""
    CustomField.objects.filter(pk=field_id).update(is_active=is_active)


@transaction.atomic
def move_custom_field(*, field_id: int, up: bool) -> None:
    """Swap a field with its neighbour; at the end of the list nothing moves."""
    field = CustomField.objects.get(pk=field_id)
    row = list(
        CustomField.objects.select_for_update()
        .filter(target=field.target)
        .order_by("position", "pk")
    )
    here = row.index(field)
    there = here - 1 if up else here + 1
    if 0 <= there < len(row):
        row[here], row[there] = row[there], row[here]
    for position, one in enumerate(row, start=1):
        one.position = position
    CustomField.objects.bulk_update(row, ["position"])


def _check(field: CustomField, *, label: str, choices: Sequence[str], is_unique: bool) -> None:
    same = CustomField.objects.filter(target=field.target, label__iexact=label)
    if same.exclude(pk=field.pk).exists():
        msg = gettext("There is a field “%(label)s” already; perhaps it is inactive.") % {
            "label": label
        }
        raise CustomFieldError(msg, field="label")
    if field.type in LISTS and not _tidy_choices(choices):
        msg = gettext("Write at least one choice, each on its own line.")
        raise CustomFieldError(msg, field="choices")
    if is_unique and field.type in NEVER_UNIQUE:
        msg = gettext("A field of this type cannot be unique.")
        raise CustomFieldError(msg, field="is_unique")


def _tidy_choices(choices: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for choice in filter(None, map(tidy, choices)):
        found.setdefault(choice.lower(), choice)
    return list(found.values())


def _free_key(target: str, label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: KEY_LENGTH - 3] or "field"
    taken = set(CustomField.objects.filter(target=target).values_list("key", flat=True))
    numbered = (f"{base}_{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(key for key in numbered if key not in taken)


def _table_of(field: CustomField) -> type[models.Model]:
    return apps.get_model(UNIQUE_IN[CustomField.Target(field.target)])


def _names(field: CustomField) -> dict[str, sql.Composable]:
    return {
        "table": sql.Identifier(_table_of(field)._meta.db_table),
        "index": sql.Identifier(f"custom_{field.target}_{field.pk}_is_unique"),
        "key": sql.Literal(field.key),
    }


def _create_index(field: CustomField) -> None:
    names = _names(field)
    with connection.cursor() as cursor:
        cursor.execute(_DUPLICATES.format(**names))
        (clashes,) = cursor.fetchone()
        if clashes:
            nouns = _table_of(field)._meta.verbose_name_plural
            msg = ngettext(
                "%(clashes)s value is shared by several %(nouns)s. Correct those first, then "
                "make it unique.",
                "%(clashes)s values are shared by several %(nouns)s. Correct those first, then "
                "make it unique.",
                clashes,
            ) % {"clashes": f"{clashes:,}", "nouns": nouns}
            raise ValuesClashError(msg, field="is_unique")
        cursor.execute(_CREATE.format(**names))


def _drop_index(field: CustomField) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DROP.format(**_names(field)))
