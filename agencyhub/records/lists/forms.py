"""The forms around a list: the name of a view, and what a bulk edit sets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Role
from agencyhub.accounts.roles import in_words as role_words
from agencyhub.lib.identifiers import OpenTextsMixin
from agencyhub.records.lists import registry
from agencyhub.records.lists.lookups import Lookups
from agencyhub.records.lists.models import BulkEdit, SavedView

TYPED_ABOVE = 1_000


def _select(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


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


class SavedViewForm(OpenTextsMixin, forms.ModelForm):
    """Name and readers of a view."""

    open_texts = ("name",)

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
        roles.label_from_instance = lambda role: role_words(role.name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("sharing") == SavedView.Sharing.ROLES and not cleaned.get("roles"):
            self.add_error("roles", _("Choose at least one role."))
        return cleaned
