"""The carriers' books of business: who they say is insured through the agency."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent, User
from agencyhub.imports.models import Import
from agencyhub.records.triggers import history
from commissions.models import changes
from commissions.models.insured import Insured
from policies.models import Policy


class BookRowQuerySet(models.QuerySet["BookRow"]):
    def visible_to(self, user: User) -> "BookRowQuerySet":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)


class BookRow(Insured):
    """One member's policy in a carrier's book of business."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PENDING_TERMINATION = "pending_termination", _("Active, termination announced")
        TERMINATED = "terminated", _("Terminated")
        CANCELLED = "cancelled", _("Cancelled before it took effect")
        DECEASED = "deceased", _("Deceased")
        SUBMITTED = "submitted", _("Submitted")
        UNKNOWN = "unknown", _("Unknown")

    scope = scopes.Scope(agent="agent")

    member_id = models.CharField("member ID", max_length=60, blank=True, default="", db_default="")
    application_number = models.CharField(
        max_length=60, blank=True, default="", db_default="",
        help_text="The carrier's or the partner's number of the application.",
    )  # fmt: skip
    policy = models.ForeignKey(
        Policy, on_delete=models.SET_NULL, null=True, blank=True, related_name="book_rows"
    )
    status = models.CharField(
        max_length=20, choices=Status.choices, default=Status.UNKNOWN, db_default=Status.UNKNOWN
    )
    carrier_status = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="The carrier's own words."
    )
    termination_date = models.DateField(null=True, blank=True, help_text="Last covered day.")
    termination_reason = models.CharField(max_length=120, blank=True, default="", db_default="")
    renewal_date = models.DateField(null=True, blank=True)
    deceased_date = models.DateField(null=True, blank=True)
    as_of_date = models.DateField(
        "as of", null=True, blank=True, help_text="The day the carrier's file tells of."
    )
    source = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        db_index=False, db_constraint=False, help_text="The file that told it last.",
    )  # fmt: skip
    filled = models.JSONField(
        default=dict, db_default={}, blank=True, editable=False,
        help_text="Fields that a person set, with who and when; files do not touch them.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = BookRowQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("book of business")
        constraints = [
            models.UniqueConstraint(
                "carrier",
                "member_id",
                "policy_number",
                condition=~Q(member_id=""),
                name="book_row_is_told_once_per_carrier_member_and_policy",
            )
        ]
        indexes = [
            models.Index(
                "carrier",
                "policy_number",
                condition=~Q(policy_number=""),
                name="book_row_policy_number",
            ),
            models.Index("carrier", "as_of_date", name="book_row_carrier_and_day"),
            models.Index("last_name_key", "first_name_key", name="book_row_name"),
            models.Index("policy_key", condition=~Q(policy_key=""), name="book_row_policy_key"),
        ]
        triggers = [*history(), *changes.noticed(changes.BOOK_ROW)]

    def __str__(self) -> str:
        return f"book row {self.pk}"


class AgentOfRecord(models.Model):
    """Who was the agent of record of a book row, and from when to when."""

    book_row = models.ForeignKey(BookRow, on_delete=models.CASCADE, related_name="agents_of_record")
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    agent_name = models.CharField(max_length=160, blank=True, default="")
    agent_npn = models.CharField("agent NPN", max_length=10, blank=True, default="")
    agent_number = models.CharField("writing number", max_length=40, blank=True, default="")
    start_date = models.DateField()
    end_date = models.DateField(null=True, help_text="Last day, included.")

    class Meta:
        verbose_name = _("agent of record")
        verbose_name_plural = _("agents of record")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="agent_of_record_ends_on_or_after_start",
            ),
            ExclusionConstraint(
                name="book_row_has_one_agent_of_record_at_a_time",
                expressions=[
                    ("book_row", RangeOperators.EQUAL),
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
        return f"agent of record {self.pk}"
