"""What is asked about a user, by an administrator or by themselves."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import roles
from agencyhub.accounts.forms.choices import (
    AgentChoice,
    AgentsChoice,
    PickMany,
    RoleChoice,
    RoleFilter,
    StateForm,
)
from agencyhub.accounts.forms.passwords import NewPasswordInput
from agencyhub.accounts.models import Agent, Role, User
from agencyhub.lib.forms import SectionsMixin, SwitchInput

ZONES = [
    ("America/New_York", _("Eastern (New York)")),
    ("America/Chicago", _("Central (Chicago)")),
    ("America/Denver", _("Mountain (Denver)")),
    ("America/Phoenix", _("Mountain without daylight saving (Phoenix)")),
    ("America/Los_Angeles", _("Pacific (Los Angeles)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Atlantic (Puerto Rico)")),
    ("Pacific/Guam", _("Chamorro (Guam)")),
]
LANGUAGE_HELP = _("Of every page and email.")


class ZoneMixin:
    """Offers the zones of the United States, and whatever zone the user has."""

    def offer_zones(self, current: str) -> None:
        known = {name for name, _ in ZONES}
        other = [(current, current)] if current and current not in known else []
        self.fields["time_zone"] = forms.ChoiceField(choices=[*ZONES, *other])  # type: ignore[attr-defined]


class ProfileForm(ZoneMixin, forms.ModelForm):
    """What people set for themselves."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "time_zone", "theme")
        help_texts = {"language": LANGUAGE_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_zones(self.instance.time_zone)


class UserForm(ZoneMixin, SectionsMixin, forms.ModelForm):
    """A user as an administrator sees one; ``actor`` can only hand out what the actor has."""

    section_fields: ClassVar = (
        (_("Who"), _("The username is what they sign in with."),
         ("username", "email", "first_name", "last_name", "language", "time_zone")),
        (_("Rights"), _("Roles add up. The widest scope counts."), ("roles", "is_staff")),
        (_("Book"), _("Own book: the linked agent's, and that of further agents."),
         ("agent", "accessible_agents")),
        (_("Password"), "", ("password",)),
    )  # fmt: skip
    columns: ClassVar = {"roles": 12, "accessible_agents": 12, "is_staff": 12}

    roles = RoleChoice(
        queryset=Role.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    agent = AgentChoice(queryset=Agent.objects.none(), required=False, label=_("Linked agent"))
    accessible_agents = AgentsChoice(
        queryset=Agent.objects.none(),
        required=False,
        widget=PickMany(_("Find an agent")),
        label=_("Accessible agents"),
        help_text=_("A role with the scope “own book” sees the books of these agents as well."),
    )
    password = forms.CharField(
        required=False,
        strip=False,
        widget=NewPasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = (
            *("username", "email", "first_name", "last_name", "language", "time_zone"),
            "is_staff",
        )
        labels = {"username": _("Username"), "is_staff": _("May open the Django admin")}
        help_texts = {
            "username": _("Letters, digits and @ . + - _"),
            "language": LANGUAGE_HELP,
            "is_staff": "",
        }
        widgets = {"is_staff": SwitchInput()}

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.instance
        self.offer_zones(user.time_zone)
        held = Role.objects.filter(user=user) if user.pk else Role.objects.none()
        offered = roles.grantable(actor) | Role.objects.filter(pk__in=held.values("pk"))
        self.fields["roles"].queryset = offered.distinct().order_by("name", "pk")  # type: ignore[attr-defined]
        everybody = Agent.objects.order_by("last_name", "first_name", "pk")
        free = everybody.filter(Q(user=None) | Q(user=user.pk), is_active=True)
        self.fields["agent"].queryset = free  # type: ignore[attr-defined]
        self.fields["accessible_agents"].queryset = everybody  # type: ignore[attr-defined]
        self.fields["email"].help_text = gettext("For a forgotten password, reports and notices.")
        self._describe_password(is_new=user.pk is None)
        if user.pk:
            self.initial["roles"] = list(held)
            self.initial["agent"] = Agent.objects.filter(user=user).order_by("pk").first()
            self.initial["accessible_agents"] = list(user.accessible_agents.all())

    def _describe_password(self, *, is_new: bool) -> None:
        field = self.fields["password"]
        field.label = gettext("Initial password") if is_new else gettext("New password")
        field.required = is_new
        told = gettext("Tell them in person; they can change it under Profile.")
        if not is_new:
            told = gettext("Leave empty to keep the present one. %(told)s") % {"told": told}
        rules = password_validation.password_validators_help_text_html()
        field.help_text = format_html("{}{}", told, rules)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        same = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and same.exists():
            msg = gettext("Another user has this email address.")
            raise ValidationError(msg)
        return email

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                password_validation.validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)


class UserFilterForm(StateForm):
    """Which users the list shows."""

    role = RoleFilter(queryset=Role.objects.order_by("name"), required=False, empty_label=_("All"))
