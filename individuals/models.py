"""People: individuals with their addresses, and the sales records and opportunities about them."""

from typing import TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import Agent, User
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.db import NameKey
from agencyhub.lib.fields import MASK, SealedTextField
from agencyhub.lib.mbi import Mbi
from agencyhub.lib.states import STATES
from agencyhub.records.models import Option
from agencyhub.records.triggers import history

MBI_INDEX = "mbi"


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"


class Gender(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"


def option(
    option_list: Option.List, verbose_name: str, *, required: bool = False
) -> models.ForeignKey[Option, Option]:
    """A foreign key to one option list; an option in use cannot be deleted."""
    return models.ForeignKey(
        Option,
        on_delete=models.PROTECT,
        null=not required,
        blank=not required,
        related_name="+",
        limit_choices_to={"list": option_list.value},
        verbose_name=verbose_name,
    )


PersonRow = TypeVar("PersonRow", bound="Person")


class PersonQuerySet(models.QuerySet[PersonRow]):
    """Filters that individuals and sales records share."""

    def visible_to(self, user: User) -> "PersonQuerySet[PersonRow]":
        """The rows that the user's roles reach."""
        return scopes.narrow(self, user=user)

    def with_mbi(self, full: str) -> "PersonQuerySet[PersonRow]":
        """Everybody who has exactly this full MBI, found through the blind index."""
        return self.filter(mbi_index=blind_index(full, purpose=MBI_INDEX))

    def named(self, *, first_name: str, last_name: str) -> "PersonQuerySet[PersonRow]":
        """Same first and last name, whatever the case, accents, spaces and punctuation."""
        return self.filter(
            first_name_key=NameKey(models.Value(first_name)),
            last_name_key=NameKey(models.Value(last_name)),
        )


class Person(models.Model):
    """The fields that say who somebody is, on individuals and sales records alike."""

    title = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    suffix = models.CharField(max_length=20, blank=True)
    nickname = models.CharField(max_length=80, blank=True)
    first_name_key = models.GeneratedField(
        expression=NameKey("first_name"), output_field=models.CharField(), db_persist=True
    )
    last_name_key = models.GeneratedField(
        expression=NameKey("last_name"), output_field=models.CharField(), db_persist=True
    )
    date_of_birth = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=6, choices=Gender.choices, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    email = models.EmailField(blank=True)
    home_phone = models.CharField(max_length=10, blank=True)
    cell_phone = models.CharField(max_length=10, blank=True)
    business_phone = models.CharField(max_length=10, blank=True)
    mbi = SealedTextField(verbose_name="MBI", index_column="mbi_index", index_purpose=MBI_INDEX)
    mbi_index = models.BinaryField(null=True, editable=False)
    mbi_tail = models.CharField(
        max_length=4, blank=True, editable=False, help_text="What may be shown: the last four."
    )
    part_a_effective_date = models.DateField("Part A effective date", null=True, blank=True)
    part_b_effective_date = models.DateField("Part B effective date", null=True, blank=True)
    custom = models.JSONField("custom fields", default=dict, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    @property
    def full_name(self) -> str:
        """First, last and suffix, for screens only."""
        return " ".join(filter(None, (self.first_name, self.last_name, self.suffix)))

    @property
    def masked_mbi(self) -> str:
        """The MBI as a screen may show it, or blank."""
        return f"{MASK}{self.mbi_tail}" if self.mbi_tail else ""

    @property
    def phone(self) -> str:
        """The number to call: home, else cell, else business."""
        return self.home_phone or self.cell_phone or self.business_phone

    def set_mbi(self, mbi: Mbi | None) -> bool:
        """Set or clear the MBI and what is derived from it; say whether anything changed.

        A masked value never replaces a full one.
        """
        if mbi is None:
            changed = bool(self.mbi_tail or self.mbi)
            self.mbi, self.mbi_index, self.mbi_tail = None, None, ""
            return changed
        if not mbi.full:
            if self.mbi or self.mbi_tail == mbi.tail:
                return False
            self.mbi_tail = mbi.tail
            return True
        index = blind_index(mbi.full, purpose=MBI_INDEX)
        if self.mbi_index is not None and bytes(self.mbi_index) == index:
            return False
        field = self._meta.get_field("mbi")
        self.mbi = field.seal(mbi.full)  # type: ignore[union-attr]
        self.mbi_index, self.mbi_tail = index, mbi.tail
        return True

    def has_mbi(self, full: str) -> bool:
        """Whether the person's own full MBI is this one."""
        return self.mbi_index is not None and bytes(self.mbi_index) == blind_index(
            full, purpose=MBI_INDEX
        )


class Individual(Person):
    """A person the agency knows: suspect, prospect or client, past or present."""

    scope = scopes.Scope(agent="servicing_agent", additional="additional_agents")

    type = option(Option.List.INDIVIDUAL_TYPE, "type")
    status = option(Option.List.INDIVIDUAL_STATUS, "status")
    deceased_date = models.DateField(null=True, blank=True)
    servicing_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="individuals"
    )
    additional_agents = models.ManyToManyField(
        Agent, through="IndividualAgent", blank=True, related_name="additional_individuals"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("last_name_key", "first_name_key", "id", name="individual_name"),
            models.Index("date_of_birth", "last_name_key", name="individual_birth_and_name"),
            models.Index("mbi_index", name="individual_mbi", condition=Q(mbi_index__isnull=False)),
        ]
        permissions = [
            ("reveal_mbi", "Can reveal a full MBI, with a reason"),
            ("merge_individual", "Can merge individuals"),
            ("view_health_data", "Can see custom fields with personal health data"),
        ]
        triggers = history(individual="id")

    def __str__(self) -> str:
        return f"individual {self.pk}"


class IndividualAgent(models.Model):
    """An additional agent of an individual."""

    individual = models.ForeignKey(Individual, on_delete=models.CASCADE)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint("individual", "agent", name="additional_agent_is_named_once")
        ]
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"additional agent {self.pk}"


