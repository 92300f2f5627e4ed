"""Import and export of one model by spreadsheet: columns with words, errors with row and column."""

from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.utils.html import escape, format_html
from django.utils.translation import gettext
from import_export import fields, resources, widgets
from import_export.results import Result, RowResult

from agencyhub.lib.cells import Text
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pks import read_pk
from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.sheets import MAX_ROWS

ID = "ID"
CHANGES = {RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE}


class Column(fields.Field):
    """A column: ``attribute`` of the record under a heading that people read."""

    def __init__(
        self, attribute: str, label: str, widget: widgets.Widget | None = None, **kwargs: Any
    ) -> None:
        super().__init__(attribute, column_name=label, widget=widget or Text(), **kwargs)


def _last_field(constraint: Any) -> str:
    """The field that a unique rule is about: its last one. Checks are about the whole row."""
    names = [*getattr(constraint, "fields", ())]
    names += [one.name for one in getattr(constraint, "expressions", ()) if hasattr(one, "name")]
    return names[-1] if names else NON_FIELD_ERRORS


def _value(column: fields.Field, instance: Any) -> Any:
    if isinstance(column.widget, widgets.ManyToManyWidget):
        return _keys(column.get_value(instance).all())
    return column.get_value(instance)


def _keys(records: Any) -> set[Any]:
    return {record.pk for record in records}


def _marked(old: str, new: str) -> str:
    if old == new:
        return escape(new)
    removed = format_html("<del>{}</del> ", old) if old else ""
    return format_html("{}<ins>{}</ins>", removed, new)


