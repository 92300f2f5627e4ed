"""What stands in a half-filled form about a person, as far as it can be read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agencyhub.lib.crypto import blind_index
from individuals.blocking import Typed
from individuals.forms.fields import MbiField, PhoneField, TidyField, ZipField
from individuals.models import MBI_INDEX

_FIELDS: Mapping[str, forms.Field] = {
    "first_name": TidyField(required=False),
    "last_name": TidyField(required=False),
    "middle_name": TidyField(required=False),
    "suffix": TidyField(required=False),
    "nickname": TidyField(required=False),
    "date_of_birth": forms.DateField(required=False),
    "gender": forms.CharField(required=False),
    "email": forms.EmailField(required=False),
    "home_phone": PhoneField(required=False),
    "cell_phone": PhoneField(required=False),
    "business_phone": PhoneField(required=False),
    "line_1": TidyField(required=False),
    "zip_code": ZipField(required=False),
}
_NAMES = {"line_1": "address-line_1", "zip_code": "address-zip_code"}


def typed_of(data: Mapping[str, str]) -> Typed:
    """Read the form of an individual; what cannot be read yet counts as not typed."""
    values: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        value = _read(field, data.get(_NAMES.get(name, name), ""))
        if value is not None:
            values[name] = value
    mbi = _read(MbiField(required=False), data.get("new_mbi", ""))
    if mbi is not None:
        values["mbi_tail"] = mbi.tail
        values["mbi_index"] = blind_index(mbi.full, purpose=MBI_INDEX) if mbi.full else None
    return Typed(**values)


def _read(field: forms.Field, text: str) -> Any:
    try:
        return field.clean(text)
    except ValidationError:
        return None
