"""The forms of the screens, filled in by a script: one set of rules for both."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from rest_framework.exceptions import ErrorDetail

Problems = dict[str, list[ErrorDetail]]


def filled_in(start: BaseForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser would send: the fields as ``start`` shows them, and those that are given."""
    shown = {
        start.add_prefix(name): field.prepare_value(start.get_initial_for_field(field, name))
        for name, field in start.fields.items()
    }
    return {**shown, **{start.add_prefix(name): value for name, value in given.items()}}


def problems_of(form: BaseForm, names: Mapping[str, str]) -> Problems:
    """The form's errors under the names that the API uses.

    ``names`` are those that differ: form field to API field.
    """
    return {
        "" if name == NON_FIELD_ERRORS else names.get(name, name): [_detail(one) for one in errors]
        for name, errors in form.errors.as_data().items()
    }


def _detail(error: ValidationError) -> ErrorDetail:
    return ErrorDetail(" ".join(error.messages), code=error.code or "invalid")
