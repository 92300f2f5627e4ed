"""A note that is added to a person's record."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.identifiers import validate_no_identifier

LONGEST = 4000


class NoteForm(forms.Form):
    """What was said or agreed; blank is no note."""

    text = forms.CharField(
        label=_("New note"),
        max_length=LONGEST,
        validators=[validate_no_identifier],
        error_messages={"required": _("Write the note first.")},
    )