class Address(models.Model):
    """Where an individual lives or gets mail; exactly one may be the primary one."""

    individual = models.ForeignKey(Individual, on_delete=models.CASCADE, related_name="addresses")
    type = option(Option.List.ADDRESS_TYPE, "type")
    line_1 = models.CharField("address line 1", max_length=120, blank=True)
    line_2 = models.CharField("address line 2", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, choices=STATES, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    county = models.CharField(max_length=80, blank=True)
    is_primary = models.BooleanField("primary", default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                "individual",
                condition=Q(is_primary=True),
                name="individual_has_one_primary_address",
            ),
            models.CheckConstraint(
                condition=Q(zip_code="") | Q(zip_code__regex=r"^\d{5}(-\d{4})?$"),
                name="address_zip_has_5_or_9_digits",
            ),
        ]
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"address {self.pk}"


class SalesRecord(Person):
    """A person being worked toward a sale; converted into an Individual when it succeeds."""

    scope = scopes.Scope(agent="assigned_agent")

    stage = option(Option.List.SALES_STAGE, "stage", required=True)
    lead_source = option(Option.List.LEAD_SOURCE, "lead source")
    lead_date = models.DateField(null=True, blank=True)
    assigned_agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="sales_records"
    )
    individual = models.ForeignKey(
        Individual,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sales_records",
        verbose_name="linked individual",
    )
    converted_at = models.DateTimeField(null=True, blank=True, editable=False)
    address_type = option(Option.List.ADDRESS_TYPE, "address type")
    address_1 = models.CharField("address line 1", max_length=120, blank=True)
    address_2 = models.CharField("address line 2", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, choices=STATES, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    county = models.CharField(max_length=80, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("last_name_key", "first_name_key", "id", name="sales_record_name"),
            models.Index("date_of_birth", "last_name_key", name="sales_record_birth_and_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(converted_at__isnull=True) | Q(individual__isnull=False),
                name="converted_sales_record_has_an_individual",
            ),
            models.CheckConstraint(
                condition=Q(zip_code="") | Q(zip_code__regex=r"^\d{5}(-\d{4})?$"),
                name="sales_record_zip_has_5_or_9_digits",
            ),
        ]
        permissions = [("convert_salesrecord", "Can convert a sales record into an individual")]
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"sales record {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is still being worked: not converted."""
        return self.converted_at is None


class SalesOpportunity(models.Model):
    """The older way to work a sale: a chance noted on an Individual."""

    scope = scopes.Scope(agent="primary_producer", parent="individual")

    individual = models.ForeignKey(
        Individual, on_delete=models.CASCADE, related_name="sales_opportunities"
    )
    name = models.CharField(max_length=120)
    stage = option(Option.List.SALES_STAGE, "stage", required=True)
    coverage_type = option(Option.List.COVERAGE_TYPE, "coverage type")
    primary_producer = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_effective_date = models.DateField(null=True, blank=True)
    expected_premium = models.DecimalField(
        "expected premium per month (USD)", max_digits=10, decimal_places=2, null=True, blank=True
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "sales opportunities"
        triggers = history(individual="individual_id")

    def __str__(self) -> str:
        return f"sales opportunity {self.pk}"


class RevealLog(models.Model):
    """Who uncovered a full MBI, when, and the reason they gave."""

    individual = models.ForeignKey(
        Individual, on_delete=models.CASCADE, null=True, related_name="reveals"
    )
    sales_record = models.ForeignKey(
        SalesRecord, on_delete=models.CASCADE, null=True, related_name="reveals"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    revealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(individual__isnull=True) ^ Q(sales_record__isnull=True),
                name="reveal_is_of_one_record",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reveal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"reveal {self.pk}"
