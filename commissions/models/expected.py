"""The ledger of expected pay: derived from policies, paid lines, rates and terms; never edited."""

from django.db import models
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from commissions.expected import states, types
from commissions.models.insured import Line
from policies.models import Carrier, Policy

# In the words of an index, which serves the order of the lists.
RANK = Case(
    *(When(state__in=of, then=rank) for rank, of in enumerate(states.RANKS)),
    default=len(states.RANKS),
    output_field=models.PositiveSmallIntegerField(),
)


class ExpectedPayQuerySet(models.QuerySet["ExpectedPay"]):
    def visible_to(self, user: User) -> "ExpectedPayQuerySet":
        """The rows that the user's roles reach: those of the policies that they reach."""
        return scopes.narrow(self, user=user)

    def ranked(self) -> "ExpectedPayQuerySet":
        """The rows with ``rank``: 0 is what somebody can act on first."""
        return self.annotate(rank=RANK)


class ExpectedPay(models.Model):
    """One month of a policy, or its first year: what was expected beside what was paid.

    ``month`` and ``through`` are first days. ``gap`` is the difference in dollars while somebody
    has to act on it, else 0. A trigger takes the rows of a policy that goes.
    """

    class Kind(models.TextChoices):
        INITIAL = types.INITIAL, _("First year")
        RENEWAL = types.RENEWAL, _("Renewal")
        CHARGEBACK = types.CHARGEBACK, _("Chargeback")

    class State(models.TextChoices):
        NOT_DUE = states.NOT_DUE, _("Not due")
        DUE = states.DUE, _("Due")
        PAID = states.PAID, _("Paid")
        SHORT = states.SHORT, _("Short")
        OVER = states.OVER, _("Over")
        LATE_30 = states.LATE_30, _("Late, up to 30 days")
        LATE_60 = states.LATE_60, _("Late, 31–60 days")
        LATE_90 = states.LATE_90, _("Late, over 60 days")
        CHARGEBACK_EXPECTED = states.CHARGEBACK_EXPECTED, _("Chargeback expected")
        CHARGEBACK_UNEXPECTED = states.CHARGEBACK_UNEXPECTED, _("Chargeback not expected")
        ZERO_BY_CONTRACT = states.ZERO_BY_CONTRACT, _("Zero by contract")
        NO_RATE = states.NO_RATE, _("Rate or fact missing")

    scope = scopes.Scope(parent="policy")

    policy = models.ForeignKey(
        Policy, on_delete=models.DO_NOTHING, related_name="expected_pay",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    carrier = models.ForeignKey(
        Carrier, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    line = models.CharField(_("sub-line"), max_length=8, choices=Line.choices)
    month = models.DateField(help_text="First day of the first month that is paid for.")
    through = models.DateField(help_text="First day of the last month that is paid for.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    expected = models.DecimalField(
        _("expected (USD)"), max_digits=12, decimal_places=2, null=True,
        help_text="NULL where a rate or a fact is missing.",
    )  # fmt: skip
    paid = models.DecimalField(_("paid (USD)"), max_digits=12, decimal_places=2)
    true_up = models.DecimalField(
        _("true-up to come (USD)"), max_digits=12, decimal_places=2, null=True
    )
    state = models.CharField(max_length=21, choices=State.choices)
    due_date = models.DateField()
    gap = models.DecimalField(_("difference (USD)"), max_digits=12, decimal_places=2)
    is_open = models.BooleanField()

    objects = ExpectedPayQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = _("expected pay")
        constraints = [
            models.UniqueConstraint(
                "policy", "month", "kind", name="pay_is_expected_once_per_policy_month"
            ),
        ]
        indexes = [
            models.Index(fields=["-gap", "due_date", "id"], name="expected_pay_by_dollars"),
            models.Index(RANK, F("gap").desc(), "due_date", "id", name="expected_pay_by_rank"),
            models.Index("month", "id", name="expected_pay_by_month"),
        ]

    def __str__(self) -> str:
        return f"expected pay {self.pk}"


class PayLook(models.Model):
    """The day on which a policy's ledger is another although nobody changes anything."""

    policy = models.OneToOneField(
        Policy, on_delete=models.DO_NOTHING, primary_key=True, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    changes_on = models.DateField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index("changes_on", "policy", name="pay_look_by_day")]

    def __str__(self) -> str:
        return f"pay look {self.pk}"


class PayChange(models.Model):
    """Rows after whose change some ledgers are to be worked out anew: a range, from triggers."""

    class Kind(models.IntegerChoices):
        POLICY = 1, _("Policies")
        LINE = 2, _("Commission lines")
        PERSON = 3, _("Individuals")
        CARRIER = 4, _("Carriers")
        EVERYTHING = 5, _("Everything")

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"change of pay {self.pk}"
