"""What is asked about a role."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import roles
from agencyhub.accounts.models import Role
from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.lib.text import tidy


class RoleForm(SectionsMixin, forms.ModelForm):
    """Name, scope and second factor of a role; its rights are ticked in a table of their own."""

    section_fields: ClassVar = (
        (
            _("Role"),
            _("What the role is for, in words your staff will know."),
            ("name", "description"),
        ),
        (_("Scope"), _("How far its rights reach."), ("scope",)),
        (_("Sign-in"), "", ("requires_second_factor",)),
    )
    columns: ClassVar = {"description": 12, "scope": 12, "requires_second_factor": 12}
    rights = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    class Meta:
        model = Role
        fields = ("name", "description", "scope", "requires_second_factor")
        widgets = {"requires_second_factor": SwitchInput(), "scope": forms.RadioSelect()}

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].choices = [(name, name) for name in offered]  # type: ignore[attr-defined]
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (
                Role.Scope.OWN,
                gettext("Own book: the linked agent's, and that of accessible agents"),
            ),
            (Role.Scope.OWN_AND_UNASSIGNED, gettext("Own book, and everybody who has no agent")),
            (Role.Scope.ALL, gettext("Everything")),
        ]
        if self.instance.origin == roles.OWNER:
            self.fields["name"].disabled = self.fields["scope"].disabled = True

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        twins = Group.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if twins.exists():
            msg = gettext("Another role has this name.")
            raise ValidationError(msg)
        return name
