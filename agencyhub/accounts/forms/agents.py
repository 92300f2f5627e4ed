"""What is asked about an agent."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import PickMany, UserChoice, UsersChoice
from agencyhub.accounts.models import Agent, User
from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.lib.phones import InvalidPhoneError, format_phone, read_phone

MAX_NPN = 10


class AgentForm(SectionsMixin, forms.ModelForm):
    """An agent; a linked user sees the agent's book."""

    section_fields: ClassVar = (
        (_("Who"), _("As licensed."), ("first_name", "last_name", "npn")),
        (_("Contact"), _("Shown to the staff only."), ("email", "phone")),
        (_("Access"), _("The linked user sees this agent's book."), ("user", "is_active")),
    )

    class Meta:
        model = Agent
        fields = ("first_name", "last_name", "npn", "email", "phone", "user", "is_active")
        widgets = {"is_active": SwitchInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = User.objects.filter(Q(agent=None) | Q(agent=self.instance.pk)).order_by("username")
        self.fields["user"] = UserChoice(
            queryset=free,
            required=False,
            label=gettext("Linked user"),
            empty_label=gettext("None: does not log in"),
        )
        self.fields["npn"].widget.attrs["inputmode"] = "numeric"
        self.fields["phone"] = forms.CharField(max_length=40, required=False)
        self.initial["phone"] = format_phone(self.instance.phone)

    def clean_npn(self) -> str:
        npn = "".join(self.cleaned_data["npn"].split())
        if npn and not (npn.isascii() and npn.isdigit() and len(npn) <= MAX_NPN):
            msg = gettext(
                "A national producer number has only digits, %(max_npn)s at the most."
            ) % {"max_npn": MAX_NPN}
            raise ValidationError(msg)
        twin = Agent.objects.filter(npn=npn).exclude(pk=self.instance.pk).order_by("pk").first()
        if npn and twin:
            msg = gettext("%(full_name)s has this NPN already.") % {"full_name": twin.full_name}
            raise ValidationError(msg)
        return npn

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except InvalidPhoneError as error:
            raise ValidationError(str(error)) from error


class ReadersForm(forms.Form):
    """Who sees an agent's book besides the linked user."""

    readers = UsersChoice(
        queryset=User.objects.none(),
        required=False,
        label=_("Users"),
        widget=PickMany(_("Find a user")),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = set(agent.accessible_to.values_list("pk", flat=True))
        offered = User.objects.filter(Q(is_active=True) | Q(pk__in=held))
        self.fields["readers"].queryset = offered.order_by("username")  # type: ignore[attr-defined]
        self.initial["readers"] = held
