"""Option lists: the agency's own types, statuses and stages."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Count, Max, ProtectedError
from django.utils.translation import gettext

from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy
from agencyhub.records.models import Option

MOST_COUNTED = 1000
# Counts over so many records are remembered for pages.
LARGE = 100_000
SECONDS_REMEMBERED = 600
MAX_LABEL = 80


class OptionExistsError(DomainError):
    """The list has this label already."""

    code = "option_exists"


class OptionInUseError(DomainError):
    """Records refer to the option."""

    code = "option_in_use"


class InvalidMeaningError(DomainError):
    """The list's values must say what they mean to AgencyHub."""

    code = "invalid_meaning"


@dataclass(frozen=True)
class Use:
    """How many records of one kind refer to an option."""

    noun: str
    count: int

    def __str__(self) -> str:
        if self.count > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,} {self.noun}"
        return f"{self.count:,} {self.noun}"


@transaction.atomic
def add_option(*, option_list: str, label: str, meaning: str = "") -> Option:
    """Add a value at the end of its list.

    Raises:
        OptionExistsError: the label is there, whatever the case; says so when it is inactive.
        InvalidMeaningError: see ``meanings_of``.
    """
    label = _checked(option_list, label, meaning)
    position = _last_position(option_list) + 1
    return Option.objects.create(list=option_list, label=label, meaning=meaning, position=position)


@transaction.atomic
def change_option(*, option_id: int, label: str, meaning: str = "") -> Option:
    """Rename a value or change its meaning; every record that has it follows.

    Raises:
        OptionExistsError, InvalidMeaningError: see ``add_option``.
    """
    option = Option.objects.select_for_update().get(pk=option_id)
    option.label = _checked(option.list, label, meaning, besides=option_id)
    option.meaning = meaning
    option.save(update_fields=["label", "meaning"])
    return option


@transaction.atomic
def move_option(*, option_id: int, up: bool) -> None:
    """Swap a value with its neighbour; at the end of the list nothing moves."""
    option = Option.objects.get(pk=option_id)
    row = list(
        Option.objects.select_for_update().filter(list=option.list).order_by("position", "pk")
    )
    here = row.index(option)
    there = here - 1 if up else here + 1
    if 0 <= there < len(row):
        row[here], row[there] = row[there], row[here]
    for position, one in enumerate(row, start=1):
        one.position = position
    Option.objects.bulk_update(row, ["position"])


def set_option_active(*, option_id: int, is_active: bool) -> None:
    """Offer a value in forms, or stop offering it; records that have it keep it."""
    Option.objects.filter(pk=option_id).update(is_active=is_active)


@transaction.atomic
def delete_option(*, option_id: int) -> None:
    """Delete a value that nothing uses.

    Raises:
        OptionInUseError: with how many records use it.
    """
    option = Option.objects.select_for_update().get(pk=option_id)
    used = uses_of([option])[option.pk]
    if used:
        words = ", ".join(str(use) for use in used)
        msg = gettext(
            "“%(label)s” is used by %(words)s. Deactivate it instead, or change those first."
        ) % {"label": option.label, "words": words}
        raise OptionInUseError(msg)
    try:
        option.delete()
    except ProtectedError as error:  # used since we looked
        msg = gettext("“%(label)s” is in use. Deactivate it instead.") % {"label": option.label}
        raise OptionInUseError(msg) from error


@transaction.atomic
def restore_option(*, option_list: str, label: str) -> tuple[Option, str]:
    """Answer the active option with this label, making it so if necessary.

    The second value says what was done: "" (it was there), "re-created" or "re-activated".
    """
    label = tidy(label)[:MAX_LABEL]
    option, is_new = Option.objects.get_or_create(
        list=option_list,
        label__iexact=label,
        defaults={"list": option_list, "label": label, "position": _last_position(option_list) + 1},
    )
    if is_new:
        return option, "re-created"
    if option.is_active:
        return option, ""
    option.is_active = True
    option.save(update_fields=["is_active"])
    return option, "re-activated"


def meanings_of(option_list: str) -> tuple[str, ...]:
    """The meanings that values of a list may have; none for lists that only label."""
    return Option.MEANINGS.get(Option.List(option_list), ())


def uses_of(options: list[Option], *, as_of_late: bool = False) -> dict[int, list[Use]]:
    """Count what refers to each option and protects it; one query per kind of record.

    ``as_of_late``: of large tables as it was a few minutes ago, for a page.
    """
    found: dict[int, list[Use]] = {option.pk: [] for option in options}
    lists = {option.list for option in options}
    for relation in Option._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        if relation.on_delete is not models.PROTECT or not _may_refer_to(relation, lists):
            continue
        counted = _counted(relation, as_of_late=as_of_late)
        for pk, uses in found.items():
            if number := counted.get(pk):
                uses.append(Use(_noun(relation.related_model, number), number))
    return found


def _may_refer_to(relation: models.ManyToOneRel, lists: set[str]) -> bool:
    limits: Any = relation.field.get_limit_choices_to()
    return limits.get("list") is None or limits["list"] in lists


def _counted(relation: models.ManyToOneRel, *, as_of_late: bool) -> dict[int, int]:
    """How many records have each option: one reading of the table, whatever the options are."""
    model, column = relation.related_model, relation.field.attname
    key = f"records.uses_of:{model._meta.label}:{column}"
    known: dict[int, int] | None = cache.get(key) if as_of_late else None
    if known is not None:
        return known
    rows = model._default_manager.exclude(**{column: None}).order_by()
    counted = dict(rows.values_list(column).annotate(number=Count("pk")))
    if sum(counted.values()) > LARGE:
        cache.set(key, counted, SECONDS_REMEMBERED)
    return counted


def _noun(model: type[models.Model], count: int) -> str:
    """The model's name; partners' models with the partner's, because "site" alone says little."""
    meta = model._meta
    noun = str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
    config = meta.app_config
    if not config.name.startswith("integrations.") or str(config.verbose_name) in noun:
        return noun
    return f"{config.verbose_name} {noun}"


def _checked(option_list: str, label: str, meaning: str, *, besides: int | None = None) -> str:
    label = tidy(label)
    allowed = meanings_of(option_list)
    if (meaning or allowed) and meaning not in allowed:
        msg = gettext("Choose what the value means to AgencyHub.")
        raise InvalidMeaningError(msg, field="meaning")
    same = Option.objects.filter(list=option_list, label__iexact=label)
    twin = same.exclude(pk=besides or 0).order_by("pk").first()
    if twin:
        state = "" if twin.is_active else gettext(", but it is inactive: activate it")
        msg = gettext("This list has “%(label)s” already%(state)s.") % {
            "label": twin.label,
            "state": state,
        }
        raise OptionExistsError(msg, field="label")
    return label


def _last_position(option_list: str) -> int:
    found = Option.objects.filter(list=option_list).aggregate(last=Max("position"))["last"]
    return int(found or 0)
