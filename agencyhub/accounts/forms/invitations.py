"""Inviting somebody, and accepting."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms import passwords
from agencyhub.accounts.forms.choices import AgentChoice, RoleChoice
from agencyhub.accounts.forms.users import LANGUAGE_HELP, ZoneMixin
from agencyhub.accounts.models import Agent, Role, User
from agencyhub.accounts.roles import grantable


class InvitationForm(forms.Form):
    """Whom to invite to which roles; ``actor`` can only hand out what the actor has."""

    columns: ClassVar = {"roles": 12}

    email = forms.EmailField(
        label=_("Email"), help_text=_("Where the link goes. Nobody else sees it.")
    )
    language = forms.ChoiceField(
        choices=settings.LANGUAGES, help_text=_("Of the email, and of their pages.")
    )
    agent = AgentChoice(
        queryset=Agent.objects.none(),
        required=False,
        label=_("Linked agent"),
        empty_label=_("None"),
        help_text=_("Whose book they see as their own."),
    )
    roles = RoleChoice(queryset=Role.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].queryset = grantable(actor)  # type: ignore[attr-defined]
        free = Agent.objects.filter(user=None, is_active=True)
        self.fields["agent"].queryset = free.order_by("last_name", "first_name", "pk")  # type: ignore[attr-defined]


class AcceptForm(ZoneMixin, passwords.DressedMixin, SetPasswordMixin, forms.ModelForm):
    """Who the new user is, and the password they choose."""

    graded = "password1"
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("Password"), label2=_("Password again")
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "username", "language", "time_zone")
        labels = {"username": _("Username")}
        help_texts = {
            "username": _("What you sign in with. Letters, digits and @ . + - _"),
            "language": LANGUAGE_HELP,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_zones(self.instance.time_zone)
        self.fields["first_name"].required = self.fields["last_name"].required = True

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance, "password1")
