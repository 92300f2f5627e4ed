"""Custom fields: reading, showing and editing the values that records keep in ``custom``.

Stored by type: text and choice as text, number and money as decimal text, date as ISO text, yes/no
as a boolean, several choices as a list. A field without a value has no key.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple, Protocol

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.forms import MoneyInput
from agencyhub.lib.text import tidy
from agencyhub.lib.written import Written
from agencyhub.records.models import CustomField

SEE_HEALTH_DATA = "individuals.view_health_data"
PREFIX = "custom_"
CENT = Decimal("0.01")
MAX_TEXT = 500
MAX_DIGITS = 15
WORDS = {True: _("Yes"), False: _("No")}
SPELLINGS = {
    "yes": True, "y": True, "true": True, "1": True, "on": True,
    "no": False, "n": False, "false": False, "0": False, "off": False,
}  # fmt: skip
Type = CustomField.Type
# Where a unique field is unique. A person may have several Sales Records, so those may repeat it.
UNIQUE_IN = {
    CustomField.Target.INDIVIDUAL: "individuals.Individual",
    CustomField.Target.POLICY: "policies.Policy",
}

_FIELDS = Written(
    lambda target: CustomField.objects.filter(target=target, is_active=True).order_by(
        "position", "pk"
    )
)


class InvalidCustomValueError(DomainError):
    """The text is not a value of the field's type."""

    code = "invalid_custom_value"


class HasCustom(Protocol):
    """A record that keeps custom values."""

    custom: dict[str, Any]


class Shown(NamedTuple):
    """A custom field as a page shows it; ``value`` is empty when there is none."""

    label: str
    value: str


def fields_for(target: str) -> list[CustomField]:
    """Answer the active fields of ``target``, in order."""
    return _FIELDS.rows(target)


def may_see_health(user: User | None) -> bool:
    """Whether ``user`` may see fields with personal health data."""
    return user is not None and user.has_perm(SEE_HEALTH_DATA)


def read_value(field: CustomField, raw: object) -> object:
    """Turn what a person, a file or a partner gave into the stored value; None for nothing.

    Raises:
        InvalidCustomValueError: with what the field accepts.
    """
    if raw in (None, "", []):
        return None
    return _READERS[Type(field.type)](field, raw)


def set_value(record: HasCustom, field: CustomField, raw: object) -> bool:
    """Put a value into ``record.custom`` (not saved) and say whether it changed anything.

    Raises:
        InvalidCustomValueError: see ``read_value``.
    """
    value = read_value(field, raw)
    if record.custom.get(field.key) == value:
        return False
    rest = {key: kept for key, kept in record.custom.items() if key != field.key}
    record.custom = rest if value is None else {**rest, field.key: value}
    return True


