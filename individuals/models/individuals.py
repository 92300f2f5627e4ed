"""Individuals, their additional agents and their addresses."""

from django.db import models
from django.db.models import Q

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent
from agencyhub.lib.states import STATES
from agencyhub.records.fields import option
from agencyhub.records.models import Option
from agencyhub.records.triggers import history
from individuals.models.person import Person, PersonQuerySet
from individuals.models.terms import search


class Individual(Person):
    """A person the agency knows: suspect, prospect or client, past or present."""

    scope = scopes.Scope(agent="servicing_agent", additional="additional_agents")

    type = option(Option.List.INDIVIDUAL_TYPE, "type", is_guarded=True)
    status = option(Option.List.INDIVIDUAL_STATUS, "status", is_guarded=True)
    deceased_date = models.DateField(null=True, blank=True)
    servicing_agent = models.ForeignKey(
        Agent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="individuals",
        db_constraint=False,  # guarded
        db_index=False,  # below, in the order of the list
    )
    additional_agents = models.ManyToManyField(
        Agent, through="IndividualAgent", blank=True, related_name="additional_individuals"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("last_name_key", "first_name_key", "id", name="individual_name"),
            models.Index(
                "servicing_agent",
                "last_name_key",
                "first_name_key",
                "id",
                name="individual_agent_and_name",
            ),
            models.Index("date_of_birth", "last_name_key", name="individual_birth_and_name"),
            models.Index("mbi_index", name="individual_mbi", condition=Q(mbi_index__isnull=False)),
        ]
        permissions = [
            ("reveal_mbi", "Can reveal a full MBI, with a reason"),
            ("merge_individual", "Can merge individuals"),
            ("view_health_data", "Can see custom fields with personal health data"),
        ]
        triggers = [*history(individual="id"), *search("individuals_individual")]

    def __str__(self) -> str:
        return f"individual {self.pk}"


class IndividualAgent(models.Model):
    """An additional agent of an individual."""

    individual = models.ForeignKey(Individual, on_delete=models.CASCADE)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint("individual", "agent", name="additional_agent_is_named_once")
        ]
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"additional agent {self.pk}"


class Address(models.Model):
    """Where an individual lives or gets mail; exactly one may be the primary one."""

    individual = models.ForeignKey(Individual, on_delete=models.CASCADE, related_name="addresses")
    type = option(Option.List.ADDRESS_TYPE, "type")
    line_1 = models.CharField("address line 1", max_length=120, blank=True)
    line_2 = models.CharField("address line 2", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, choices=STATES, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    county = models.CharField(max_length=80, blank=True)
    is_primary = models.BooleanField("primary", default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                "individual",
                condition=Q(is_primary=True),
                name="individual_has_one_primary_address",
            ),
            models.CheckConstraint(
                condition=Q(zip_code="") | Q(zip_code__regex=r"^\d{5}(-\d{4})?$"),
                name="address_zip_has_5_or_9_digits",
            ),
        ]
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"address {self.pk}"
