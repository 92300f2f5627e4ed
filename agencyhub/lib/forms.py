"""How every form looks: one renderer, a few widgets, and sections for long forms.

Settings: ``FORM_RENDERER = "agencyhub.lib.forms.TablerRenderer"`` and ``django.forms`` in
``INSTALLED_APPS``. A form then needs no widget classes: ``{{ form }}`` or
``{{ form.field.as_field_group }}`` draws label, control, help text and errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import CheckboxInput, ChoiceWidget, Input, Select, Textarea, Widget
from django.utils.choices import BlankChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)
DASH = "—"
HYPHENS = BLANK_CHOICE_DASH[0][1]
DEFAULT_COLUMNS = 6
FULL_ROW = 12


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants ISO days."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MoneyInput(forms.TextInput):
    """An amount in US dollars: a text box behind a dollar sign, number keys on phones."""

    template_name = "components/widgets/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class DollarsField(forms.DecimalField):
    """US dollars, typed with or without $ and commas."""

    widget = MoneyInput

    def to_python(self, value: Any) -> Any:
        text = value.replace("$", "").replace(",", "") if isinstance(value, str) else value
        return super().to_python(text)

    @classmethod
    def like(cls, field: forms.Field) -> DollarsField:
        """The same field of a model form, which also reads $ and commas."""
        number: Any = field
        return cls(
            label=field.label,
            help_text=field.help_text,
            required=field.required,
            max_digits=number.max_digits,
            decimal_places=number.decimal_places,
            initial=field.initial,
        )


class SwitchInput(forms.CheckboxInput):
    """A check box drawn as a switch, for settings that are on or off."""

    is_switch = True


class SecretTextarea(forms.Textarea):
    """A secret of several lines: like a password it is not shown again, not even after an error."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Draw it empty."""
        return super().get_context(name, None, attrs)


def _write_blank(field: forms.Field) -> None:
    """Draw Django's own blank choice as a dash; choices that a query answers are not asked for."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == HYPHENS:
            field.empty_label = DASH
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, BlankChoiceIterator):
        field.choices = [
            (value, DASH if label == HYPHENS else label) for value, label in field.choices
        ]


class TablerBoundField(BoundField):
    """Adds Tabler's classes and the accessibility attributes to whatever widget a field has.

    A label that Django made of the field's name is put into the reader's language, and the blank
    choice that it draws as a row of hyphens is a dash as everywhere else.
    """

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self.label = gettext(str(self.label)) if self.label else self.label
        _write_blank(field)

    def as_widget(
        self,
        widget: Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> Any:
        return super().as_widget(widget or native(self.field.widget), attrs, only_initial)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden or is_of_admin(widget):
            return built
        own = str(widget.attrs.get("class", ""))
        classes = [own, css_class(widget)]
        if self.errors:
            classes.append("is-invalid")
        built["class"] = " ".join(part for part in classes if part)
        if self.field.required and "required" not in built and not widget.use_fieldset:
            built["aria-required"] = "true"
        return built

    @property
    def layout(self) -> str:
        """``check`` (label after the box), ``group`` (several boxes) or ``control``."""
        widget = self.field.widget
        if isinstance(widget, CheckboxInput):
            return "check"
        return "group" if widget.use_fieldset else "control"

    @property
    def is_switch(self) -> bool:
        return bool(getattr(self.field.widget, "is_switch", False))

    @property
    def columns(self) -> int:
        """How many of the grid's 12 columns the field takes on a wide screen."""
        asked: dict[str, int] = getattr(self.form, "columns", {})
        wide = isinstance(self.field.widget, Textarea) or (
            isinstance(self.field.widget, CHECKS) and self.layout == "group"
        )
        return asked.get(self.name, FULL_ROW if wide else DEFAULT_COLUMNS)


class TablerRenderer(TemplatesSetting):
    """Draws forms with the templates in ``templates/components`` and ``templates/django/forms``."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = TablerBoundField


@dataclass(frozen=True)
class Section:
    """One card of a long form."""

    title: StrOrPromise
    text: StrOrPromise
    fields: tuple[BoundField, ...]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


class SectionsMixin:
    """Groups a form's fields under headings.

    ``section_fields`` is a tuple of (title, explanation, field names). Fields named nowhere, such
    as an agency's custom fields, come last under ``rest_title``. ``columns`` maps a field to the
    grid columns (of 12) that it takes. Draw it with ``components/form_sections.html``.
    """

    section_fields: ClassVar[tuple[tuple[StrOrPromise, StrOrPromise, tuple[str, ...]], ...]] = ()
    rest_title: ClassVar[StrOrPromise] = _("More")
    columns: ClassVar[dict[str, int]] = {}

    def sections(self) -> list[Section]:
        """Answer the sections that have at least one field, in order."""
        by_name = {field.name: field for field in self.visible_fields()}  # type: ignore[attr-defined]
        found = []
        for title, text, names in self.section_fields:
            fields = tuple(by_name.pop(name) for name in names if name in by_name)
            if fields:
                found.append(Section(title, text, fields))
        if by_name:
            found.append(Section(self.rest_title, "", tuple(by_name.values())))
        return found


def native(widget: Widget) -> Widget:
    """Swap Django's text box for a day or a moment for the browser's picker."""
    if type(widget) is forms.DateInput:
        return DateInput(widget.attrs)
    if type(widget) is forms.DateTimeInput:
        return DateTimeInput(widget.attrs)
    return widget


def css_class(widget: Widget) -> str:
    """Name Tabler's class for a widget."""
    if isinstance(widget, CHECKS):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control" if isinstance(widget, Input | Textarea | ChoiceWidget) else ""


def is_of_admin(widget: Widget) -> bool:
    """Say whether Django's admin drew the widget; it has its own style sheet."""
    return type(widget).__module__.startswith("django.contrib.admin")
