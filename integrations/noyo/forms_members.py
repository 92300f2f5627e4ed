"""Forms of decisions about members."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.identifiers import validate_no_identifier
from groups.models import Dependent, Employee
from integrations.noyo.models import Difference


class DifferenceForm(forms.Form):
    """What becomes of a difference, and why."""

    state = forms.ChoiceField(choices=Difference.State.choices, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        validators=[validate_no_identifier],
        help_text=_("Needed to dismiss: why it does not matter."),
    )


class PairForm(forms.Form):
    """Which of our people a member is."""

    person = forms.ChoiceField(label=_("One of ours"))

    def __init__(self, *args: Any, people: list[Employee | Dependent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(one.pk): one for one in people}
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((key, one.full_name) for key, one in self._people.items()),
        ]

    def chosen(self) -> Employee | Dependent:
        """The one who was chosen."""
        return self._people[self.cleaned_data["person"]]
