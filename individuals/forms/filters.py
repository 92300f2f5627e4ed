"""Filters above the lists; a name is never one of them, because filters are part of the address."""

from typing import Any, cast

from django import forms

from agencyhub.records.models import Option
from individuals.selectors import UNASSIGNED, Choices

STATES = [("", "Open and converted"), ("open", "Open"), ("converted", "Converted")]


class IndividualFilterForm(forms.Form):
    """Type, status and servicing agent."""

    type_id = forms.ChoiceField(label="Type", required=False)
    status_id = forms.ChoiceField(label="Status", required=False)
    agent = forms.ChoiceField(label="Servicing agent", required=False)

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data)
        _fill(self.fields["type_id"], _options(choices.of(Option.List.INDIVIDUAL_TYPE)))
        _fill(self.fields["status_id"], _options(choices.of(Option.List.INDIVIDUAL_STATUS)))
        _fill(self.fields["agent"], _agents(choices))


class SalesRecordFilterForm(forms.Form):
    """Stage, assigned agent, and whether it is still open."""

    stage_id = forms.ChoiceField(label="Stage", required=False)
    agent = forms.ChoiceField(label="Assigned agent", required=False)
    state = forms.ChoiceField(label="Show", required=False, choices=STATES)

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
