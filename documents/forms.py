"""Shapes of what people send to the panel of documents."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.imports.forms import ManyFilesField, ManyFilesInput
from agencyhub.lib.forms import DateInput
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
    note = forms.CharField(label=_("Note"), required=False, max_length=200)
    file = ManyFilesField(
        label=_("Files"),
        help_text=_("PDF, PNG, JPEG, TIFF, Word, Excel without macros, or text."),
        widget=ManyFilesInput({"accept": ENDINGS}),
    )