class SheetResource(resources.ModelResource):
    """Base of our resources. ``user`` decides what may be found and changed.

    An ID names the record to change; without one the natural key does (``find``), and a row that
    finds nothing is a new record. Columns that the file leaves out stay as they are.
    """

    required: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    fetched: tuple[Any, ...] = ()

    class Meta:
        import_id_fields = ()
        skip_unchanged = True
        skip_diff = True  # the differences are told from cells, without copying records
        report_skipped = True
        clean_model_instances = True
        use_transactions = True
        chunk_size = 1_000

    def __init__(self, *, user: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        self.lines: list[int] = []
        self._by_id: dict[str, Any] = {}
        self._instance: Any = None
        self._cells_before: list[str] = []
        self._values_before: list[Any] = []

    def find(self, row: dict[str, Any]) -> models.Model | None:
        """Find the record that a row without an ID is about; override."""
        return None

    @classmethod
    def with_related(cls, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch with the rows what their cells show."""
        return rows.select_related(*cls.joined).prefetch_related(*cls.fetched)

    def visible(self) -> models.QuerySet[Any]:
        """The records that ``user`` may change."""
        rows: Any = self.get_queryset()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.user)
        seen: models.QuerySet[Any] = rows
        return seen

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Give every column its own heading, whatever its case and spaces.

        Raises:
            UnreadableFileError: a heading is unknown, missing or there twice; too many rows.
        """
        self.lines = getattr(dataset, "lines", list(range(2, len(dataset) + 2)))
        known = {_plain(label): label for label in self.headings()}
        problems = []
        headers = []
        for header in dataset.headers or ():
            label = known.get(_plain(header or ""))
            if label is None:
                problems.append(gettext("The column “%(header)s” is unknown.") % {"header": header})
            elif label in headers:
                problems.append(
                    gettext("The column “%(label)s” is there twice.") % {"label": label}
                )
            headers.append(label or header)
        needed = [] if ID in headers else self.required
        problems += [
            gettext("The column “%(name)s” is missing.") % {"name": name}
            for name in needed
            if name not in headers
        ]
        if len(dataset) > MAX_ROWS:
            problems.append(
                gettext("At most %(max_rows)s rows can be imported here.")
                % {"max_rows": f"{MAX_ROWS:,}"}
            )
        if problems:
            raise UnreadableFileError(" ".join(problems))
        dataset.headers = headers
        self.preload(dataset)

    def preload(self, dataset: tablib.Dataset) -> None:
        """Fetch every record that the file names by ID, at once; override for natural keys."""
        if ID not in dataset.headers:
            return
        ids = filter(None, (read_pk(str(cell).strip()) for cell in dataset[ID]))
        rows = self.with_related(self.visible()).filter(pk__in=ids)
        self._by_id = {str(row.pk): row for row in rows}

    def headings(self) -> list[str]:
        """The headings of every column, in order."""
        return [field.column_name for field in self.fields.values()]

    def _check_import_id_fields(self, headers: Any) -> None:
        """Records are found by ID or natural key; neither needs a column of its own."""

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """Find the record of a row: by ID, else by its natural key.

        Raises:
            ValidationError: an ID that does not exist, or that the user may not see.
        """
        text = str(row.get(ID) or "").strip()
        if not text:
            return self.find(row)
        found = self._by_id.get(text)
        if found is None:
            raise ValidationError(
                {ID: gettext("There is no record “%(text)s” that you may change.") % {"text": text}}
            )
        return found

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Note what the record was before the row."""
        columns = self.get_import_fields()
        self._instance = instance
        self._cells_before = [""] * len(columns) if new else self._cells(instance)
        self._values_before = [] if new else [_value(column, instance) for column in columns]

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """Skip a row that changes nothing."""
        if import_validation_errors or not self._values_before:
            return False
        for column, before in zip(self.get_import_fields(), self._values_before, strict=True):
            if isinstance(column.widget, widgets.ManyToManyWidget):
                if column.column_name in row and _keys(column.clean(row)) != before:
                    return False
            elif _value(column, instance) != before:
                return False
        return True

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Check the record as a form would.

        Foreign keys were looked up already, and constraints speak up when the row is saved.
        """
        errors = dict(import_validation_errors or {})
        skipped = {
            field.name
            for field in instance._meta.concrete_fields
            if field.is_relation and getattr(instance, field.attname) is not None
        } | set(errors)
        try:
            instance.full_clean(
                exclude=skipped, validate_unique=validate_unique, validate_constraints=False
            )
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        """Import one row; what a person can mend becomes an error of a column."""
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors and isinstance(result.errors[0].error, DomainError | IntegrityError):
            result.validation_error = self._as_validation(result.errors[0].error)
            result.import_type, result.errors = RowResult.IMPORT_TYPE_INVALID, []
        if result.validation_error is not None:
            result.validation_error = self._worded(result.validation_error)
        elif result.import_type in CHANGES and kwargs.get("dry_run"):
            after = self._cells(self._instance)
            if result.import_type == RowResult.IMPORT_TYPE_NEW and ID in self.get_diff_headers():
                # The dry run's number is not the one that the record will get.
                after[self.get_diff_headers().index(ID)] = ""
            pairs = zip(self._cells_before, after, strict=True)
            result.diff = [_marked(old, new) for old, new in pairs]
        return result

    def _cells(self, instance: Any) -> list[str]:
        return [str(column.export(instance)) for column in self.get_import_fields()]

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        """Number bad rows as the file does."""
        for row in result.invalid_rows:
            row.number = self.lines[row.number - 1]

    def _as_validation(self, error: Exception) -> ValidationError:
        if isinstance(error, DomainError):
            return ValidationError({error.field or NON_FIELD_ERRORS: error.message})
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None) or "unknown"
        known = [one for one in self._meta.model._meta.constraints if one.name == name]
        field = _last_field(known[0]) if known else NON_FIELD_ERRORS
        return ValidationError(
            {field: gettext("Against the rule: %(replace)s.") % {"replace": name.replace("_", " ")}}
        )

    def _worded(self, error: ValidationError) -> ValidationError:
        labels = {field.attribute: field.column_name for field in self.fields.values()}
        if not hasattr(error, "error_dict"):
            return error
        return ValidationError(
            {labels.get(name, name): problems for name, problems in error.error_dict.items()}
        )


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())
