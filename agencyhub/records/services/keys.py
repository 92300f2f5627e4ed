"""Changing the keys that health identifiers are sealed and indexed with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models, transaction
from django.utils.module_loading import autodiscover_modules

from agencyhub.lib import crypto
from agencyhub.lib.fields import Sealed, SealedTextField
from agencyhub.records.models import Change

PAGE = 1000
# What apps above keep sealed elsewhere; each seals it anew and answers how much it was.
_OTHERS: list[Callable[[], int]] = []


@dataclass
class Rotation:
    """How many rows, history lines and others (files, say) were sealed or indexed anew."""

    rows: int = 0
    changes: int = 0
    others: int = 0


def register(reseal: Callable[[], int]) -> None:
    """Let ``rotate_field_keys`` seal more: apps do so in their module ``sealed``."""
    _OTHERS.append(reseal)


def rotate_field_keys() -> Rotation:
    """Seal everything with the newest key and compute every blind index with the current key.

    Runs in pages, each in its own transaction, and can be stopped and started again. The history is
    carried over too, so that an old key may be thrown away afterwards. Then the rows are gone
    through again until none is left to change: a process that started with the old keys may have
    written meanwhile. Nothing of it shows on a timeline: no fact about a person changes.

    Raises:
        UnreadableSecretError: a value was sealed with a key that is not configured.
    """
    done = Rotation(_rotate_rows(), _rotate_history())
    while late := _rotate_rows():
        done.rows += late
        done.changes += _rotate_history()
    autodiscover_modules("sealed")
    done.others = sum(reseal() for reseal in _OTHERS)
    return done


def _rotate_rows() -> int:
    """Go through every row once, and answer how many changed."""
    changed = 0
    for model, fields in _sealed_models():
        for pks in _pages(model._default_manager.all()):
            with transaction.atomic(), pgtrigger.ignore():
                changed += sum(_rotate_row(row, fields) for row in _locked(model, pks))
    return changed


def _rotate_history() -> int:
    """Go through every line of the history once, and answer how many changed."""
    changed = 0
    by_table = {model._meta.db_table: fields for model, fields in _sealed_models()}
    for pks in _pages(Change.objects.filter(table_name__in=by_table)):
        with transaction.atomic():
            changed += sum(
                _rotate_line(line, by_table[line.table_name]) for line in _locked(Change, pks)
            )
    return changed


def _sealed_models() -> Iterator[tuple[type[models.Model], list[SealedTextField]]]:
    for model in apps.get_models():
        fields = [field for field in model._meta.fields if isinstance(field, SealedTextField)]
        if fields:
            yield model, fields


def _pages(rows: models.QuerySet[Any]) -> Iterator[list[int]]:
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PAGE]):
        yield page
        last = page[-1]


def _locked(model: type[Any], pks: list[int]) -> models.QuerySet[Any]:
    """The rows as they are now; nobody changes them before they are written back."""
    rows = model._default_manager.select_for_update(of=("self",), no_key=True)
    locked: models.QuerySet[Any] = rows.filter(pk__in=pks).order_by("pk")
    return locked


def _rotate_row(row: models.Model, fields: list[SealedTextField]) -> bool:
    changes: dict[str, Any] = {}
    for field in fields:
        sealed = getattr(row, field.attname)
        if not sealed:
            continue
        if not crypto.key_ring().is_current(sealed.data):
            changes[field.attname] = field.seal(sealed.reveal())
        if field.index_column:
            index = crypto.blind_index(sealed.reveal(), purpose=field.index_purpose)
            if bytes(getattr(row, field.index_column) or b"") != index:
                changes[field.index_column] = index
    if changes:
        type(row)._default_manager.filter(pk=row.pk).update(**changes)
    return bool(changes)


def _rotate_line(line: Change, fields: list[SealedTextField]) -> bool:
    changed = False
    for columns in (line.before, line.after):
        for field in fields:
            if columns and columns.get(field.attname):
                changed |= _rotate_columns(columns, field)
    if changed:
        line.save(update_fields=["before", "after"])
    return changed


def _rotate_columns(columns: dict[str, Any], field: SealedTextField) -> bool:
    """Rewrite one sealed column of a history line, which holds bytes as ``\\x`` and hex digits."""
    sealed = Sealed(bytes.fromhex(columns[field.attname][2:]), field.purpose)
    renewed = {}
    if not crypto.key_ring().is_current(sealed.data):
        renewed[field.attname] = field.seal(sealed.reveal()).data
    if field.index_column in columns:
        renewed[field.index_column] = crypto.blind_index(
            sealed.reveal(), purpose=field.index_purpose
        )
    texts = {name: f"\\x{data.hex()}" for name, data in renewed.items()}
    changed = any(columns[name] != text for name, text in texts.items())
    columns.update(texts)
    return changed
