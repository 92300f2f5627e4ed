"""Contracts of agents and carriers' numbers for them, as people enter them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import AgentChoice
from agencyhub.accounts.models import Agent
from commissions.models import AgentContract, WritingNumber
from policies.models import Carrier


class CarrierChoice(forms.ModelChoiceField):
    """One carrier by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class _OfAgent(forms.ModelForm):
    """What belongs to an agent and a carrier: those who are inactive stay where they are."""

    agent = AgentChoice(Agent.objects.none(), label=_("Agent"))
    carrier = CarrierChoice(Carrier.objects.none(), label=_("Carrier"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = self.instance
        _offer(self, "agent", Agent.objects.order_by("last_name", "first_name", "pk"), one.agent_id)
        _offer(self, "carrier", Carrier.objects.order_by("name", "pk"), one.carrier_id)


class ContractForm(_OfAgent):
    """What an agent, and the agent above, get of what a carrier pays, from day to day."""

    columns: ClassVar[dict[str, int]] = {"percent": 12}

    upline = AgentChoice(
        Agent.objects.none(), label=_("Upline"), required=False,
        help_text=_("If one shares in it."),
    )  # fmt: skip

    class Meta:
        model = AgentContract
        fields = (
            "agent", "carrier", "percent", "upline", "upline_percent", "start_date", "end_date",
        )  # fmt: skip
        labels: ClassVar = {
            "percent": _("Agent’s share (%)"),
            "upline_percent": _("Upline’s share (%)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = Agent.objects.order_by("last_name", "first_name", "pk")
        _offer(self, "upline", agents, self.instance.upline_id)


class WritingNumberForm(_OfAgent):
    """What a carrier calls an agent."""

    class Meta:
        model = WritingNumber
        fields = ("agent", "carrier", "number")


def _offer(form: forms.ModelForm, name: str, rows: Any, current: int | None) -> None:
    """Offer the active records of a field, and the one that is chosen already."""
    field: Any = form.fields[name]
    field.queryset = rows.filter(is_active=True) | rows.filter(pk=current)
