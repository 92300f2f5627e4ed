"""How a group's plans and units line up with what one carrier has, for one plan year."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.records.triggers import history
from groups.models import BenefitClass, Division, EmployerGroup, GroupPlan, Location
from integrations.noyo.models.account import NoyoCarrier
from integrations.noyo.models.groups import UUID, GroupScoped
from integrations.noyo.models.pulled import CarrierOption, CarrierPlan


class Mapping(models.Model):
    """One group, one carrier, one plan year: the header of all links and rules."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in_progress", _("To be mapped")
        READY = "ready", _("Mapped")
        REOPENED = "reopened", _("Opened again")

    class Reason(models.TextChoices):
        """Why it has to be looked at."""

        CONNECTED = "connected", _("The carrier was connected")
        RENEWAL = "renewal", _("The group renews")
        STRUCTURE = "structure", _("The carrier's account structure changed")
        PLANS = "plans", _("A plan changed at the carrier")
        PERSON = "person", _("Somebody opened it")

    scope = scopes.Scope(parent="group")

    group = models.ForeignKey(
        EmployerGroup, on_delete=models.PROTECT, related_name="noyo_mappings", db_index=False
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="mappings")
    start_date = models.DateField("plan year from")
    end_date = models.DateField("plan year until", null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.IN_PROGRESS)
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.PERSON)
    opened_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(null=True)
    ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="following",
        help_text="The plan year before, whose confirmed links came along as suggestions.",
    )  # fmt: skip
    noyo_id = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    version = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    told_at = models.DateTimeField(null=True, help_text="Noyo has it as it was marked then.")
    refusal = models.JSONField(
        null=True, help_text="Why Noyo did not take it: {status, part, name, fields, said}."
    )
    refused_at = models.DateTimeField(null=True)

    objects = GroupScoped["Mapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "group", "carrier", "start_date", name="mapping_is_one_per_plan_year"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="mapping_ends_on_or_after_its_start",
            ),
        ]
        permissions = [("map_groups", "Can map groups to their carriers")]
        triggers = history()

    def __str__(self) -> str:
        return f"mapping {self.pk}"


class Link(models.Model):
    """What the links of plans and of units have in common.

    ``score`` is 0 to 1; ``reasons`` are ``{"code", "values"}``, put into words on display.
    A confirmed link keeps what it was confirmed against in ``confirmed_digest``.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")
        STALE = "stale", _("Changed at the carrier")
        MISSING = "missing", _("Missing at the carrier")
        NOT_OFFERED = "not_offered", _("Not offered")

    # Decided with nothing on the carrier's side.
    ALONE = (State.MISSING, State.NOT_OFFERED)

    scope = scopes.Scope(parent="mapping")

    state = models.CharField(max_length=12, choices=State.choices, default=State.SUGGESTED)
    score = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    reasons = models.JSONField(default=list)
    is_automatic = models.BooleanField(default=False, help_text="Confirmed by an exact code.")
    confirmed_digest = models.BinaryField(null=True, editable=False)
    changes = models.JSONField(
        default=list, help_text="Stale: what changed, [{field, before, after}]."
    )
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+",
        help_text="The link of the plan year before.",
    )  # fmt: skip

    class Meta:
        abstract = True


class PlanLink(Link):
    """One of our plans and one of the carrier's; several of either may go together.

    Without ours it says that the carrier's plan is not offered; without the carrier's, that ours is
    missing there or not offered through this carrier.
    """

    mapping = models.ForeignKey(
        Mapping, on_delete=models.CASCADE, related_name="plan_links", db_index=False
    )
    plan = models.ForeignKey(
        GroupPlan, on_delete=models.PROTECT, null=True, related_name="noyo_links"
    )
    carrier_plan = models.ForeignKey(
        CarrierPlan, on_delete=models.PROTECT, null=True, related_name="links"
    )
    confirmed_version = models.CharField(max_length=UUID, blank=True, default="", db_default="")

    objects = GroupScoped["PlanLink"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "mapping", "plan", "carrier_plan", nulls_distinct=False,
                name="plan_link_is_said_once",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | Q(carrier_plan__isnull=False),
                name="plan_link_has_a_side",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, carrier_plan__isnull=False)
                | Q(state__in=["missing", "not_offered"]),
                name="plan_link_of_one_side_says_why",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"plan link {self.pk}"


class UnitLink(Link):
    """One of our classes, divisions or locations and an option of the carrier's structure."""

    mapping = models.ForeignKey(
        Mapping, on_delete=models.CASCADE, related_name="unit_links", db_index=False
    )
    category = models.CharField(max_length=80, help_text="Of the carrier: benefit_classes.")
    benefit_class = models.ForeignKey(
        BenefitClass, on_delete=models.PROTECT, null=True, related_name="noyo_links"
    )
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, related_name="noyo_links"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, related_name="noyo_links"
    )
    option = models.ForeignKey(
        CarrierOption, on_delete=models.PROTECT, null=True, related_name="links"
    )

    objects = GroupScoped["UnitLink"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "mapping", "category", "benefit_class", "division", "location", "option",
                nulls_distinct=False, name="unit_link_is_said_once",
            ),
            # A person has one option of a category: so has each unit.
            models.UniqueConstraint(
                "mapping", "category", "benefit_class", "division", "location",
                condition=Q(state__in=["confirmed", "stale"])
                & ~Q(benefit_class=None, division=None, location=None),
                nulls_distinct=False, name="unit_has_one_option_of_a_category",
            ),
            models.CheckConstraint(
                condition=Q(division__isnull=True, location__isnull=True)
                | Q(benefit_class__isnull=True, location__isnull=True)
                | Q(benefit_class__isnull=True, division__isnull=True),
                name="unit_link_is_of_one_unit",
            ),
            models.CheckConstraint(
                condition=Q(option__isnull=False)
                | Q(state__in=["missing", "not_offered"]),
                name="unit_link_without_an_option_says_why",
            ),
            models.CheckConstraint(
                condition=Q(benefit_class__isnull=False)
                | Q(division__isnull=False)
                | Q(location__isnull=False)
                | Q(state="not_offered", option__isnull=False),
                name="unit_link_without_a_unit_is_not_offered",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"unit link {self.pk}"
