"""Filters above the lists; a name is never one of them, because filters are part of the address."""

from typing import Any, cast

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from agencyhub.records.models import Option
from individuals.selectors import UNASSIGNED, Choices

CHOSEN = mark_safe(" selected")
STATES = [("", "Open and converted"), ("open", "Open"), ("converted", "Converted")]


class LightSelect(forms.Select):
    """A select that draws its options without a template for each: there may be many agents."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        chosen = str(value or "")
        drawn = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, CHOSEN if key == chosen else "", label) for key, label in self.choices),
        )
        named = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(named), drawn)


class IndividualFilterForm(forms.Form):
    """Type, status and servicing agent."""

    type_id = forms.ChoiceField(label="Type", required=False, widget=LightSelect)
    status_id = forms.ChoiceField(label="Status", required=False, widget=LightSelect)
    agent = forms.ChoiceField(label="Servicing agent", required=False, widget=LightSelect)

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data)
        _fill(self.fields["type_id"], _options(choices.of(Option.List.INDIVIDUAL_TYPE)))
        _fill(self.fields["status_id"], _options(choices.of(Option.List.INDIVIDUAL_STATUS)))
        _fill(self.fields["agent"], _agents(choices))


class SalesRecordFilterForm(forms.Form):
    """Stage, assigned agent, and whether it is still open."""

    stage_id = forms.ChoiceField(label="Stage", required=False, widget=LightSelect)
    agent = forms.ChoiceField(label="Assigned agent", required=False, widget=LightSelect)
    state = forms.ChoiceField(label="Show", required=False, choices=STATES, widget=LightSelect)

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data if "state" in data else {**data.dict(), "state": "open"})
        _fill(self.fields["stage_id"], _options(choices.of(Option.List.SALES_STAGE)))
        _fill(self.fields["agent"], _agents(choices))


def filters(form: forms.Form) -> dict[str, str]:
    """The filters that can be read; the others count as not set."""
    form.is_valid()
    return dict(form.cleaned_data)


def _fill(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    cast("forms.ChoiceField", field).choices = choices


def _options(options: list[Option]) -> list[tuple[str, str]]:
    return [("", "All"), *((str(option.pk), option.label) for option in options)]


def _agents(choices: Choices) -> list[tuple[str, str]]:
    named = [(str(agent.pk), agent.full_name) for agent in choices.agents]
    return [("", "All"), (UNASSIGNED, "Nobody"), *named]
