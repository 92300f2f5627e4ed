"""Carriers, what they sell, and since when their statuses come by themselves."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.records.fields import option
from agencyhub.records.models import Option
from agencyhub.records.triggers import history


class Named(models.Model):
    """A name that is compared without case, accents, spaces and punctuation."""

    name = models.CharField(max_length=160)
    name_key = models.GeneratedField(
        expression=NameKey("name"), output_field=models.CharField(), db_persist=True
    )

    class Meta:
        abstract = True


class Carrier(Named):
    """A company that insures."""

    abbreviation = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=10, blank=True)
    website = models.URLField(blank=True)
    payment_url = models.URLField(
        "payment page",
        blank=True,
        default="",
        db_default="",
        help_text="Where members of this carrier pay, all year.",
    )
    is_active = models.BooleanField("active", default=True)
    created_by_partner = models.CharField(
        max_length=40, blank=True, editable=False, help_text="The partner whose delivery made it."
    )
    needs_review = models.BooleanField(
        default=False, help_text="Made by a sync; somebody should confirm or merge it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("name_key", name="carrier_name_is_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="carrier_has_a_name"),
        ]
        triggers = history()

    def __str__(self) -> str:
        return self.name


class CarrierAlias(Named):
    """Another name under which partners know a carrier."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = _("carrier aliases")
        constraints = [models.UniqueConstraint("name_key", name="carrier_alias_is_unique")]
        triggers = history()

    def __str__(self) -> str:
        return self.name


class CarrierProduct(Named):
    """Something a carrier sells: a plan, in partners' words."""

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="products")
    plan_id = models.CharField("plan ID", max_length=40, blank=True)
    plan_year = models.PositiveSmallIntegerField(null=True, blank=True)
    coverage_type = option(Option.List.COVERAGE_TYPE, "coverage type")
    is_active = models.BooleanField("active", default=True)
    created_by_partner = models.CharField(max_length=40, blank=True, editable=False)
    needs_review = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "carrier", "name_key", name="carrier_product_name_is_unique_per_carrier"
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return self.name


class CarrierProductAlias(Named):
    """Another name under which partners know a carrier product."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(CarrierProduct, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = _("carrier product aliases")
        constraints = [
            models.UniqueConstraint(
                "carrier", "name_key", name="carrier_product_alias_is_unique_per_carrier"
            )
        ]
        triggers = history()

    def __str__(self) -> str:
        return self.name


class PremierTermQuerySet(models.QuerySet["PremierTerm"]):
    def on(self, day: date) -> "PremierTermQuerySet":
        """Keep the terms that hold on ``day``; both ends count."""
        has_not_ended = Q(end_date__isnull=True) | Q(end_date__gte=day)
        return self.filter(has_not_ended, start_date__lte=day)


class PremierTerm(models.Model):
    """From when to when a carrier is a Premier Partner: its statuses come daily, by themselves."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="premier_terms")
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True, help_text="Last day, included.")
    promised_hours = models.PositiveSmallIntegerField(
        "statuses are promised every (hours)",
        default=36,
        help_text="A status that is older is shown as unknown, and nobody is written to about it.",
    )

    objects = PremierTermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="premier_term_ends_on_or_after_start",
            ),
            models.CheckConstraint(
                condition=Q(promised_hours__gte=1), name="premier_term_promises_some_hours"
            ),
            ExclusionConstraint(
                name="carrier_has_one_premier_term_at_a_time",
                violation_error_message=_(
                    "Another term of this carrier holds on some of these days."
                ),
                expressions=[
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
        return f"Premier term {self.pk}"
