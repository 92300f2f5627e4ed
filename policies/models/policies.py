"""The policies that individuals hold."""

from datetime import date

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent, User
from agencyhub.records.fields import option
from agencyhub.records.models import Option
from agencyhub.records.triggers import history
from individuals.models import Individual
from policies.models.carriers import Carrier, CarrierProduct


class NumberKey(models.Func):
    """A policy number without case, punctuation and leading zeros: ``numbers.number_key``."""

    template = "ltrim(name_key(%(expressions)s), '0')"
    arity = 1
    output_field = models.CharField()


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, user: User) -> "PolicyQuerySet":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)

    def in_force(self, *, on: date) -> "PolicyQuerySet":
        """Keep policies that cover ``on``; both end dates count as covered."""
        started = Q(effective_date__lte=on)
        not_ended = Q(termination_date__isnull=True) | Q(termination_date__gte=on)
        return self.filter(started & not_ended).exclude(status__meaning="cancelled")


class Policy(models.Model):
    """A contract between a carrier and a subscriber."""

    scope = scopes.Scope(
        agent="servicing_agent", additional="additional_agents", parent="subscriber"
    )

    subscriber = models.ForeignKey(Individual, on_delete=models.PROTECT, related_name="policies")
    carrier = models.ForeignKey(
        Carrier,
        on_delete=models.PROTECT,
        related_name="policies",
        db_constraint=False,  # guarded
        db_index=False,
    )
    product = models.ForeignKey(
        CarrierProduct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name="carrier product",
        db_constraint=False,  # guarded
        db_index=False,
    )
    policy_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    status = option(Option.List.POLICY_STATUS, "status", required=True, is_guarded=True)
    coverage_type = option(
        Option.List.COVERAGE_TYPE, "coverage type", required=True, is_guarded=True
    )
    app_submit_date = models.DateField("application submit date", null=True, blank=True)
    effective_date = models.DateField(null=True, blank=True, help_text="First covered day.")
    termination_date = models.DateField(null=True, blank=True, help_text="Last covered day.")
    renewal_date = models.DateField(null=True, blank=True)
    premium = models.DecimalField(
        "premium per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    servicing_agent = models.ForeignKey(
        Agent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        db_constraint=False,  # guarded
    )
    additional_agents = models.ManyToManyField(
        Agent, through="PolicyAgent", blank=True, related_name="additional_policies"
    )
    custom = models.JSONField("custom fields", default=dict, db_default={}, blank=True)
    notes = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(termination_date__isnull=True)
                | Q(effective_date__isnull=True)
                | Q(termination_date__gte=F("effective_date")),
                name="policy_terminates_on_or_after_effective_date",
            ),
            models.CheckConstraint(
                condition=Q(premium__isnull=True) | Q(premium__gte=0),
                name="policy_premium_is_not_negative",
            ),
            models.UniqueConstraint(
                "carrier",
                "policy_number",
                condition=~Q(policy_number=""),
                name="policy_number_is_unique_per_carrier",
            ),
        ]
        indexes = [
            models.Index(
                OpClass(NumberKey("policy_number"), name="text_pattern_ops"),
                name="policy_number_key",
            ),
            # In the order of the list: policies of one carrier came in one import, side by side.
            models.Index("carrier", "id", name="policy_carrier_newest"),
            models.Index("product", "id", name="policy_product_newest"),
        ]
        triggers = history(individual="subscriber_id")

    def __str__(self) -> str:
        return f"policy {self.pk}"


class PolicyAgent(models.Model):
    """An additional agent of a policy."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint("policy", "agent", name="additional_policy_agent_is_named_once")
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"additional agent {self.pk}"
