"""What people say about worksheets: of which group, and the file that comes back."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.identifiers import validate_no_identifier
from agencyhub.lib.reading.limits import MEGABYTE
from eoi.selectors import worksheets as selectors
from eoi.worksheets.reading import LIMITS, TOO_LARGE
from groups.forms.plans import NamedField
from groups.models import EmployerGroup
from groups.services.reveal import MAX_REASON

MOST_BYTES = LIMITS.megabytes * MEGABYTE
ENDINGS = ".xml,.xlsx,.csv"


class UpdateWorksheetForm(forms.Form):
    """Which requests stand in a worksheet, and whether with full SSNs: then for a reason."""

    columns: ClassVar[dict[str, int]] = {"group": 12, "with_ssn": 12, "reason": 12}

    group = NamedField(
        EmployerGroup.objects.none(),
        label=_("Employer group"),
        required=False,
        empty_label=_("All groups"),
    )
    with_ssn = forms.BooleanField(label=_("With full SSNs"), required=False)
    reason = forms.CharField(
        label=_("Why you need full SSNs"),
        required=False,
        max_length=MAX_REASON,
        validators=[validate_no_identifier],
        help_text=_("Kept for each person in the worksheet. Rows are known without an SSN, too."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["group"]
        group.queryset = selectors.groups_waiting(user=user)
        if not user.has_perm(selectors.REVEAL):
            del self.fields["with_ssn"], self.fields["reason"]


class UploadWorksheetForm(forms.Form):
    """A worksheet that comes back."""

    file = forms.FileField(
        label=_("Worksheet"),
        help_text=_("XML Spreadsheet 2003 (.xml), Excel workbook (.xlsx) or CSV."),
        widget=forms.ClearableFileInput({"accept": ENDINGS}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Check the size before anything is kept.

        Raises:
            ValidationError: it is too large to be a worksheet.
        """
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext(TOO_LARGE) % {"megabytes": LIMITS.megabytes})
        return file
