"""Shapes of what people send to the panel of documents."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.imports.forms import ManyFilesField, ManyFilesInput
from agencyhub.lib.forms import DateInput
from agencyhub.lib.identifiers import validate_no_identifier
from documents import owners
from documents.formats import ENDINGS
from documents.models import Document


class UploadForm(forms.Form):
    """One or more files of one kind."""

    columns: ClassVar[dict[str, int]] = {"kind": 4, "signed_date": 4, "note": 4, "file": 12}

    kind = forms.ChoiceField(label=_("What it is"), choices=Document.Kind.choices)
    signed_date = forms.DateField(
        label=_("Signed on"),
        required=False,
        widget=DateInput,
        help_text=_("A Scope of Appointment holds for 12 months from that day."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=200, validators=[validate_no_identifier]
    )
    file = ManyFilesField(
        label=_("Files"),
        help_text=_("PDF, PNG, JPEG, TIFF, Word, Excel without macros, or text."),
        widget=ManyFilesInput({"accept": ENDINGS}),
    )


class PlaceField(forms.CharField):
    """A record, as ``Owner.place`` names it."""

    def to_python(self, value: object) -> owners.Place | None:  # type: ignore[override]
        """Read what a form of ours sent."""
        text = super().to_python(value)
        place = owners.read_place(text) if text else None
        if text and place is None:
            raise forms.ValidationError(self.error_messages["required"], code="invalid")
        return place


class MoveForm(forms.Form):
    """Where a document belongs, and why; ``seen`` is where it was for whoever asks."""

    seen = PlaceField(widget=forms.HiddenInput)
    to = PlaceField(error_messages={"required": _("Search for the client, and choose one.")})
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        validators=[validate_no_identifier],
        help_text=_("The history of both clients keeps it: “Uploaded to the wrong client”, say."),
        error_messages={"required": _("Say why: the history of both keeps it.")},
    )
