"""The forms of connections: a new one, another number for one, and which group is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from groups.models import EmployerGroup
from integrations.noyo.models import NoyoCarrier

NUMBER_HELP = _("As the carrier has it: a group, policy or master agreement number.")


class NoyoCarrierField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Carriers at Noyo by their names with us."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name."""
        return str(obj.label)


class ConnectForm(forms.Form):
    """With which carrier, and under which number."""

    carrier = NoyoCarrierField(
        NoyoCarrier.objects.none(), label=_("Carrier"), empty_label=_("Choose a carrier")
    )
    number = forms.CharField(
        label=_("Carrier’s group number"), max_length=80, help_text=NUMBER_HELP
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = NoyoCarrier.objects.select_related("carrier").order_by("carrier__name", "name")
        self.fields["carrier"].queryset = rows  # type: ignore[attr-defined]


class AgainForm(forms.Form):
    """The number to try with."""

    number = forms.CharField(
        label=_("Carrier’s group number"), max_length=80, help_text=NUMBER_HELP
    )


class JoinForm(forms.Form):
    """Which of our groups a group at Noyo is."""

    group = forms.ModelChoiceField(
        EmployerGroup.objects.none(), label=_("Our group"), empty_label=_("Choose a group")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = EmployerGroup.objects.visible_to(user).filter(noyo_group=None)
        field: Any = self.fields["group"]
        field.queryset = rows.order_by("name_key", "pk")
        field.label_from_instance = lambda group: group.name
