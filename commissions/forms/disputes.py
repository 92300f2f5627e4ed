"""What people say about missing pay: who has it, until when it rests, what the carrier answered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.identifiers import validate_no_identifier
from commissions.models import Dispute


class _OfOne(forms.Form):
    """What was shown when somebody began: an act on an older version is refused."""

    seen = forms.IntegerField(min_value=0, initial=0, widget=forms.HiddenInput)


class AssignForm(_OfOne):
    """Who works on it; blank is nobody."""

    to = forms.ModelChoiceField(User.objects.none(), required=False, label=_("Assign to"))

    def __init__(self, *args: Any, names: dict[int, str], me: User, **options: Any) -> None:
        super().__init__(*args, **options)
        to: Any = self.fields["to"]
        to.queryset = User.objects.filter(pk__in=names)
        others = [one for one in names.items() if one[0] != me.pk]
        mine = [(me.pk, _("Me"))] if me.pk in names else []
        to.widget.attrs["autofocus"] = True
        to.choices = [*mine, *others, ("", _("Nobody"))]
        self.initial.setdefault("to", me.pk)


class SnoozeForm(_OfOne):
    """Until when it rests, and why."""

    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput({"type": "date", "autofocus": True})
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=200, validators=[validate_no_identifier],
        widget=forms.TextInput({"list": "snooze-reasons", "autocomplete": "off"}),
    )  # fmt: skip


class WakeForm(_OfOne):
    """Nothing more to say."""


class AnswerForm(_OfOne):
    """How far the dispute is, and what the carrier said."""

    state = forms.ChoiceField(
        label=_("State of the dispute"),
        choices=Dispute.answers,
        widget=forms.Select({"autofocus": True}),
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, validators=[validate_no_identifier]
    )
    reference = forms.CharField(label=_("Carrier’s case number"), max_length=60, required=False)
