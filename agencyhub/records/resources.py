"""Cells and columns of options and custom fields."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.cells import Text
from agencyhub.lib.resources import Column
from agencyhub.lib.text import tidy
from agencyhub.records import custom
from agencyhub.records.models import CustomField, Option


class OptionCell(Text):
    """An option by its label; an unknown or inactive one is refused by name."""

    def __init__(self, option_list: Option.List) -> None:
        super().__init__()
        self.list = option_list
        self._options: dict[str, Option] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Option | None:
        text = tidy(str(value or ""))
        if not text:
            return None
        if self._options is None:
            options = Option.objects.filter(list=self.list)
            self._options = {option.label.lower(): option for option in options}
        option = self._options.get(text.lower())
        if option is None or not option.is_active:
            active = sorted(one.label for one in self._options.values() if one.is_active)
            msg = gettext("“%(text)s” is not in the list %(label)s: %(active)s.") % {
                "text": text,
                "label": self.list.label,
                "active": ", ".join(active),
            }
            raise ValueError(msg)
        return option

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.label if value else ""


class CustomColumn(Column):
    """A custom field's column."""

    def __init__(self, field: CustomField) -> None:
        super().__init__(f"custom__{field.key}", field.label)
        self.field = field

    def get_value(self, instance: Any) -> Any:
        """The stored value."""
        return (instance.custom or {}).get(self.field.key)

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Read the cell into ``custom``; an empty cell clears the value."""
        try:
            custom.set_value(instance, self.field, row[self.column_name])
        except custom.InvalidCustomValueError as error:
            raise ValueError(error.message) from error
        if self.field.is_required and not self.get_value(instance) and not instance.pk:
            msg = gettext("%(label)s is required.") % {"label": self.field.label}
            raise ValueError(msg)

    def export(self, instance: Any, **kwargs: Any) -> str:
        """The value in words; several choices between semicolons, as they are read."""
        value = self.get_value(instance)
        if isinstance(value, list):
            return "; ".join(value)
        if self.field.type in {CustomField.Type.NUMBER, CustomField.Type.MONEY}:
            return str(value or "")
        return custom.show(self.field, value)


def custom_columns(target: str, *, user: User | None) -> Iterable[tuple[str, CustomColumn]]:
    """The columns of a target's custom fields; health fields for those who may see them."""
    may_see = custom.may_see_health(user)
    for field in custom.fields_for(target):
        if may_see or not field.is_health:
            yield f"{custom.PREFIX}{field.key}", CustomColumn(field)
