"""What agents get of what carriers pay: contracts, with percents and days from and to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent
from agencyhub.records.triggers import history
from policies.models import Carrier


class AgentContract(models.Model):
    """An agent's share of what one carrier pays, from day to day."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="contracts")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="contracts")
    percent = models.DecimalField(
        "agent's share (%)", max_digits=7, decimal_places=4, help_text="Of every line, 0 to 100."
    )
    upline = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The agent above, if one shares in it.",
    )  # fmt: skip
    upline_percent = models.DecimalField(
        "upline's share (%)", max_digits=7, decimal_places=4, default=0
    )
    start_date = models.DateField(help_text="First day.")
    end_date = models.DateField(null=True, blank=True, help_text="Last day, included.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, upline_percent__gte=0)
                & Q(percent__lte=100 - F("upline_percent")),
                name="contract_gives_at_most_everything",
                violation_error_message=_(
                    "Both shares together are more than 100 percent, or below 0."
                ),
            ),
            models.CheckConstraint(
                condition=Q(upline__isnull=False) | Q(upline_percent=0),
                name="contract_gives_an_upline_share_to_somebody",
                violation_error_message=_("Say which agent above gets the share."),
            ),
            models.CheckConstraint(
                condition=Q(upline__isnull=True) | ~Q(upline=F("agent")),
                name="contract_has_another_agent_as_upline",
                violation_error_message=_("The agent above is somebody else than the agent."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="contract_ends_on_or_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="agent_has_one_contract_per_carrier_at_a_time",
                violation_error_message=_(
                    "The agent has a contract with this carrier in these days. End that one first."
                ),
                expressions=[
                    ("agent", RangeOperators.EQUAL),
                    ("carrier", RangeOperators.EQUAL),
                    (
                        Func(
                            "start_date", "end_date", models.Value("[]"),
                            function="daterange", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"agent contract {self.pk}"

    def clean(self) -> None:
        """Refuse days in the wrong order first: the other rules ask for the range they make."""
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": _("The last day lies before the first.")})
