"""What carriers are to pay: the most that CMS allows, what each carrier's terms say, and when."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.states import STATES
from agencyhub.records.triggers import history
from commissions.expected import types
from commissions.models.insured import Line
from policies.models import Carrier

PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000)))
CAPPED = (Line.MED_ADV, Line.PDP)
LAST_BEFORE_FIRST = _("The last day lies before the first.")


class _Dated(models.Model):
    """What holds from day to day."""

    start_date = models.DateField(_("first day"))
    end_date = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Included. Blank: until further notice.")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse days in the wrong order first: the other rules ask for the range they make."""
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": LAST_BEFORE_FIRST})


def _one_at_a_time(name: str, message: Any, *columns: str) -> ExclusionConstraint:
    days = Func(
        "start_date", "end_date", models.Value("[]"),
        function="daterange", output_field=DateRangeField(),
    )  # fmt: skip
    return ExclusionConstraint(
        name=name,
        violation_error_message=message,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (days, RangeOperators.OVERLAPS),
        ],
    )


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
        name=name,
        violation_error_message=LAST_BEFORE_FIRST,
    )


class PayRate(_Dated):
    """The most that CMS lets carriers pay for a year of a plan.

    A blank state is every state that has no rate of its own. ``source`` says who published it.
    """

    line = models.CharField(
        _("sub-line"), max_length=8, choices=[(one.value, one.label) for one in CAPPED]
    )
    state = models.CharField(
        _("state"), max_length=2, choices=STATES, blank=True, default="", db_default="",
        help_text=_("Blank: every state that has no rate of its own."),
    )  # fmt: skip
    initial = models.DecimalField(
        _("initial (USD a year)"), max_digits=8, decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    renewal = models.DecimalField(
        _("renewal (USD a year)"), max_digits=8, decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    source = models.CharField(
        _("published in"), max_length=200, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(initial__gte=0, renewal__gte=0), name="pay_rate_is_not_negative"
            ),
            _in_order("pay_rate_ends_on_or_after_start"),
            _one_at_a_time(
                "state_has_one_pay_rate_at_a_time",
                _("Another rate of this sub-line and state holds on some of these days."),
                "line", "state",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"pay rate {self.pk}"

    def as_rule(self) -> types.Rate:
        """The rate as the rules read it."""
        return types.Rate(
            self.line, self.state, self.start_date, self.end_date, self.initial, self.renewal
        )


class PayTerm(_Dated):
    """What one carrier pays the agency for one line of business, from day to day.

    What agents get of it is said by their contracts (``AgentContract``).
    """

    class Basis(models.TextChoices):
        CMS = types.CMS, _("Percent of the CMS maximum")
        PREMIUM = types.PREMIUM, _("Percent of the premium")

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="pay_terms")
    line = models.CharField(_("sub-line"), max_length=8, choices=Line.choices)
    basis = models.CharField(_("reckoned as"), max_length=8, choices=Basis.choices)
    initial_percent = models.DecimalField(
        _("first year (%)"), max_digits=7, decimal_places=4, validators=PERCENT
    )
    renewal_percent = models.DecimalField(
        _("later years (%)"), max_digits=7, decimal_places=4, validators=PERCENT
    )
    pays_years = models.PositiveSmallIntegerField(
        _("years that are paid"), null=True, blank=True,
        help_text=_("After these a policy earns nothing. Blank: as long as it lasts."),
    )  # fmt: skip
    prorates_new = models.BooleanField(
        _("first year by the months left"), default=True,
        help_text=_(
            "Of somebody new to Medicare. Without it the whole year is paid; a move from another"
            " kind of plan is always paid by the months left."
        ),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(initial_percent__gte=0, renewal_percent__gte=0),
                name="pay_term_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(basis="premium") | Q(line__in=["med_adv", "pdp"]),
                name="pay_term_has_a_maximum_of_cms",
                violation_error_message=_(
                    "CMS sets no maximum for this sub-line. Choose a percent of the premium."
                ),
            ),
            _in_order("pay_term_ends_on_or_after_start"),
            _one_at_a_time(
                "carrier_has_one_pay_term_at_a_time",
                _("The carrier has terms for this sub-line in these days. End those first."),
                "carrier", "line",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"pay term {self.pk}"

    def as_rule(self) -> types.Term:
        """The terms as the rules read them."""
        return types.Term(
            self.line, self.start_date, self.end_date, self.basis, self.initial_percent,
            self.renewal_percent, self.pays_years, self.prorates_new,
        )  # fmt: skip


class PaySettings(models.Model):
    """When pay is due, and which difference is none. One row, always there."""

    days_until_due = models.PositiveSmallIntegerField(
        _("days until due"), default=45, validators=[MaxValueValidator(365)],
        help_text=_("From the first day of the month that is paid for."),
    )  # fmt: skip
    tolerance_amount = models.DecimalField(
        _("difference that is none (USD)"), max_digits=8, decimal_places=2,
        default=Decimal("0.10"), validators=[MinValueValidator(Decimal(0))],
    )  # fmt: skip
    tolerance_percent = models.DecimalField(
        _("difference that is none (%)"), max_digits=5, decimal_places=2, default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text=_("Of what is expected. The larger of the two counts."),
    )  # fmt: skip

    class Meta:
        verbose_name_plural = _("pay settings")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="pay_is_set_once"),
            models.CheckConstraint(
                condition=Q(tolerance_amount__gte=0, tolerance_percent__gte=0),
                name="pay_tolerance_is_not_negative",
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return "pay settings"

    def as_rule(self) -> types.Rules:
        """The settings as the rules read them."""
        return types.Rules(self.days_until_due, self.tolerance_amount, self.tolerance_percent)
