"""What somebody decides in the studio, as its buttons say it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.identifiers import validate_no_identifier
from agencyhub.lib.pks import LARGEST, read_pk
from integrations.noyo.links import UNIT_KINDS
from integrations.noyo.services.mapping import NOTE_LENGTH

KINDS = [("", ""), *((one, one) for one in UNIT_KINDS)]
VERDICTS = (
    "accept", "reject", "withdraw", "missing", "not_offered", "not_ours", "pair", "note",
)  # fmt: skip
THRESHOLDS = (90, 80, 70, 60)


class DecisionForm(forms.Form):
    """One decision: ``do`` is a verdict, with the key of a link behind a colon where it is of one.

    ``ours`` with ``kind`` and ``category`` is the row that it is about; ``theirs`` what was chosen.
    """

    do = forms.CharField(max_length=40)
    ours = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    theirs = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    kind = forms.ChoiceField(
        required=False, choices=[("", ""), *((one, one) for one in UNIT_KINDS)]
    )
    category = forms.CharField(required=False, max_length=80)
    note = forms.CharField(
        required=False, max_length=NOTE_LENGTH, validators=[validate_no_identifier]
    )

    def clean_do(self) -> tuple[str, int]:
        """The verdict and the key of the link, or 0."""
        verdict, _colon, key = self.cleaned_data["do"].partition(":")
        if verdict not in VERDICTS or (key and read_pk(key) is None):
            raise ValidationError(_("This is no decision. Use the buttons of the row."))
        return verdict, read_pk(key) or 0

    def clean(self) -> dict[str, Any]:
        """A pair has two sides."""
        said: dict[str, Any] = self.cleaned_data
        verdict, link = said.get("do", ("", 0))
        if verdict == "pair" and not said.get("theirs"):
            self.add_error("theirs", _("Choose what it belongs to, then press Link."))
        if verdict in ("accept", "reject", "withdraw", "note") and not link:
            self.add_error("do", _("This is no decision. Use the buttons of the row."))
        return said


class AcceptAllForm(forms.Form):
    """Accept every suggestion with at least this score."""

    percent = forms.TypedChoiceField(
        label=_("Suggestions of at least"),
        choices=[(one, f"{one} %") for one in THRESHOLDS],
        coerce=int,
        initial=80,
    )

    @property
    def threshold(self) -> Decimal:
        """The score, 0 to 1."""
        return Decimal(self.cleaned_data["percent"]) / 100
