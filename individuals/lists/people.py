"""What the lists of individuals and of sales records share."""

from typing import Any

from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.lib.fields import MASK
from agencyhub.lib.keyset import Key
from agencyhub.lib.phones import format_phone
from agencyhub.lib.states import STATES
from agencyhub.lib.templatetags.ui import badge
from agencyhub.records.lists import columns, filters, masking
from agencyhub.records.lists.columns import Column, Drawing
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import Sort
from individuals import rows, selectors
from individuals.models import Gender, Language

BY_NAME = Sort("name", _("Name, A to Z"), _("Name, Z to A"), selectors.BY_NAME)
BY_AGE = Sort("created", _("Oldest first"), _("Newest first"), (Key("pk"),))
NAME_PARTS = ("first_name", "last_name", "suffix")
PHONES = ("home_phone", "cell_phone", "business_phone")


def _phone(row: Any) -> str:
    return format_phone(row.home_phone or row.cell_phone or row.business_phone)


def chip(label: str, meaning: str) -> str:
    """An option in the colour of its meaning."""
    return badge(label, rows.TONES.get(meaning, "neutral"), "")


def _mbi(row: Any) -> str:
    return f"{MASK}{row.mbi_tail}" if row.mbi_tail else ""


def _born() -> Column:
    """The date of birth; the page adds the age."""

    def draw(drawing: Drawing) -> columns.Write:
        today = drawing.lookups.today
        return lambda row: rows.born(row.date_of_birth, today=today)

    return columns.day(
        "born", _("Born (age)"), "date_of_birth", draw=draw, css="cell-nowrap",
        mask=masking.birth_date, file_label=_("Date of birth"),
    )  # fmt: skip


def title(model: str) -> Column:
    """The name, which leads to the record page."""
    return columns.link(
        "name",
        _("Name"),
        lambda row: rows.address(model, row.pk),
        rows.name,
        *NAME_PARTS,
        sort="name",
        css="cell-nowrap",
    )


PERSON = (
    _born(),
    columns.value("phone", _("Phone"), _phone, *PHONES, css="cell-nowrap", mask=masking.phone),
    columns.text("first_name", _("First name")),
    columns.text("last_name", _("Last name")),
    *(
        columns.phone(name, label, mask=masking.phone)
        for name, label in zip(
            PHONES, (_("Home phone"), _("Cell phone"), _("Business phone")), strict=True
        )
    ),
    columns.text("email", _("Email"), mask=masking.email),
    columns.choice("gender", _("Gender"), Gender.choices),
    columns.choice("language", _("Language"), Language.choices),
    columns.value("mbi", "MBI", _mbi, "mbi_tail", css="cell-nowrap"),
    columns.day("part_a", _("Part A effective"), "part_a_effective_date"),
    columns.day("part_b", _("Part B effective"), "part_b_effective_date"),
)
KEPT = (
    columns.day("created", _("Added"), "created_at", sort="created"),
    columns.day("updated", _("Changed"), "updated_at"),
)


def _last_name(text: str) -> Q:
    return Q(last_name_key__startswith=NameKey(Value(text)))


def state(condition: Any) -> filters.AnyOf:
    """The states that people live in."""
    return filters.Chosen(_("State"), dict(STATES), condition)


class PersonFilters(ListFilters):
    """What individuals and sales records are both filtered by."""

    language = filters.Pick(
        _("Language"), {key: (label, Q(language=key)) for key, label in Language.choices}
    )
    birth_month = filters.Month(_("Birthday in"), "date_of_birth")
    created_from = filters.Day(_("Added from"), "created_at", "gte", is_moment=True)
    created_to = filters.Day(_("Added to"), "created_at", "lte", is_moment=True)
    last_name = filters.Words(_("Last name starts with"), _last_name, is_private=True)
    born = filters.Day(_("Born on"), "date_of_birth", "exact", is_private=True)
