"""What a person says about a policy at risk."""

from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.identifiers import validate_no_identifier
from policies.calls import LONGEST_DAYS
from policies.models import Risk

# Offered, not asked for: people write their own words as well.
REASONS: Final = (
    _("Paid by phone"),
    _("Set up automatic payments"),
    _("Promised to pay"),
    _("Could not be reached"),
    _("Changed to another plan"),
    _("Cannot afford it"),
    _("Moved away"),
)


class WhyForm(forms.Form):
    """Why it was saved or lost."""

    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        validators=[validate_no_identifier],
        error_messages={"max_length": _("The reason may have 200 characters at most.")},
    )


class OutcomeForm(WhyForm):
    """Saved or lost."""

    outcome = forms.ChoiceField(
        choices=[one for one in Risk.Outcome.choices if one[0] != Risk.Outcome.PASSED]
    )


class CallForm(forms.Form):
    """What came of a call that settled nothing, and when to call again.

    ``seen`` is how many calls were logged when the form was shown.
    """

    columns: ClassVar[dict[str, int]] = {"last_call": 3, "call_on": 3, "call_note": 6}

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    last_call = forms.ChoiceField(
        label=_("What happened"),
        choices=Risk.Call.choices,
        widget=forms.Select({"autofocus": True}),
    )
    call_on = forms.DateField(
        label=_("Call again on"),
        required=False,
        help_text=_("Blank: no other call is planned."),
    )
    call_note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        validators=[validate_no_identifier],
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        last = today + timedelta(days=LONGEST_DAYS)
        days = {"min": today.isoformat(), "max": last.isoformat()}
        self.fields["call_on"].widget.attrs.update(days)
