"""Forms about users, agents and API keys: the shape of what somebody typed."""

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from agencyhub.accounts import roles, throttle
from agencyhub.accounts.models import Agent, ApiKey, Role, User
from agencyhub.lib.forms import DateInput, SectionsMixin, SwitchInput
from agencyhub.lib.phones import InvalidPhoneError, format_phone, read_phone
from agencyhub.lib.text import tidy
from agencyhub.lib.visitors import address_of

ZONES = [
    ("America/New_York", "Eastern (New York)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Mountain without daylight saving (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
    ("Pacific/Guam", "Chamorro (Guam)"),
]
STATES = [("", "All"), ("active", "Active"), ("inactive", "Inactive")]
MAX_NPN = 10


class RoleChoice(forms.ModelMultipleChoiceField):
    """Roles by name: their ``str`` is for logs."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.get_scope_display().lower()})"


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


class SignInForm(AuthenticationForm):
    """Django's form behind a limit of failed attempts."""

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username") or ""
        address = address_of(self.request) if self.request else ""
        if throttle.is_blocked(username=name, address=address):
            msg = f"Too many attempts. Wait {throttle.minutes()} minutes, then try again."
            raise ValidationError(msg, code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note_failure(username=name, address=address)
            raise
        if self.user_cache is not None:
            throttle.forget(username=name, address=address)
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        msg = "This user name and password do not belong together. Capital letters matter."
        return ValidationError(msg, code="invalid_login")


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
        fields = ("first_name", "last_name", "time_zone", "theme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_zones(self.instance.time_zone)


class AgentForm(SectionsMixin, forms.ModelForm):
    """An agent; a linked user sees the agent's book."""

    section_fields: ClassVar = (
        ("Who", "As licensed.", ("first_name", "last_name", "npn")),
        ("Contact", "Shown to the staff only.", ("email", "phone")),
        ("Access", "The linked user sees this agent's book.", ("user", "is_active")),
    )

    class Meta:
        model = Agent
        fields = ("first_name", "last_name", "npn", "email", "phone", "user", "is_active")
        widgets = {"is_active": SwitchInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = User.objects.filter(Q(agent=None) | Q(agent=self.instance.pk)).order_by("username")
        self.fields["user"] = UserChoice(
            queryset=free, required=False, label="Linked user", empty_label="None: does not log in"
        )
        self.fields["npn"].widget.attrs["inputmode"] = "numeric"
        self.fields["phone"] = forms.CharField(max_length=40, required=False)
        self.initial["phone"] = format_phone(self.instance.phone)

    def clean_npn(self) -> str:
        npn = "".join(self.cleaned_data["npn"].split())
        if npn and not (npn.isascii() and npn.isdigit() and len(npn) <= MAX_NPN):
            msg = f"A national producer number has only digits, {MAX_NPN} at the most."
            raise ValidationError(msg)
        twin = Agent.objects.filter(npn=npn).exclude(pk=self.instance.pk).order_by("pk").first()
        if npn and twin:
            msg = f"{twin.full_name} has this NPN already."
            raise ValidationError(msg)
        return npn

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except InvalidPhoneError as error:
            raise ValidationError(str(error)) from error


class UserForm(ZoneMixin, SectionsMixin, forms.ModelForm):
    """A user as an administrator sees one; ``actor`` can only hand out what the actor has."""

    section_fields: ClassVar = (
        ("Who", "The user name is what they sign in with.",
         ("username", "email", "first_name", "last_name", "time_zone")),
        ("Rights", "Roles add up. The widest scope counts.", ("roles", "is_staff")),
        ("Book", "Own book: the linked agent's, and that of further agents.",
         ("agent", "accessible_agents")),
        ("Password", "", ("password",)),
    )  # fmt: skip
    columns: ClassVar = {"roles": 12, "accessible_agents": 12, "is_staff": 12}

    roles = RoleChoice(
        queryset=Role.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    agent = AgentChoice(queryset=Agent.objects.none(), required=False, label="Linked agent")
    accessible_agents = AgentsChoice(
        queryset=Agent.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Accessible agents",
        help_text="Agents whose book this user sees as well.",
    )
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ("username", "email", "first_name", "last_name", "time_zone", "is_staff")
        labels = {"username": "User name", "is_staff": "May open the Django admin"}
        help_texts = {"username": "Letters, digits and @ . + - _", "is_staff": ""}
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
        self.fields["email"].help_text = "For a forgotten password."
        self._describe_password(is_new=user.pk is None)
        if user.pk:
            self.initial["roles"] = list(held)
            self.initial["agent"] = Agent.objects.filter(user=user).order_by("pk").first()
            self.initial["accessible_agents"] = list(user.accessible_agents.all())

    def _describe_password(self, *, is_new: bool) -> None:
        field = self.fields["password"]
        field.label = "Initial password" if is_new else "New password"
        field.required = is_new
        told = "12 characters or more. Tell them in person; they can change it under Profile."
        field.help_text = told if is_new else f"Leave empty to keep the present one. {told}"

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        same = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and same.exists():
            msg = "Another user has this e-mail address."
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


class ApiKeyForm(forms.ModelForm):
    """A new API key, of one of ``users`` or, where that is offered, of the whole agency."""

    class Meta:
        model = ApiKey
        fields = ("name", "scope", "user", "expires_at")
        help_texts = {"name": "Who uses it, for example “PlanCompare, production”."}

    expires_at = forms.DateField(
        required=False,
        widget=DateInput(),
        label="Last day",
        help_text="Empty: until it is revoked.",
    )

    def __init__(
        self, *args: Any, users: QuerySet[User], offers_agency: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        partners = " Partners' keys need none." if offers_agency else ""
        self.fields["user"] = UserChoice(
            queryset=users,
            required=not offers_agency,
            label="User",
            empty_label="None: the whole agency" if offers_agency else "Choose a user",
            help_text=f"Whose records it reaches.{partners}",
        )

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean_expires_at(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["expires_at"]
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class StateForm(forms.Form):
    """Which users or agents a list shows."""

    state = forms.ChoiceField(choices=STATES, required=False)


class RoleFilter(forms.ModelChoiceField):
    """One role by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class UserFilterForm(StateForm):
    """Which users the list shows."""

    role = RoleFilter(queryset=Role.objects.order_by("name"), required=False, empty_label="All")
