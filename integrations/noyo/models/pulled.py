"""What Noyo told of a group: account structures, plans and plan years.

Rows are what was told last; a ``Snapshot`` keeps every version with the days on which it was seen.
IDs are Noyo's and always text: never numbers, leading zeros count, and "" is an ID of its own.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from groups.models import LineOfCoverage
from integrations.noyo.models.account import NoyoCarrier
from integrations.noyo.models.groups import UUID, GroupScoped, NoyoGroup


class Configuration(models.Model):
    """What one carrier says about a group as a whole.

    ``values`` are the parts of its account structure that are no lists, such as the master
    agreement number: ``{key: text}``. ``tier`` is how Noyo reaches the carrier.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="configurations", db_index=False
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField(max_length=UUID, blank=True)
    version = models.CharField(max_length=UUID, blank=True)
    carrier_group_id = models.CharField("carrier's group number", max_length=80, blank=True)
    tier = models.CharField(max_length=20, blank=True)
    values = models.JSONField(default=dict)
    digest = models.BinaryField(help_text="SHA-256 of the structure as told.")
    seen_at = models.DateTimeField()

    objects = GroupScoped["Configuration"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "noyo_group", "carrier", "carrier_group_id", name="configuration_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"configuration {self.pk}"


class CarrierOption(models.Model):
    """One option of one category of a carrier's account structure: a bill group, a class.

    ``identifiers`` are all its identifying parts, ``{key: text}``, blanks included; ``key`` is the
    same in one text that never changes for the same option. ``parts`` is everything told about it.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="options", db_index=False
    )
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=80, help_text="As the carrier names it: bill_groups.")
    key = models.CharField(max_length=400)
    identifiers = models.JSONField(default=dict)
    label = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True, help_text="Its status lets members in.")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = GroupScoped["CarrierOption"].as_manager()

    class Meta:
        verbose_name = _("option of a carrier's account structure")
        verbose_name_plural = _("options of carriers' account structures")
        constraints = [
            models.UniqueConstraint(
                "noyo_group", "carrier", "category", "key", name="carrier_option_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"carrier option {self.pk}"


class PlanYear(models.Model):
    """A line of coverage with a carrier from a day to a day: Noyo's group enrollment."""

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(NoyoGroup, on_delete=models.CASCADE, related_name="plan_years")
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField(max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    status = models.CharField(max_length=10)
    effective_date = models.DateField(null=True)
    termination_date = models.DateField(null=True, help_text="Last covered day; blank: open.")
    enrollment_start = models.DateField("open enrollment from", null=True)
    enrollment_end = models.DateField("open enrollment until", null=True)
    renewal_date = models.DateField(null=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = GroupScoped["PlanYear"].as_manager()

    class Meta:
        verbose_name = _("plan year at a carrier")
        verbose_name_plural = _("plan years at carriers")

    def __str__(self) -> str:
        return f"plan year {self.pk}"


class CarrierPlan(models.Model):
    """A plan that the carrier has installed for a group.

    ``class_identifiers`` ties it to account structures: ``{key: [text, …]}``; empty: all of them.
    ``member_types`` are Noyo's: all, employee, child, spouse, domestic-partner,
    employee-with-dependents.
    """

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(NoyoGroup, on_delete=models.CASCADE, related_name="plans")
    carrier = models.ForeignKey(NoyoCarrier, on_delete=models.PROTECT, related_name="+")
    noyo_id = models.CharField("Noyo's plan ID", max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    plan_year_id = models.CharField("Noyo's plan year ID", max_length=UUID, blank=True)
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=80, blank=True)
    plan_type = models.CharField(max_length=20, blank=True)
    network = models.CharField(max_length=80, blank=True)
    metal_tier = models.CharField(max_length=20, blank=True)
    is_voluntary = models.BooleanField(null=True)
    status = models.CharField(max_length=14, help_text="pending, active or discontinued.")
    effective_date = models.DateField(null=True)
    termination_date = models.DateField(null=True, help_text="Last covered day; blank: open.")
    member_types = ArrayField(models.CharField(max_length=24), default=list)
    class_identifiers = models.JSONField(default=dict)
    guaranteed_issue = models.JSONField(default=dict, help_text="As told; for a person to take up.")
    digest = models.BinaryField(help_text="SHA-256 of the plan as told, without its version.")
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = GroupScoped["CarrierPlan"].as_manager()

    class Meta:
        verbose_name = _("carrier's plan")
        verbose_name_plural = _("carriers' plans")
        indexes = [models.Index("noyo_group", "carrier", "line", name="carrier_plan_of_group")]

    def __str__(self) -> str:
        return f"carrier plan {self.pk}"


class Snapshot(models.Model):
    """One version of something that Noyo told, and when it was told first and last.

    ``content`` is as it came: it holds no people.
    """

    class Kind(models.TextChoices):
        CONFIGURATION = "configuration", _("Account structure")
        PLAN = "plan", _("Plan")
        PLAN_YEAR = "plan_year", _("Plan year")

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="snapshots", db_index=False
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    subject = models.CharField(
        max_length=120, help_text="Noyo's ID, or the carrier's where Noyo gives none."
    )
    version = models.CharField(max_length=UUID, blank=True)
    effective_date = models.DateField(null=True, help_text="From when it holds, where told.")
    termination_date = models.DateField(null=True)
    content = models.JSONField()
    digest = models.BinaryField()
    seen_from = models.DateTimeField()
    seen_until = models.DateTimeField(null=True, help_text="Blank: it is what is told now.")

    objects = GroupScoped["Snapshot"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "noyo_group",
                "kind",
                "subject",
                condition=Q(seen_until__isnull=True),
                name="one_snapshot_is_told_now",
            )
        ]
        indexes = [
            models.Index("noyo_group", "kind", "subject", "seen_from", name="snapshot_of_subject")
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk}"
