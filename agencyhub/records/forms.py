"""Forms about option lists and custom fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SwitchInput
from agencyhub.records.models import CustomField, Option

MEANING_WORDS = {
    "lead": _("A lead"),
    "client": _("A client"),
    "none": _("Neither"),
    "pending": _("Pending"),
    "effectuated": _("Effectuated (in force)"),
    "cancelled": _("Cancelled (never took effect)"),
    "terminated": _("Terminated"),
    "lapsed": _("Lapsed (ended for non-payment)"),
    "open": _("Open"),
    "won": _("Won"),
    "lost": _("Lost"),
}


class OptionForm(forms.Form):
    """One value of an option list; lists whose values carry a meaning ask for it."""

    label = forms.CharField(max_length=80)
    meaning = forms.ChoiceField(
        help_text=_("What the value means to AgencyHub, whatever your agency calls it.")
    )

    def __init__(self, *args: Any, option_list: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = Option.MEANINGS.get(Option.List(option_list), ())
        if allowed:
            choices = [(meaning, MEANING_WORDS[meaning]) for meaning in allowed]
            self.fields["meaning"].choices = [("", "Choose…"), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["meaning"]


class CustomFieldForm(forms.Form):
    """The definition of a custom field; target and type are fixed once it exists."""

    target = forms.ChoiceField(label=_("Belongs to"), choices=CustomField.Target.choices)
    label = forms.CharField(max_length=80)
    type = forms.ChoiceField(choices=CustomField.Type.choices)
    choices = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only for fields of the type list: one choice a line, in order."),
    )
    is_required = forms.BooleanField(
        required=False,
        label=_("Required"),
        widget=SwitchInput(),
        help_text=_("Forms ask for it. Syncs and imports may still leave it empty."),
    )
    is_unique = forms.BooleanField(
        required=False,
        label=_("Unique"),
        widget=SwitchInput(),
        help_text=_("No two Individuals, or no two Policies, may have the same value."),
    )
    is_health = forms.BooleanField(
        required=False,
        label=_("Personal health data"),
        widget=SwitchInput(),
        help_text=_("Hidden from everybody without the right to health data."),
    )

    def __init__(self, *args: Any, field: CustomField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field is not None:
            del self.fields["target"]
            del self.fields["type"]
            if field.type not in (CustomField.Type.CHOICE, CustomField.Type.MULTI_CHOICE):
                del self.fields["choices"]

    def clean_choices(self) -> list[str]:
        return str(self.cleaned_data["choices"]).splitlines()


def initial_of(field: CustomField) -> dict[str, Any]:
    """What the form shows of an existing definition."""
    return {
        "label": field.label,
        "choices": "\n".join(field.choices),
        "is_required": field.is_required,
        "is_unique": field.is_unique,
        "is_health": field.is_health,
    }
