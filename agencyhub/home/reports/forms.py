"""What reports are asked: a period, how to group, and whose business it is about."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.home.reports.periods import (
    LONGEST_MONTHS,
    Period,
    last_months,
    month_before,
    year,
)
from agencyhub.records.lists import kept
from agencyhub.records.lists.filters import NONE
from agencyhub.records.lists.lookups import agent_names
from commissions.lists.sublines import CHOICES as LINES
from policies.selectors.carriers import carrier_choices

Params = Mapping[str, Any]
CUSTOM = "custom"
MONTH_BEFORE = "month_before"
LAST_MONTHS = {
    "month": 1,
    "months3": 3,
    "months6": 6,
    "months12": 12,
    "months24": 24,
    "months36": 36,
}
PERIODS = (
    ("month", _("This month")),
    (MONTH_BEFORE, _("Last month")),
    ("months3", _("Last 3 months")),
    ("months6", _("Last 6 months")),
    ("months12", _("Last 12 months")),
    ("months24", _("Last 24 months")),
    ("months36", _("Last 36 months")),
    ("year", _("This year")),
    ("year_before", _("Last year")),
    (CUSTOM, _("From … to …")),
)
ALL = ("", _("All"))


class ReportForm(forms.Form):
    """Base of what a report asks; what an address does not say is as usual.

    A value that cannot be read is an error of its field. What is cleaned is text, for addresses,
    saved views and workers; "" for what was not chosen.
    """

    usual: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Mapping[str, Any]) -> None:
        said = {name: data[name] for name in self.base_fields if data.get(name)}
        super().__init__({**self.usual, **said})
        for name, field in self.fields.items():
            offer = getattr(self, f"offer_{name}", None)
            if offer and isinstance(field, forms.ChoiceField):
                field.choices = [
                    *(() if name in self.usual else (ALL,)),
                    *((str(key), words) for key, words in offer()),
                ]

    @cached_property
    def kept_marks(self) -> kept.Marks:
        """Whether agents and carriers are those of before: one statement for all choices."""
        return kept.marks()

    def words(self) -> list[str]:
        """What was chosen, in words: "Carrier: Prairie Mutual"."""
        said = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value:
                choices = dict(getattr(field, "choices", ()))
                shown = choices[value] if choices else f"{value:%m/%d/%Y}"
                said.append(f"{field.label}: {shown}")
        return said


class ByForm(ReportForm):
    """How the report is grouped."""

    by = forms.ChoiceField(label=_("By"), required=False)


class PeriodForm(ReportForm):
    """Over which time."""

    period = forms.ChoiceField(label=_("Period"), choices=PERIODS, required=False)
    start = forms.DateField(label=_("From"), required=False)
    end = forms.DateField(label=_("To"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Days of one's own begin as those of last month: who has just chosen them sees rows."""
        if data.get("period") == CUSTOM and not (data.get("start") or data.get("end")):
            before = month_before(timezone.localdate())
            days = {"start": before.first.isoformat(), "end": before.last.isoformat()}
            data = {name: data[name] for name in self.base_fields if data.get(name)} | days
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("period") != CUSTOM:
            cleaned["start"] = cleaned["end"] = None
            return cleaned
        for name in ("start", "end"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("Choose a day."))
        first, last = cleaned.get("start"), cleaned.get("end")
        if first and last and first > last:
            self.add_error("end", gettext("The last day lies before the first."))
        elif first and last and len(list(Period(first, last).months())) > LONGEST_MONTHS:
            told = gettext("Choose at most %(months)s months.") % {"months": LONGEST_MONTHS}
            self.add_error("end", told)
        return cleaned


class CarrierForm(ReportForm):
    """Which carrier it is about."""

    carrier = forms.ChoiceField(label=_("Carrier"), required=False)

    def offer_carrier(self) -> Any:
        """Every carrier."""
        return kept.answer(carrier_choices, (), self.kept_marks)


class BusinessForm(CarrierForm):
    """Whose business it is about."""

    agent = forms.ChoiceField(label=_("Agent"), required=False)

    def offer_agent(self) -> Any:
        """Every agent, and nobody."""
        return [(NONE, _("Nobody")), *kept.answer(agent_names, (), self.kept_marks).items()]


class LineForm(ReportForm):
    """What kind of plan it is about."""

    line = forms.ChoiceField(label=_("Plan type"), required=False)

    def offer_line(self) -> Any:
        """Lines of business."""
        return LINES.items()


def period_of(params: Params, on: date) -> Period:
    """The days that cleaned parameters are about."""
    chosen = params["period"]
    if chosen == CUSTOM:
        return Period(params["start"], params["end"])
    if chosen == MONTH_BEFORE:
        return month_before(on)
    if chosen in LAST_MONTHS:
        return last_months(LAST_MONTHS[chosen], on)
    return year(on.year if chosen == "year" else on.year - 1)


def texts_of(params: Params) -> dict[str, str]:
    """Cleaned parameters as an address says them, in one order, without blanks."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in sorted(params.items())
        if value
    }
