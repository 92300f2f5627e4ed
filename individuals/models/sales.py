"""Sales being worked: sales records, and opportunities noted on an individual."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent
from agencyhub.lib.states import STATES
from agencyhub.records.fields import option
from agencyhub.records.models import Option
from agencyhub.records.triggers import history
from individuals.models.individuals import Individual
from individuals.models.person import Person, PersonQuerySet
from individuals.models.terms import search


class SalesRecord(Person):
    """A person being worked toward a sale; converted into an Individual when it succeeds."""

    scope = scopes.Scope(agent="assigned_agent")

    stage = option(Option.List.SALES_STAGE, "stage", required=True)
    lead_source = option(Option.List.LEAD_SOURCE, "lead source")
    lead_date = models.DateField(null=True, blank=True)
    assigned_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="sales_records"
    )
    individual = models.ForeignKey(
        Individual,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sales_records",
        verbose_name="linked individual",
    )
    converted_at = models.DateTimeField(null=True, blank=True, editable=False)
    address_type = option(Option.List.ADDRESS_TYPE, "address type")
    address_1 = models.CharField("address line 1", max_length=120, blank=True)
    address_2 = models.CharField("address line 2", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, choices=STATES, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    county = models.CharField(max_length=80, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("last_name_key", "first_name_key", "id", name="sales_record_name"),
            models.Index("date_of_birth", "last_name_key", name="sales_record_birth_and_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(converted_at__isnull=True) | Q(individual__isnull=False),
                name="converted_sales_record_has_an_individual",
            ),
            models.CheckConstraint(
                condition=Q(zip_code="") | Q(zip_code__regex=r"^\d{5}(-\d{4})?$"),
                name="sales_record_zip_has_5_or_9_digits",
            ),
        ]
        permissions = [("convert_salesrecord", "Can convert a sales record into an individual")]
        triggers = [*history(individual="individual_id"), *search("individuals_salesrecord")]

    def __str__(self) -> str:
        return f"sales record {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is still being worked: not converted."""
        return self.converted_at is None


class SalesOpportunity(models.Model):
    """The older way to work a sale: a chance noted on an Individual."""

    scope = scopes.Scope(agent="primary_producer", parent="individual")

    individual = models.ForeignKey(
        Individual, on_delete=models.CASCADE, related_name="sales_opportunities"
    )
    name = models.CharField(max_length=120)
    stage = option(Option.List.SALES_STAGE, "stage", required=True)
    coverage_type = option(Option.List.COVERAGE_TYPE, "coverage type")
    primary_producer = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_effective_date = models.DateField(null=True, blank=True)
    expected_premium = models.DecimalField(
        "expected premium per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = _("sales opportunities")
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"sales opportunity {self.pk}"
