"""PlanCompare: settings of the site, links, usernames, hand-offs, and what each enrollment made."""

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, NullIf
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import Agent
from agencyhub.records.fields import option
from agencyhub.records.models import CustomField, Option
from agencyhub.records.references import Reference
from agencyhub.records.triggers import history
from policies.models import NumberKey, Policy


def _field_of_policy(
    label: StrOrPromise,
) -> models.ForeignKey[CustomField | None, CustomField | None]:
    return models.ForeignKey(
        CustomField,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"target": CustomField.Target.POLICY.value, "is_active": True},
        verbose_name=label,
    )


class Site(models.Model):
    """One of the two PlanCompare variants and everything configured for it.

    Deactivating keeps every setting. The account has one active site at the most.
    """

    class Variant(models.TextChoices):
        BROKER = "broker", _("PlanCompare (Broker)")
        CALL_CENTER = "call_center", _("PlanCompare (Call Center)")

    class Update(models.TextChoices):
        ALL = "all", _("All fields")
        ADDRESS = "address", _("Address only")
        NOTHING = "nothing", _("Nothing")

    class Products(models.TextChoices):
        OFF = "off", _("Do not sync carrier products")
        MATCH = "match", _("Match to existing carrier products only")
        CREATE = "create", _("Match, and create the missing ones")

    class ProductName(models.TextChoices):
        NAME = "name", _("Plan Name")
        NAME_AND_ID = "name_and_id", _("Plan Name + Plan ID")

    variant = models.CharField(max_length=12, choices=Variant.choices, unique=True)
    is_active = models.BooleanField(default=False, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    partner_id = models.CharField(
        "Partner ID", max_length=60, blank=True, help_text="From PlanCompare; it never changes."
    )
    call_script = models.TextField(
        blank=True, help_text="Shown beside the hand-off while the agent is on the phone."
    )
    sync_enrollments = models.BooleanField("Sync PlanCompare enrollments", default=False)
    match_sales_records_first = models.BooleanField(
        default=True,
        help_text="Off: match by Individual ID, then by name and date of birth (legacy order).",
    )
    update_individual = models.CharField(
        "update a matched Individual", max_length=8, choices=Update.choices, default=Update.ALL
    )
    address_type = option(
        Option.List.ADDRESS_TYPE, "address type for incoming addresses", only_active=True
    )
    individual_type = option(Option.List.INDIVIDUAL_TYPE, "Individual type", only_active=True)
    individual_status = option(Option.List.INDIVIDUAL_STATUS, "Individual status", only_active=True)
    policy_status = option(Option.List.POLICY_STATUS, "policy status", only_active=True)
    confirmation_to_policy_number = models.BooleanField(
        "store the confirmation number as policy number", default=False
    )
    confirmation_field = _field_of_policy(_("custom field for the confirmation number"))
    plan_id_field = _field_of_policy(_("custom field for the Plan ID"))
    carrier_products = models.CharField(
        max_length=6, choices=Products.choices, default=Products.OFF
    )
    match_products_by = models.CharField(
        "match PlanCompare plans to carrier products by",
        max_length=12,
        choices=ProductName.choices,
        default=ProductName.NAME,
    )

    class Meta:
        verbose_name = _("PlanCompare site")
        triggers = history()
        constraints = [
            models.UniqueConstraint(
                "is_active", condition=Q(is_active=True), name="one_plancompare_site_is_active"
            )
        ]

    def __str__(self) -> str:
        return f"PlanCompare site {self.pk}"


class QuotingLink(models.Model):
    """A line of the quoting menu: where the hand-off goes, for which plan year, and until when."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="links")
    label = models.CharField("quoting menu label", max_length=60)
    sso_url = models.URLField("SSO URL", max_length=500)
    plan_year = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="Last day the link works.")
    field_names = models.JSONField(
        default=dict,
        blank=True,
        help_text="Our field name to the partner's, where PlanCompare renamed one.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("quoting link")
        triggers = history()
        constraints = [
            models.UniqueConstraint("site", Lower("label"), name="quoting_link_label_is_unique"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="quoting_link_ends_on_or_after_its_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"quoting link {self.pk}"


class PlanTypeMapping(models.Model):
    """Which of the agency's coverage types a PlanCompare plan type is.

    The label is kept beside the option, so that a sync can restore a deleted or inactive one.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="plan_types")
    plan_type = models.CharField(max_length=60)
    coverage_type = models.ForeignKey(
        Option, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    coverage_type_label = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("plan type mapping")
        triggers = history()
        constraints = [
            models.UniqueConstraint("site", Lower("plan_type"), name="plan_type_is_mapped_once")
        ]

    def __str__(self) -> str:
        return f"plan type mapping {self.pk}"


class PlanCompareUser(models.Model):
    """A user's PlanCompare username, and the agent whose enrollments it brings."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plancompare"
    )
    username = models.CharField("PlanCompare username", max_length=120, blank=True)
    username_key = models.GeneratedField(
        expression=NullIf(Lower("username"), models.Value("")),
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    servicing_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("PlanCompare user")
        triggers = history()
        constraints = [
            # Looked at after each statement: in one, users may swap theirs.
            models.UniqueConstraint(
                fields=["username_key"],
                deferrable=models.Deferrable.IMMEDIATE,
                name="plancompare_username_is_unique",
            )
        ]

    def __str__(self) -> str:
        return f"PlanCompare user {self.pk}"


class Handoff(models.Model):
    """One time a record was sent to PlanCompare: who, when, what, and what had changed since."""

    refers_to = Reference(
        to="individuals.Individual", column="record_id", only={"record_type": "individual"}
    )

    class RecordType(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        SALES_RECORD = "sales_record", _("Sales Record")

    record_type = models.CharField(max_length=12, choices=RecordType.choices)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(QuotingLink, on_delete=models.SET_NULL, null=True)
    link_label = models.CharField(max_length=60)
    sent_at = models.DateTimeField(auto_now_add=True)
    digest = models.BinaryField(help_text="Keyed digest of everything sent.")
    field_digests = models.JSONField(help_text="Keyed digest of each field sent.")
    changed_fields = models.JSONField(
        default=list, help_text="Fields that differ from the record's last hand-off."
    )

    class Meta:
        indexes = [models.Index("record_type", "record_id", "id", name="handoff_record")]

    def __str__(self) -> str:
        return f"handoff {self.pk}"


class EnrollmentKey(models.Model):
    """Ties a delivered enrollment to the one policy that it made.

    ``key`` is a digest of the confirmation number, or of person + plan + effective date. A
    confirmation number is also kept as it was written, for the search.
    """

    is_bookkeeping = True

    key = models.CharField(max_length=80, unique=True)
    is_confirmation = models.BooleanField()
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+")
    last_message_id = models.BigIntegerField()
    confirmation_number = models.CharField(max_length=60, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                OpClass(NumberKey("confirmation_number"), name="text_pattern_ops"),
                name="confirmation_number_key",
                condition=Q(is_confirmation=True),
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"enrollment key {self.pk}"
