"""Import and export pages of the admin, on the rules of ``agencyhub.lib.sheets``."""

from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportActionMixin, ImportMixin
from import_export.forms import ExportForm, ImportForm
from import_export.results import Result

from agencyhub.lib import scanning
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pks import read_pk
from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.resources import ID, SheetResource
from agencyhub.lib.sheets import (
    MAX_BYTES,
    MAX_ROWS,
    SafeCsv,
    SafeXlsx,
    SealedCacheStorage,
    UploadExpiredError,
)

MAX_EXPORTED = 20_000
SHOWN_ROWS = 200
# Columns that say which record a row is: shown whether they differ or not.
NAMING = {
    ID,
    _("First name"),
    _("Last name"),
    _("Name"),
    _("Subscriber"),
    _("Policy number"),
    _("User name"),
}
CHANGED = "<ins>"
# File name endings, and the position of their format in ``SheetAdminMixin.formats``.
FORMATS = {".csv": "0", ".xlsx": "1"}


class SheetImportForm(ImportForm):
    """One file; its name says which format it has. Too large a file is refused unread.

    ``large_files_url`` leads to the page that takes larger files of the same kind; ``user_id`` is
    whose file it is.
    """

    large_files_url = ""
    user_id: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["import_file"].widget = forms.FileInput({"accept": ",".join(FORMATS)})

    @property
    def media(self) -> forms.Media:
        """No script: there is nothing to guess."""
        return forms.Media()

    def clean(self) -> dict[str, Any]:
        """Check name and size, and choose the format."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("import_file")
        if upload is None:
            return cleaned
        cleaned["format"] = FORMATS.get(PurePath(upload.name).suffix.lower(), "")
        if not cleaned["format"]:
            self.add_error(
                "import_file", gettext("Choose a CSV file or an Excel workbook (.xlsx).")
            )
        elif upload.size > MAX_BYTES:
            megabytes = upload.size / 1024 / 1024
            msg = gettext(
                "The file has %(megabytes)s MB; at most 5 MB and %(max_rows)s rows can "
                "be imported here. Split it."
            ) % {"megabytes": f"{megabytes:.1f}", "max_rows": f"{MAX_ROWS:,}"}
            self.add_error("import_file", self.with_way_out(msg))
        else:
            self._scan(upload)
        return cleaned

    def _scan(self, upload: UploadedFile[Any]) -> None:
        try:
            scanning.check(upload.chunks(), name=str(upload.name), user_id=self.user_id)
        except DomainError as refusal:
            self.add_error("import_file", refusal.message)
        upload.seek(0)

    def with_way_out(self, message: str) -> str:
        """A refusal, and where the file is taken instead."""
        if not self.large_files_url:
            return message
        words = '{} Or <a href="{}">import it in the background</a>: any size, any headings.'
        return format_html(words, message, self.large_files_url)


class SheetExportForm(ExportForm):
    """The format; every column is exported."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [("1", gettext("Excel workbook (.xlsx)")), ("0", "CSV")]


class SheetAdminMixin(ImportMixin, ExportActionMixin):
    """Adds import (dry run first) and export to a ModelAdmin; goes before its base class."""

    resource_classes: ClassVar[list[type[SheetResource]]] = []
    formats: ClassVar[list[Any]] = [SafeCsv, SafeXlsx]
    import_form_class = SheetImportForm
    export_form_class = SheetExportForm
    tmp_storage_class = SealedCacheStorage
    import_template_name = "admin/sheet_import.html"
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    change_form_template: Any = None
    show_change_form_export = False
    skip_admin_log = True
    # Which kind of background import takes files that are too large for here.
    large_files_kind: ClassVar[str] = ""

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whoever may add and change the records."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the records."""
        return bool(self.has_view_permission(request))

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Resources act for the user."""
        return {"user": request.user}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Resources act for the user."""
        return {"user": request.user}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """A file goes in as a whole or not at all."""
        return {
            **super().get_import_data_kwargs(**kwargs),
            "rollback_on_validation_errors": True,
        }

    def create_import_form(self, request: HttpRequest) -> SheetImportForm:
        """Tell the form where larger files are taken."""
        form: SheetImportForm = super().create_import_form(request)
        form.user_id = request.user.pk
        if self.large_files_kind and request.user.has_perm("imports.run_import"):
            url = reverse("imports:import_list", query={"new": self.large_files_kind})
            form.large_files_url = url
        return form

    def add_data_read_fail_error_to_form(self, form: SheetImportForm, e: Exception) -> None:
        """Say what is wrong with the file; anything but our own words is a defect."""
        if not isinstance(e, UnreadableFileError):
            raise e
        form.add_error("import_file", form.with_way_out(e.message))

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Dry run: show every difference and every bad cell; nothing is saved."""
        response: Any = super().import_action(request, **kwargs)
        result = getattr(response, "context_data", {}).get("result")
        if result is not None:
            is_undoable = bool(getattr(self.model._meta, "triggers", ()))
            response.context_data.update(_preview(result) | {"is_undoable": is_undoable})
        answer: HttpResponse = response
        return answer

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what was previewed, in one transaction."""
        try:
            with self.importing(request):
                done: HttpResponse = super().process_import(request, **kwargs)
                return done
        except UploadExpiredError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(self._url("import"))

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Say what was imported; when records changed since the preview, nothing was."""
        if not (result.has_errors() or result.has_validation_errors()):
            done: HttpResponse = super().process_result(result, request)
            return done
        transaction.set_rollback(True)
        number = len(result.invalid_rows) + len(result.error_rows)
        text = gettext(
            "Nothing was imported: %(number)s rows have errors now. Preview the file again."
        ) % {"number": number}
        messages.error(request, text)
        return HttpResponseRedirect(self._url("import"))

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """What the list shows, with everything a row needs."""
        rows: models.QuerySet[Any] = super().get_export_queryset(request)
        return self.resource_classes[0].with_related(rows)

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> Any:
        """Write the file, and a line in the log of who took it.

        Raises:
            ValueError: too many rows for one file; the page shows the message.
        """
        number = queryset.order_by()[: MAX_EXPORTED + 1].count()
        if number > MAX_EXPORTED:
            msg = gettext(
                "More than %(max_exported)s rows. Narrow the list by its filters, then export."
            ) % {"max_exported": f"{MAX_EXPORTED:,}"}
            raise ValueError(msg)
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        LogEntry.objects.create(
            user_id=int(request.user.pk or 0),
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=gettext("export of %(number)s rows") % {"number": f"{number:,}"},
            action_flag=CHANGE,
        )
        return data

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[Any]:
        """Of the rows picked in the list, those that the user may see."""
        picked = list(filter(None, map(read_pk, request.POST.getlist("export_items"))))
        return list(self.get_queryset(request).filter(pk__in=picked).values_list("pk", flat=True))

    def _url(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")


def _preview(result: Result) -> dict[str, Any]:
    """What the preview page shows: rows that change, and of their columns those that differ."""
    changed = [row for row in result.valid_rows() if row.import_type != "skip"]
    shown = changed[:SHOWN_ROWS]
    columns = [
        place
        for place, heading in enumerate(result.diff_headers)
        if heading in NAMING or any(CHANGED in row.diff[place] for row in shown)
    ]
    return {
        "totals": dict(result.totals),
        "headings": [result.diff_headers[place] for place in columns],
        "shown_rows": [(row.import_type, [row.diff[place] for place in columns]) for row in shown],
        "hidden_rows": len(changed) - len(shown),
    }
