"""Choosing roles, agents and users by name: their ``str`` is for logs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.roles import in_words as role_words

STATES = [("", _("All")), ("active", _("Active")), ("inactive", _("Inactive"))]


class PickMany(forms.CheckboxSelectMultiple):
    """Check boxes for hundreds: those that are ticked come first, and a box finds the others.

    Without JavaScript it is a list that scrolls.
    """

    template_name = "accounts/widgets/pick_many.html"

    def __init__(self, find_label: StrOrPromise, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.find_label = find_label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        options = [one for _, group, _ in context["widget"]["optgroups"] for one in group]
        options.sort(key=lambda one: not one["selected"])
        context["widget"]["options"] = options
        context["widget"]["picked"] = sum(one["selected"] for one in options)
        context["widget"]["find_label"] = self.find_label
        return context


class RoleChoice(forms.ModelMultipleChoiceField):
    """Roles by name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{role_words(obj.name)} ({obj.get_scope_display().lower()})"


class AgentChoice(forms.ModelChoiceField):
    """One agent by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class AgentsChoice(forms.ModelMultipleChoiceField):
    """Several agents by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class UserChoice(forms.ModelChoiceField):
    """One user by name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.username})"


class UsersChoice(forms.ModelMultipleChoiceField):
    """Several users by name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.username})"


class RoleFilter(forms.ModelChoiceField):
    """One role by name."""

    def label_from_instance(self, obj: Any) -> str:
        return role_words(obj.name)


class StateForm(forms.Form):
    """Which users or agents a list shows."""

    # The error goes without the value, which may be as long as an address.
    state = forms.ChoiceField(
        choices=STATES,
        required=False,
        error_messages={"invalid_choice": _("Choose one of those on offer.")},
    )