def show(field: CustomField, value: object) -> str:
    """Write a stored value the US way; empty for none."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return str(WORDS[value])
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if field.type == Type.DATE:
        return f"{date.fromisoformat(str(value)):%m/%d/%Y}"
    if field.type == Type.MONEY:
        amount = Decimal(str(value))
        return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"
    return str(value)


def display(
    fields: Iterable[CustomField], values: Mapping[str, Any], *, show_health: bool
) -> list[Shown]:
    """Answer label and text of each field; health fields only with ``show_health``."""
    return [
        Shown(field.label, show(field, values.get(field.key)))
        for field in fields
        if show_health or not field.is_health
    ]


def _text(field: CustomField, raw: object) -> str:
    text = tidy(str(raw))
    if len(text) > MAX_TEXT:
        raise _refusal(field, gettext("at most %(max_text)s characters") % {"max_text": MAX_TEXT})
    return text


def _decimal(field: CustomField, raw: object) -> Decimal:
    text = str(raw).replace(",", "").replace("$", "").strip()
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _refusal(field, gettext("a number, for example 12.5")) from error
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        raise _refusal(
            field, gettext("a number of at most %(max_digits)s digits") % {"max_digits": MAX_DIGITS}
        )
    return number


def _number(field: CustomField, raw: object) -> str:
    number = _decimal(field, raw)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _money(field: CustomField, raw: object) -> str:
    amount = _decimal(field, raw)
    if amount != amount.quantize(CENT):
        raise _refusal(field, gettext("an amount in dollars and cents, for example 1,234.56"))
    return f"{amount.quantize(CENT):f}"


def _date(field: CustomField, raw: object) -> str:
    if isinstance(raw, date):
        return f"{raw:%Y-%m-%d}"
    text = str(raw).strip()
    month, _, rest = text.partition("/")
    day, _, year = rest.partition("/")
    iso = f"{year}-{month:0>2}-{day:0>2}" if year else text
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError as error:
        raise _refusal(field, gettext("a date such as 03/14/1958")) from error


def _yes_no(field: CustomField, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    found = SPELLINGS.get(str(raw).strip().lower())
    if found is None:
        raise _refusal(field, gettext("yes or no"))
    return found


def _choice(field: CustomField, raw: object) -> str:
    wanted = tidy(str(raw)).lower()
    for label in field.choices:
        if label.lower() == wanted:
            return str(label)
    raise _refusal(field, gettext("one of: %(choices)s") % {"choices": ", ".join(field.choices)})


def _choices(field: CustomField, raw: object) -> list[str] | None:
    parts = raw if isinstance(raw, list | tuple) else str(raw).split(";")
    chosen = {_choice(field, part) for part in parts if str(part).strip()}
    return [label for label in field.choices if label in chosen] or None


def _refusal(field: CustomField, accepted: str) -> InvalidCustomValueError:
    return InvalidCustomValueError(
        gettext("%(label)s must be %(accepted)s.") % {"label": field.label, "accepted": accepted},
        field=PREFIX + field.key,
    )


_READERS: dict[CustomField.Type, Callable[[CustomField, object], object]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.MONEY: _money,
    Type.YES_NO: _yes_no,
    Type.CHOICE: _choice,
    Type.MULTI_CHOICE: _choices,
}


class CustomFieldsFormMixin:
    """Adds the agency's custom fields to a ModelForm as form fields ``custom_<key>``.

    Name the target in ``custom_target`` and pass ``user``: without the right to health data those
    fields are neither shown nor changed. Values end up in ``instance.custom``.
    """

    custom_target: ClassVar[str] = ""

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        may_see = may_see_health(user)
        self.custom_fields = [
            field for field in fields_for(self.custom_target) if may_see or not field.is_health
        ]
        stored = self.instance.custom or {}  # type: ignore[attr-defined]
        for field in self.custom_fields:
            value = stored.get(field.key)
            self.fields[PREFIX + field.key] = form_field(field, value)  # type: ignore[attr-defined]
            self.initial.setdefault(PREFIX + field.key, value)  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for field in self.custom_fields:
            name = PREFIX + field.key
            if name not in self.cleaned_data:  # type: ignore[attr-defined]
                continue
            self._take(field, name)

    def _take(self, field: CustomField, name: str) -> None:
        raw = self.cleaned_data[name]  # type: ignore[attr-defined]
        stored = self.instance.custom.get(field.key)  # type: ignore[attr-defined]
        if raw == stored:
            return  # also keeps a choice that the agency has dropped since
        try:
            changed = set_value(self.instance, field, raw)  # type: ignore[attr-defined]
        except InvalidCustomValueError as refusal:
            self.add_error(name, refusal.message)  # type: ignore[attr-defined]
            return
        if changed and field.is_unique and _is_taken(self.instance, field):  # type: ignore[attr-defined]
            msg = gettext("Another record has this %(label)s already.") % {"label": field.label}
            self.add_error(name, msg)  # type: ignore[attr-defined]


def _is_taken(record: models.Model, field: CustomField) -> bool:
    value = record.custom.get(field.key)  # type: ignore[attr-defined]
    if value is None or record._meta.label != UNIQUE_IN[CustomField.Target(field.target)]:
        return False
    others = type(record)._default_manager.filter(**{f"custom__{field.key}": value})
    return others.exclude(pk=record.pk).exists()


def form_field(field: CustomField, value: object = None) -> forms.Field:
    """Build the form field of a custom field; ``value`` stays choosable although it was dropped."""
    common: dict[str, Any] = {"label": field.label, "required": field.is_required}
    if field.type == Type.TEXT:
        return forms.CharField(max_length=MAX_TEXT, **common)
    if field.type == Type.NUMBER:
        number = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        return forms.CharField(max_length=40, widget=number, **common)
    if field.type == Type.DATE:
        return forms.DateField(**common)
    if field.type == Type.MONEY:
        return forms.CharField(max_length=40, widget=MoneyInput(), **common)
    if field.type == Type.YES_NO:
        answers = [("", "—"), (True, gettext("Yes")), (False, gettext("No"))]
        return forms.TypedChoiceField(
            choices=answers, coerce=lambda text: text == "True", empty_value=None, **common
        )
    return _choice_field(field, value, common)


def _choice_field(field: CustomField, value: object, common: dict[str, Any]) -> forms.Field:
    kept = value if isinstance(value, list) else [value]
    labels = list(dict.fromkeys([*field.choices, *(str(one) for one in kept if one)]))
    choices = [(label, label) for label in labels]
    if field.type == Type.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(choices=choices, widget=widget, **common)
