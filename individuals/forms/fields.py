"""Form fields that read what people write: phones, ZIP codes, MBIs, agents and options."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from agencyhub.accounts.models import Agent
from agencyhub.lib.mbi import InvalidMbiError, Mbi, read_mbi
from agencyhub.lib.phones import InvalidPhoneError, format_phone, read_phone
from agencyhub.lib.text import InvalidZipError, read_zip, tidy
from agencyhub.records.models import Option


class TidyField(forms.CharField):
    """One line of text, trimmed and with single spaces."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value))


class PhoneField(forms.CharField):
    """A US phone number in any spelling; stored as ten digits, shown as (515) 555-0100."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"type": "tel", "autocomplete": "off"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return read_phone(super().to_python(value) or "")
        except InvalidPhoneError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> str:
        return format_phone(value or "")


class ZipField(forms.CharField):
    """A ZIP code of five digits, or nine with a dash; any white space goes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric"}))
        super().__init__(max_length=20, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return read_zip(super().to_python(value) or "")
        except InvalidZipError as error:
            raise forms.ValidationError(str(error)) from error


class MbiField(forms.CharField):
    """A new MBI, full or as a carrier masked it; None when nothing was typed.

    The stored one is never a value of this field: it is shown as a mask in the help text.
    """

    def __init__(self, **kwargs: Any) -> None:
        off = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        super().__init__(max_length=30, widget=forms.TextInput(off), **kwargs)

    def clean(self, value: Any) -> Mbi | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_mbi(text)
        except InvalidMbiError as error:
            raise forms.ValidationError(str(error)) from error


class AgentField(forms.ModelChoiceField):
    """One agent, by name."""

    def label_from_instance(self, agent: Agent) -> str:
        return agent.full_name


class AgentsField(forms.ModelMultipleChoiceField):
    """Several agents, by name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, agent: Agent) -> str:
        return agent.full_name


def offer(field: forms.Field, rows: QuerySet[Any]) -> None:
    """Let a field choose among ``rows``."""
    choice = cast("forms.ModelChoiceField[Any]", field)
    choice.queryset = rows
    if choice.empty_label is not None:
        choice.empty_label = "—"


def tidied(field: forms.Field) -> TidyField:
    """The same field, which also tidies its text."""
    text = cast("forms.CharField", field)
    return TidyField(label=text.label, required=text.required, max_length=text.max_length)


def agents(*, kept: Iterable[int | None] = ()) -> QuerySet[Agent]:
    """The agents that a form offers: the active ones, and those that the record has already."""
    offered = Q(is_active=True) | Q(pk__in=[pk for pk in kept if pk])
    return Agent.objects.filter(offered).order_by("last_name", "first_name", "pk")


def options(option_list: Option.List, *, kept: int | None = None) -> QuerySet[Option]:
    """The options that a form offers: the active ones, and the one that the record has already."""
    offered = Q(is_active=True) | Q(pk=kept)
    return Option.objects.filter(offered, list=option_list).order_by("position", "pk")
