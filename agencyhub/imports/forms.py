"""Shapes of what people send to the import pages."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import, Template
from agencyhub.imports.selectors.ledger import VIEW

FIND_OUT = ""
# Without the value, which may be as long as an address.
NOT_OFFERED = {"invalid_choice": _("Choose one of those on offer.")}
MOST_FILES = 20
ENDINGS = ".csv,.tsv,.txt,.xlsx,.xls,.html,.htm,.xml,.zip"


class ManyFilesInput(forms.ClearableFileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to a list of files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Check each file.

        Raises:
            ValidationError: none, too many, or one that is empty.
        """
        files = list(data or [])
        if len(files) > MOST_FILES:
            msg = _("Choose at most %(most)d files at once.")
            raise forms.ValidationError(msg, params={"most": MOST_FILES})
        return [super(ManyFilesField, self).clean(one, initial) for one in files or [None]]


class UploadForm(forms.Form):
    """One or more files of one kind."""

    columns: ClassVar[dict[str, int]] = {"kind": 6, "mode": 6, "file": 12}

    kind = forms.ChoiceField(
        label=_("What the files hold"),
        required=False,
        help_text=_("Usually the header of the file tells."),
    )
    mode = forms.ChoiceField(
        label=_("What may happen"),
        choices=Import.Mode.choices,
        initial=Import.Mode.CREATE_AND_UPDATE,
    )
    file = ManyFilesField(
        label=_("Files"),
        help_text=_("CSV, Excel, or a ZIP of these. Nothing is saved before you have seen it."),
        widget=ManyFilesInput({"accept": ENDINGS}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.key, gettext(kind.label)) for kind in kinds.allowed(user)]
        field: Any = self.fields["kind"]
        field.choices = [(FIND_OUT, _("Find out from the file")), *choices]


class LedgerForm(forms.Form):
    """What the ledger shows."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, error_messages=NOT_OFFERED)
    state = forms.ChoiceField(label=_("State"), required=False, error_messages=NOT_OFFERED)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = kinds.every() if user.has_perm(VIEW) else kinds.allowed(user)
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("All kinds")), *((one.key, one.label) for one in known)]
        state: Any = self.fields["state"]
        groups = [("", _("All states")), ("waiting", _("Waits for you")), ("working", _("At work"))]
        state.choices = [*groups, *Import.State.choices]


class SheetForm(forms.Form):
    """Which sheet of a workbook is read, and which of its lines is the header."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_line = forms.IntegerField(label=_("Header line"), min_value=1, max_value=100)

    def __init__(self, *args: Any, sheets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sheet"]
        field.choices = [(name, name) for name in sheets] or [("", "")]
        if len(sheets) < 2:  # noqa: PLR2004 - nothing to choose
            field.widget = forms.HiddenInput()


class KindForm(forms.Form):
    """Another kind for a file that was taken for something else."""

    kind = forms.ChoiceField(label=_("What the file holds"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        choices = [(kind.key, gettext(kind.label)) for kind in kinds.allowed(user)]
        field.choices = choices if self.initial.get("kind") else [("", _("Choose")), *choices]


class QuestionsForm(forms.Form):
    """What files of a layout do not say themselves."""

    def __init__(self, *args: Any, kind: kinds.Kind, known: dict[str, Any], **kwargs: Any) -> None:
        kwargs |= {"prefix": "option", "initial": {k: str(v) for k, v in known.items()}}
        super().__init__(*args, **kwargs)
        for one in kind.questions:
            self.fields[one.key] = forms.ChoiceField(
                label=one.label,
                choices=[("", _("The file says it")), *one.choices()],
                required=False,
                help_text=one.help,
            )


class ModeForm(forms.Form):
    """Whether rows may add records, change them, or both."""

    mode = forms.ChoiceField(label=_("What may happen"), choices=Import.Mode.choices)


class TemplateForm(forms.ModelForm[Template]):
    """A template's name."""

    class Meta:
        model = Template
        fields = ("name",)

    def clean_name(self) -> str:
        """Check that no other template of the kind is called so.

        Raises:
            ValidationError: one is.
        """
        name: str = self.cleaned_data["name"]
        others = Template.objects.filter(kind=self.instance.kind).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Another template of this kind has this name."))
        return name
