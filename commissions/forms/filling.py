"""One blank field of an application, as a person fills it."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DateInput
from agencyhub.lib.states import STATES
from commissions.models import Application, Line
from commissions.selectors.applications import label_of
from individuals.forms.fields import AgentField, MbiField, PhoneField, TidyField, ZipField, agents
from policies.forms.policies import PremiumField
from policies.models import Carrier
from policies.numbers import read_plan_id

NOON = time(12)


class DayField(forms.DateField):
    """A day."""

    widget = DateInput


class MomentField(DayField):
    """A day that is kept as its noon: the same day wherever in the country it is read."""

    def clean(self, value: Any) -> datetime | None:
        """Answer the moment, or None."""
        day = super().clean(value)
        if day is None:
            return None
        return datetime.combine(day, NOON, tzinfo=timezone.get_default_timezone())


class PlanIdField(TidyField):
    """A CMS plan ID, written one way."""

    def to_python(self, value: Any) -> str:
        return read_plan_id(super().to_python(value))


class KeyField(forms.ModelChoiceField):
    """One record, as its key."""

    def clean(self, value: Any) -> int | None:
        """Answer the key, or None."""
        row = super().clean(value)
        return row.pk if row else None


class AgentKeyField(AgentField, KeyField):
    """One agent by name, as their key."""


def active_carriers() -> QuerySet[Carrier]:
    """The carriers that a form offers."""
    return Carrier.objects.filter(is_active=True).order_by("name_key", "pk")


_FIELDS: dict[str, Callable[..., forms.Field]] = {
    "carrier": lambda **more: KeyField(active_carriers(), empty_label=_("Choose"), **more),
    "agent": lambda **more: AgentKeyField(agents(), empty_label=_("Choose"), **more),
    "line": lambda **more: forms.ChoiceField(choices=[("", _("Choose")), *Line.choices], **more),
    "state": lambda **more: forms.ChoiceField(choices=[("", _("Choose")), *STATES], **more),
    "date_of_birth": DayField,
    "effective_date": DayField,
    "submitted_at": MomentField,
    "mbi": MbiField,
    "phone": PhoneField,
    "zip_code": ZipField,
    "email": forms.EmailField,
    "plan_id": lambda **more: PlanIdField(max_length=40, **more),
    "premium": PremiumField,
}


class FillForm(forms.Form):
    """The one field; blank takes back what a person filled."""

    def __init__(self, data: Any, *, name: str, application: Application) -> None:
        super().__init__(data, auto_id=f"id_{name}_{application.pk}")
        make = _FIELDS.get(name) or _text(name)
        self.fields["value"] = make(label=label_of(name), required=False)
        self.fields["value"].widget.attrs["autofocus"] = True

    @property
    def value(self) -> Any:
        """What was typed, as the service takes it."""
        return self.cleaned_data["value"]


def _text(name: str) -> Callable[..., forms.Field]:
    longest = Application._meta.get_field(name).max_length  # type: ignore[union-attr]
    return lambda **more: TidyField(max_length=longest, **more)
