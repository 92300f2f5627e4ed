"""What a group expects of its carriers at renewal, as its page asks for it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DateInput
from integrations.noyo.selectors.renewals import Line


class RenewalForm(forms.Form):
    """The lines that are expected, and when employees choose."""

    opens = forms.DateField(
        label=_("Open enrollment from"), required=False, widget=DateInput,
        help_text=_("Blank: the carriers are not asked about it."),
    )  # fmt: skip
    closes = forms.DateField(label=_("Open enrollment until"), required=False, widget=DateInput)
    keys = forms.MultipleChoiceField(
        label=_("Expected"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A carrier without a checked line is only asked whether it has any plan installed."
        ),
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [(one.key, _words(one)) for one in lines]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Enrollment ends after it began."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", ValidationError(_("It ends before it begins.")))
        return cleaned


def _words(line: Line) -> str:
    plans = ", ".join(one.name for one in line.plans)
    values = {"carrier": line.carrier.label, "line": line.label, "plans": plans}
    return gettext("%(carrier)s, %(line)s: %(plans)s") % values
