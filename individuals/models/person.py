"""The fields that say who somebody is, and how such rows are found."""

from typing import TypeVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.db import NameKey
from agencyhub.lib.fields import MASK, SealedTextField
from agencyhub.lib.mbi import Mbi
from agencyhub.lib.naming import FullName

MBI_INDEX = "mbi"


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


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


class MbiHolder(models.Model):
    """Whoever or whatever has an MBI: sealed, found by its blind index, shown by its tail."""

    mbi = SealedTextField(verbose_name="MBI", index_column="mbi_index", index_purpose=MBI_INDEX)
    mbi_index = models.BinaryField(null=True, editable=False)
    mbi_tail = models.CharField(
        max_length=4,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What may be shown: the last four.",
    )

    class Meta:
        abstract = True

    @property
    def masked_mbi(self) -> str:
        """The MBI as a screen may show it, or blank."""
        return f"{MASK}{self.mbi_tail}" if self.mbi_tail else ""

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


class Person(FullName, MbiHolder):
    """The fields that say who somebody is, on individuals and sales records alike.

    What is mostly left blank has its default in the database, too: bulk loads leave it out.
    """

    title = models.CharField(max_length=20, blank=True, default="", db_default="")
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=80)
    suffix = models.CharField(max_length=20, blank=True, default="", db_default="")
    nickname = models.CharField(max_length=80, blank=True, default="", db_default="")
    first_name_key = models.GeneratedField(
        expression=NameKey("first_name"), output_field=models.CharField(), db_persist=True
    )
    last_name_key = models.GeneratedField(
        expression=NameKey("last_name"), output_field=models.CharField(), db_persist=True
    )
    date_of_birth = models.DateField(null=True, blank=True)
    gender = models.CharField(
        max_length=6, choices=Gender.choices, blank=True, default="", db_default=""
    )
    language = models.CharField(
        max_length=2,
        choices=Language.choices,
        default=Language.ENGLISH,
        db_default=Language.ENGLISH,
    )
    email = models.EmailField(blank=True, default="", db_default="")
    home_phone = models.CharField(max_length=10, blank=True, default="", db_default="")
    cell_phone = models.CharField(max_length=10, blank=True, default="", db_default="")
    business_phone = models.CharField(max_length=10, blank=True, default="", db_default="")
    part_a_effective_date = models.DateField("Part A effective date", null=True, blank=True)
    part_b_effective_date = models.DateField("Part B effective date", null=True, blank=True)
    custom = models.JSONField("custom fields", default=dict, db_default={}, blank=True)
    notes = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    class Meta:
        abstract = True

    @property
    def phone(self) -> str:
        """The number to call: home, else cell, else business."""
        return self.home_phone or self.cell_phone or self.business_phone
