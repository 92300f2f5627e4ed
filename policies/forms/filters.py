"""Filters above the lists. Words and keys only: what a filter finds is the selectors' business."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from agencyhub.records.models import Option
from policies.selectors.carriers import carrier_choices
from policies.selectors.policies import UNASSIGNED, Names

SELECTED = mark_safe(" selected")
Choices = Iterable[tuple[object, str]]
STATES = [
    ("", "Active"),
    ("review", "Needs review"),
    ("inactive", "Inactive"),
    ("all", "All"),
]


class PlainSelect(forms.Select):
    """A select box written in one go: a template per option would cost more than the list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written = format_html_join("", ' {}="{}"', final.items())
        return format_html("<select{}>{}</select>", written, options)


class PickField(forms.TypedChoiceField):
    """One key out of a list, or nothing. A key that is no longer listed means nothing."""

    widget = PlainSelect

    def __init__(self, choices: Choices = (), *, every: str = "All", **kwargs: Any) -> None:
        choices = [("", every), *choices]
        super().__init__(choices=choices, required=False, empty_value=None, coerce=int, **kwargs)


class CarrierFilterForm(forms.Form):
    """Filters of the carriers."""

    name = forms.CharField(
        label="Name or alias", required=False, widget=forms.TextInput({"type": "search"})
    )
    state = forms.ChoiceField(choices=STATES, required=False, widget=PlainSelect, label="Show")


class ProductFilterForm(CarrierFilterForm):
    """Filters of the carrier products."""

    carrier = PickField(label="Carrier")
    coverage_type = PickField(label="Coverage type")

    field_order = ("name", "carrier", "coverage_type", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "carrier", carrier_choices())
        types = Option.objects.filter(list=Option.List.COVERAGE_TYPE).order_by("position", "pk")
        _offer(self, "coverage_type", types.values_list("pk", "label"))


class PolicyFilterForm(forms.Form):
    """Filters of the policies."""

    status = PickField(label="Status")
    carrier = PickField(label="Carrier")
    coverage_type = PickField(label="Coverage type")
    agent = forms.ChoiceField(label="Servicing agent", required=False, widget=PlainSelect)
    product = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "status", names.statuses.items())
        _offer(self, "carrier", names.carriers.items())
        _offer(self, "coverage_type", names.coverage_types.items())
        _offer(self, "agent", [(UNASSIGNED, "Nobody"), *names.agents.items()])


class PolicySearchForm(forms.Form):
    """A policy number, or the start of one."""

    number = forms.CharField(
        label="Policy number",
        required=False,
        max_length=60,
        widget=forms.TextInput(
            {
                "type": "search",
                "autocomplete": "off",
                "placeholder": "Policy number",
            }
        ),
    )


def wanted(form: forms.Form) -> dict[str, Any]:
    """The filters that can be read; one that cannot (an old bookmark) filters nothing."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    form.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]
