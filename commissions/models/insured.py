"""What applications, book rows and commission lines all say about the insured person and plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent
from agencyhub.lib.db import NameKey
from agencyhub.lib.naming import FullName
from individuals.models.person import MbiHolder
from policies.models import Carrier, NumberKey


class Line(models.TextChoices):
    """Lines of business. Others are kept and not matched."""

    MED_ADV = "med_adv", _("Med Adv")
    MED_SUPP = "med_supp", _("Med Supp")
    PDP = "pdp", _("PDP")
    OTHER = "other", _("Other (not supported)")


class Insured(FullName, MbiHolder):
    """One person's coverage as one source tells it.

    What a source names (carrier, agent) is kept as it said it, beside what we found by it.
    Both keys are guarded (``lib.guards``): a statement has a million lines and three carriers. Each
    table has an index of its own that begins with the carrier.
    """

    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    carrier_name = models.CharField(
        max_length=160, blank=True, default="", db_default="", help_text="As the source says it."
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_constraint=False,
    )  # fmt: skip
    agent_name = models.CharField(max_length=160, blank=True, default="", db_default="")
    agent_npn = models.CharField("agent NPN", max_length=10, blank=True, default="", db_default="")
    agent_number = models.CharField(
        "writing number", max_length=40, blank=True, default="", db_default="",
        help_text="What the carrier calls the agent.",
    )  # fmt: skip
    first_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    middle_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    suffix = models.CharField(max_length=20, blank=True, default="", db_default="")
    first_name_key = models.GeneratedField(
        expression=NameKey("first_name"), output_field=models.CharField(), db_persist=True
    )
    last_name_key = models.GeneratedField(
        expression=NameKey("last_name"), output_field=models.CharField(), db_persist=True
    )
    date_of_birth = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=2, blank=True, default="", db_default="")
    zip_code = models.CharField("ZIP code", max_length=10, blank=True, default="", db_default="")
    line = models.CharField(
        "sub-line", max_length=8, choices=Line.choices, blank=True, default="", db_default=""
    )
    plan_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    plan_id = models.CharField(
        "CMS plan ID", max_length=40, blank=True, default="", db_default="",
        help_text="Contract, plan and segment: H5216-001-000.",
    )  # fmt: skip
    policy_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    policy_key = models.GeneratedField(
        expression=NumberKey("policy_number"), output_field=models.CharField(), db_persist=True
    )
    effective_date = models.DateField(null=True, blank=True, help_text="First covered day.")
    premium = models.DecimalField(
        "premium per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def carrier_words(self) -> str:
        """The carrier we found, else what the source calls it."""
        return self.carrier.name if self.carrier else self.carrier_name
