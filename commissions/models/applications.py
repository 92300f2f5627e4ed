"""Enrollments as they were sent to carriers, whoever told us."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.records.triggers import history
from commissions.models import changes
from commissions.models.insured import Insured
from individuals.models import Individual
from policies.models import NumberKey, Policy


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)


class Application(Insured):
    """One enrollment: the first of the three facts that belong together."""

    class Source(models.TextChoices):
        HEALTHSHERPA = "healthsherpa", "HealthSherpa"
        PLANCOMPARE = "plancompare", "PlanCompare"
        API = "api", "API"
        MANUAL = "manual", _("Manual form")
        BACKFILL = "backfill", _("Backfill")

    class Sharing(models.TextChoices):
        FULL = "full", _("Everything is shared")
        LIMITED = "limited", _("Independent agent: the partner withholds the person's details")

    class MatchState(models.TextChoices):
        WAITING = "waiting", _("Not matched yet")
        COMPLETE = "complete", _("Complete")
        COMMISSION_ISSUE = "commission_issue", _("Commission issue")
        COMMISSION_WITHOUT_BOOK = "commission_without_book", _("Commission without book")
        NOT_FOUND = "not_found", _("Not found")
        AMBIGUOUS = "ambiguous", _("Ambiguous")
        UNSUPPORTED = "unsupported", _("Line not supported")

    scope = scopes.Scope(agent="agent", parent="individual")

    source = models.CharField(max_length=12, choices=Source.choices)
    external_id = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="The source's id for it."
    )
    source_updated_at = models.DateTimeField(
        null=True, blank=True, help_text="Older updates of the source never win."
    )
    sharing = models.CharField(
        max_length=8, choices=Sharing.choices, default=Sharing.FULL, db_default=Sharing.FULL
    )
    status = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The source's own words."
    )
    individual = models.ForeignKey(
        Individual, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    policy = models.ForeignKey(
        Policy, on_delete=models.SET_NULL, null=True, blank=True, related_name="applications"
    )
    confirmation_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    plan_type = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="The source's own words."
    )
    plan_year = models.PositiveSmallIntegerField(null=True, blank=True)
    election_code = models.CharField(
        "election period", max_length=12, blank=True, default="", db_default=""
    )
    signature = models.CharField(max_length=40, blank=True, default="", db_default="")
    submitted_at = models.DateTimeField(null=True, blank=True)
    email = models.EmailField(blank=True, default="", db_default="")
    phone = models.CharField(max_length=10, blank=True, default="", db_default="")
    line_1 = models.CharField(
        "address line 1", max_length=120, blank=True, default="", db_default=""
    )
    city = models.CharField(max_length=80, blank=True, default="", db_default="")
    referring_agent = models.CharField(max_length=160, blank=True, default="", db_default="")
    is_new_to_medicare = models.BooleanField("new to Medicare", null=True, blank=True)
    is_new_client = models.BooleanField("new client", null=True, blank=True)
    told = models.JSONField(
        default=dict, db_default={}, blank=True, editable=False,
        help_text="Which source told each field, and as of when: what an older update cannot undo.",
    )  # fmt: skip
    filled = models.JSONField(
        default=dict, db_default={}, blank=True, editable=False,
        help_text="Fields that a person filled, with who and when; sources do not touch them.",
    )  # fmt: skip
    match_state = models.CharField(
        "match", max_length=24, choices=MatchState.choices, default=MatchState.WAITING,
        db_default=MatchState.WAITING, editable=False,
    )  # fmt: skip
    matched_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "source",
                "external_id",
                condition=~Q(external_id=""),
                name="application_is_known_once_per_source",
            ),
        ]
        indexes = [
            models.Index(
                OpClass(NumberKey("confirmation_number"), name="text_pattern_ops"),
                name="application_confirmation_key",
            ),
            models.Index(
                OpClass("policy_key", name="text_pattern_ops"),
                name="application_policy_key",
                condition=~Q(policy_number=""),
            ),
            models.Index("mbi_index", name="application_mbi", condition=Q(mbi_index__isnull=False)),
            models.Index("last_name_key", "first_name_key", name="application_name"),
            models.Index("first_name_key", "last_name_key", name="application_first_name"),
            models.Index("carrier", name="application_carrier"),
        ]
        triggers = [
            *history(individual="individual_id", unless=changes.MATCHING),
            *changes.noticed(changes.APPLICATION),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"


class ApplicationRider(models.Model):
    """An additional benefit that was applied for together."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="riders")
    external_id = models.CharField(max_length=120, blank=True, default="")
    plan_name = models.CharField(max_length=200)
    premium = models.DecimalField(
        "premium per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "application", "plan_name", name="rider_is_named_once_per_application"
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"rider {self.pk}"
