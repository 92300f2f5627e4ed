"""The forms around a list: quick filters, the panel, and the name of a view."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Role
from agencyhub.records.lists import registry
from agencyhub.records.lists.filters import AnyOf, Pick
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import BulkEdit, SavedView
from agencyhub.records.lists.state import State

TYPED_ABOVE = 1_000
SELECTED = mark_safe(" selected")


class PlainSelect(forms.Select):
    """A select box written in one go: a template per option would cost more than the list."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written = format_html_join("", ' {}="{}"', final.items())
        return format_html("<select{}>{}</select>", written, options)


class QuickForm(forms.Form):
    """The few filters that stand above a list, and its order; each change shows the list anew."""

    def __init__(self, state: State) -> None:
        initial = {name: texts[0] for name, texts in state.filters.items()}
        super().__init__(initial=initial, auto_id="quick_%s")
        for name, one in state.filterset.filters.items():
            # A select box cannot show several chosen values: those stay in the panel.
            if not one.is_quick or len(state.filters.get(name, ())) > 1:
                continue
            if isinstance(one, AnyOf | Pick):
                self.fields[name] = _select(one.label, _offered(one, state.filters.get(name, ())))
            else:
                text = forms.TextInput({"type": "search", "hx-preserve": "true"})
                self.fields[name] = forms.CharField(label=one.label, required=False, widget=text)
        self.fields["sort"] = _select(_("Order"), _orders(state))
        self.initial["sort"] = state.sort
        quick = set(self.fields)
        kept = parse_qsl(state.query(), keep_blank_values=True)
        self.kept = [(name, text) for name, text in kept if name not in quick]


def _select(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=PlainSelect)


def _offered(one: AnyOf | Pick, chosen: Sequence[str]) -> list[tuple[str, Any]]:
    offered = [(key, words) for key, words in one.choices if key]
    known = {key for key, _words in offered}
    lost = [(text, one.words([text])) for text in chosen if text not in known]
    blank = [] if one.default else [("", _("All"))]
    return [*blank, *offered, *lost]


def _orders(state: State) -> list[tuple[str, Any]]:
    orders: list[tuple[str, Any]] = []
    for sort in state.kind.sorts:
        orders += [(sort.key, sort.label), (f"-{sort.key}", sort.turned_label)]
    usual = state.kind.default_sort
    return sorted(orders, key=lambda one: one[0] != usual)


class BulkForm(forms.Form):
    """What a bulk edit sets; an empty field stays as it is."""

    def __init__(self, data: Any, *, edit: BulkEdit) -> None:
        super().__init__(data, initial=edit.values)
        lookups = Lookups(edit.user)
        for one in registry.of(edit.list_key).bulk:
            choices = [("", _("Leave as it is")), *one.offer(lookups)]
            self.fields[one.key] = _select(one.label, choices)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.values()) and not self.errors:
            raise forms.ValidationError(_("Choose at least one field to change."))
        return cleaned

    @property
    def values(self) -> dict[str, str]:
        """The fields that were chosen."""
        return {key: value for key, value in self.cleaned_data.items() if value}


class ConfirmForm(forms.Form):
    """Asks for the number of rows to be typed when they are very many."""

    typed = forms.CharField(
        required=False, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, count: int) -> None:
        super().__init__(data)
        self.count = count
        self.fields["typed"].label = gettext("Type %s to confirm") % f"{count:,}"
        if count <= TYPED_ABOVE:
            del self.fields["typed"]

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.replace(",", "").strip() != str(self.count):
            raise forms.ValidationError(_("This is not the number of rows."))
        return typed


class SavedViewForm(forms.ModelForm):
    """Name and readers of a view."""

    class Meta:
        model = SavedView
        fields = ("name", "sharing", "roles")
        widgets = {"sharing": forms.RadioSelect, "roles": forms.CheckboxSelectMultiple}
        labels = {"sharing": _("Who sees it"), "roles": _("Roles")}
        help_texts = {
            "sharing": _("Everybody sees their own records in it, as far as their role reaches."),
            "roles": _("Only for “Some roles”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        roles: Any = self.fields["roles"]
        roles.queryset = Role.objects.order_by("name", "pk")
        roles.label_from_instance = lambda role: role.name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("sharing") == SavedView.Sharing.ROLES and not cleaned.get("roles"):
            self.add_error("roles", _("Choose at least one role."))
        return cleaned
