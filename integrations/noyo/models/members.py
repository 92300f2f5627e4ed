"""The carrier's members beside ours, their coverages, and where the two differ."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.lib.db import NameKey
from agencyhub.records.triggers import history
from groups.models import Dependent, Employee, LineOfCoverage
from integrations.noyo.models.groups import UUID, GroupScoped, NoyoGroup
from integrations.noyo.models.pulled import CarrierPlan


class NoyoMember(models.Model):
    """An employee or dependent as the carrier has them. Of the SSN only what compares is kept."""

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("Employee")
        DEPENDENT = "dependent", _("Dependent")

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    noyo_id = models.CharField("Noyo's ID", max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    employee_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="dependents",
        help_text="The employee whose dependent it is.",
    )  # fmt: skip
    custom_individual_id = models.CharField(
        max_length=80, blank=True, help_text="The number that we once gave to Noyo."
    )
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    first_name_key = models.GeneratedField(
        expression=NameKey("first_name"), output_field=models.CharField(), db_persist=True
    )
    last_name_key = models.GeneratedField(
        expression=NameKey("last_name"), output_field=models.CharField(), db_persist=True
    )
    date_of_birth = models.DateField(null=True)
    gender = models.CharField(max_length=6, blank=True, help_text="In our words.")
    relationship = models.CharField(max_length=24, blank=True, help_text="In Noyo's words.")
    ssn_index = models.BinaryField(null=True)
    ssn_tail = models.CharField(max_length=4, blank=True)
    employment_status = models.CharField(max_length=12, blank=True)
    hire_date = models.DateField(null=True)
    job_title = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects = GroupScoped["NoyoMember"].as_manager()

    class Meta:
        verbose_name = _("member at the carrier")
        verbose_name_plural = _("members at the carrier")
        indexes = [models.Index("noyo_group", "kind", "last_name_key", name="noyo_member_by_name")]

    def __str__(self) -> str:
        return f"member {self.pk} at the carrier"


class MemberLink(models.Model):
    """One of our people and one of the carrier's: the same person, or perhaps."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("To be reviewed")
        CONFIRMED = "confirmed", _("Linked")
        REJECTED = "rejected", _("Not the same person")

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(NoyoGroup, on_delete=models.CASCADE, related_name="member_links")
    member = models.ForeignKey(
        NoyoMember, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, null=True, related_name="noyo_links"
    )
    dependent = models.ForeignKey(
        Dependent, on_delete=models.CASCADE, null=True, related_name="noyo_links"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.SUGGESTED)
    score = models.DecimalField(max_digits=4, decimal_places=3)
    reasons = models.JSONField(default=list, help_text="[{code, values}], no personal data.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Blank: linked by itself.",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True)

    objects = GroupScoped["MemberLink"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "member", "employee", "dependent", nulls_distinct=False,
                name="member_link_is_said_once",
            ),
            models.UniqueConstraint(
                "member", condition=Q(state="confirmed"), name="member_is_one_of_our_people"
            ),
            models.UniqueConstraint(
                "employee", "noyo_group",
                condition=Q(state="confirmed", employee__isnull=False),
                name="employee_is_one_member_at_the_carrier",
            ),
            models.UniqueConstraint(
                "dependent", "noyo_group",
                condition=Q(state="confirmed", dependent__isnull=False),
                name="dependent_is_one_member_at_the_carrier",
            ),
            models.CheckConstraint(
                condition=Q(employee__isnull=False, dependent__isnull=True)
                | Q(employee__isnull=True, dependent__isnull=False),
                name="member_link_is_of_one_of_our_people",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"member link {self.pk}"


class CarrierCoverage(models.Model):
    """What one member has at the carrier: Noyo's individual enrollment."""

    scope = scopes.Scope(parent="member")

    member = models.ForeignKey(NoyoMember, on_delete=models.CASCADE, related_name="coverages")
    noyo_id = models.CharField(max_length=UUID, unique=True)
    version = models.CharField(max_length=UUID, blank=True)
    carrier_plan = models.ForeignKey(
        CarrierPlan, on_delete=models.PROTECT, null=True, related_name="coverages"
    )
    line = models.CharField("line of coverage", max_length=20, choices=LineOfCoverage.choices)
    status = models.CharField(max_length=10, help_text="pending, active, waived or terminated.")
    effective_date = models.DateField(null=True)
    termination_date = models.DateField(null=True, help_text="Last covered day; blank: open.")
    volume = models.DecimalField(
        "volume (USD)", max_digits=12, decimal_places=2, null=True,
        help_text="A lump sum; a month's benefit for long-term and a week's for short-term"
        " disability.",
    )  # fmt: skip
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("coverage at the carrier")
        verbose_name_plural = _("coverages at the carrier")

    def __str__(self) -> str:
        return f"coverage {self.pk} at the carrier"


class Difference(models.Model):
    """Something about a person that the two sides do not agree on.

    ``key`` names the same difference again: it stays one row while it lasts, and opens again when
    it comes back. Values of an SSN are never kept: the two sides say "•••-••-1234".
    """

    class Kind(models.TextChoices):
        MISSING_AT_CARRIER = "missing_at_carrier", _("Missing at the carrier")
        MISSING_HERE = "missing_here", _("Missing here")
        FIELD = "field", _("Different")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DISMISSED = "dismissed", _("Dismissed")
        RESOLVED = "resolved", _("Resolved")

    class Source(models.TextChoices):
        OURS = "ours", _("Compared here")
        NOYO = "noyo", "Noyo"

    class Verdict(models.TextChoices):
        OURS = "ours", _("Ours is right")
        CARRIER = "carrier", _("The carrier's value was taken")

    scope = scopes.Scope(parent="noyo_group")

    noyo_group = models.ForeignKey(
        NoyoGroup, on_delete=models.CASCADE, related_name="differences", db_index=False
    )
    key = models.CharField(max_length=160)
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.OURS)
    noyo_id = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    version = models.CharField(max_length=UUID, blank=True, default="", db_default="")
    kind = models.CharField(max_length=18, choices=Kind.choices)
    field = models.CharField(max_length=40, blank=True, help_text="Such as date_of_birth, volume.")
    line = models.CharField(
        "line of coverage", max_length=20, choices=LineOfCoverage.choices, blank=True, default=""
    )
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, null=True, related_name="+")
    dependent = models.ForeignKey(Dependent, on_delete=models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(NoyoMember, on_delete=models.CASCADE, null=True, related_name="+")
    our_value = models.CharField(max_length=120, blank=True)
    carrier_value = models.CharField(max_length=120, blank=True)
    eoi_request_id = models.BigIntegerField(
        null=True, help_text="Evidence is pending: it explains the difference."
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(
        max_length=7, choices=Verdict.choices, blank=True, default="", db_default=""
    )
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Blank: it went away by itself.",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = GroupScoped["Difference"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("noyo_group", "key", name="difference_is_one_row")]
        indexes = [
            models.Index(
                "noyo_group", "kind", "id", name="open_differences", condition=Q(state="open")
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"difference {self.pk}"
