"""PlanCompare's words to ours: one enrollment, checked and normalised. Pure.

Source: shared contract of ``POST /hooks/plancompare/enrollments/``; field tables of the PlanCompare
article, read 2026-11-22.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext_noop
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from agencyhub.lib.mbi import InvalidMbiError, Mbi, read_mbi
from agencyhub.lib.phones import InvalidPhoneError, read_phone
from agencyhub.lib.states import InvalidStateError, read_state
from agencyhub.lib.text import InvalidZipError, read_zip, tidy
from integrations.errors import FieldProblem, PartnerContractError

ATTACHMENT_KEYS = ("attachments", "attachment", "documents", "files", "application_pdf")
_RECORD_ID = re.compile(r"[1-9]\d{0,17}")


@dataclass(frozen=True, repr=False)
class Beneficiary:
    """The enrolled person. Blank text and None mean that PlanCompare did not say."""

    first_name: str
    last_name: str
    date_of_birth: date
    mbi: Mbi | None
    part_a_effective_date: date | None
    part_b_effective_date: date | None
    email: str
    home_phone: str
    cell_phone: str
    business_phone: str
    address_1: str
    address_2: str
    city: str
    state: str
    zip_code: str

    @property
    def phone(self) -> str:
        """What goes to Home Phone: home, else cell, else business."""
        return self.home_phone or self.cell_phone or self.business_phone


@dataclass(frozen=True)
class Plan:
    """The chosen plan, in PlanCompare's words; ``premium_per_month`` is USD."""

    carrier_name: str
    plan_name: str
    plan_id: str
    plan_type: str
    plan_year: int | None
    premium_per_month: Decimal | None


@dataclass(frozen=True)
class Enrollment:
    """One person enrolled in one plan."""

    enrollment_id: str
    confirmation_number: str
    username: str
    individual_id: str
    sales_record_id: str
    beneficiary: Beneficiary
    plan: Plan
    submission_date: date | None
    application_effective_date: date
    site: str

    @property
    def echoed_individual_id(self) -> int | None:
        """Our Individual's id, when the echoed text can be one."""
        return int(self.individual_id) if _RECORD_ID.fullmatch(self.individual_id) else None

    @property
    def echoed_sales_record_id(self) -> int | None:
        """Our Sales Record's id, when the echoed text can be one."""
        return int(self.sales_record_id) if _RECORD_ID.fullmatch(self.sales_record_id) else None


class _Text(serializers.CharField):
    """Trimmed text with single spaces; null and absence read as blank."""

    def __init__(self, max_length: int, *, required: bool = False) -> None:
        self.longest = max_length
        super().__init__(
            max_length=max_length,
            required=required,
            allow_null=not required,
            allow_blank=not required,
            default=serializers.empty if required else "",
        )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read an ordinary text without the framework's checks, which it would pass anyway."""
        if data is None and self.allow_null:
            return None
        if isinstance(data, str) and data.isprintable() and 0 < len(data.strip()) <= self.longest:
            return self.to_internal_value(data)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        return tidy(super().to_internal_value(data))


class _Mbi(_Text):
    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            _read_mbi(text)
        except InvalidMbiError as error:
            raise ValidationError(str(error), code="invalid_mbi") from error
        return text


class _Phone(_Text):
    def to_internal_value(self, data: Any) -> str:
        try:
            return read_phone(super().to_internal_value(data))
        except InvalidPhoneError as error:
            raise ValidationError(str(error), code="invalid_phone") from error


class _Zip(_Text):
    def to_internal_value(self, data: Any) -> str:
        try:
            return read_zip(super().to_internal_value(data))
        except InvalidZipError as error:
            raise ValidationError(str(error), code="invalid_zip") from error


class _State(_Text):
    def to_internal_value(self, data: Any) -> str:
        try:
            return read_state(super().to_internal_value(data))
        except InvalidStateError as error:
            raise ValidationError(str(error), code="invalid_state") from error


def _read_mbi(text: str | None) -> Mbi | None:
    return read_mbi(text) if text else None


def _optional_date() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True, default=None)


class _BeneficiarySerializer(serializers.Serializer[Any]):
    first_name = _Text(80, required=True)
    last_name = _Text(80, required=True)
    date_of_birth = serializers.DateField()
    mbi = _Mbi(40)
    part_a_effective_date = _optional_date()
    part_b_effective_date = _optional_date()
    email = serializers.EmailField(
        required=False, allow_null=True, allow_blank=True, default="", max_length=254
    )
    home_phone = _Phone(40)
    cell_phone = _Phone(40)
    business_phone = _Phone(40)
    address_1 = _Text(120)
    address_2 = _Text(120)
    city = _Text(80)
    state = _State(40)
    zip = _Zip(20)


class _PlanSerializer(serializers.Serializer[Any]):
    carrier_name = _Text(160, required=True)
    plan_name = _Text(110, required=True)
    plan_id = _Text(40)
    plan_type = _Text(60, required=True)
    plan_year = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=2000, max_value=2100
    )
    premium_per_month = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=10, decimal_places=2, min_value=0
    )


class EnrollmentSerializer(serializers.Serializer[Any]):
    """One enrollment on the wire; the API schema is made from it."""

    enrollment_id = _Text(120, required=True)
    confirmation_number = _Text(60)
    username = _Text(120)
    individual_id = _Text(40)
    sales_record_id = _Text(40)
    beneficiary = _BeneficiarySerializer()
    plan = _PlanSerializer()
    submission_date = _optional_date()
    application_effective_date = serializers.DateField()
    site = _Text(20)


# Built once: a serializer copies its fields on construction, which costs more than reading.
_READER = EnrollmentSerializer()


def read_enrollment(item: Any) -> Enrollment:
    """Read one enrollment object.

    Raises:
        PartnerContractError: naming every field that is missing or unreadable, without its value.
    """
    if isinstance(item, Mapping):
        _refuse_attachments(item)
    try:
        data = _READER.run_validation(item)
    except ValidationError as error:
        raise PartnerContractError(list(_problems(error.detail))) from error
    person, plan = data["beneficiary"], data["plan"]
    texts: dict[str, Any] = {name: person[name] or "" for name in _PERSON_TEXT}
    dates: dict[str, Any] = {name: person[name] for name in _PERSON_DATES}
    beneficiary = Beneficiary(
        mbi=_read_mbi(person["mbi"]), zip_code=person["zip"] or "", **texts, **dates
    )
    return Enrollment(
        beneficiary=beneficiary,
        plan=Plan(**{**plan, "plan_id": plan["plan_id"] or ""}),
        submission_date=data["submission_date"],
        application_effective_date=data["application_effective_date"],
        **{name: data[name] or "" for name in _ENROLLMENT_TEXT},
    )


_PERSON_DATES = ("date_of_birth", "part_a_effective_date", "part_b_effective_date")
_PERSON_TEXT = (
    "first_name", "last_name", "email", "home_phone", "cell_phone", "business_phone",
    "address_1", "address_2", "city", "state",
)  # fmt: skip
_ENROLLMENT_TEXT = (
    "enrollment_id", "confirmation_number", "username", "individual_id", "sales_record_id", "site",
)  # fmt: skip


def _refuse_attachments(item: Mapping[str, Any]) -> None:
    found = [key for key in ATTACHMENT_KEYS if item.get(key)]
    if found:
        detail = gettext_noop(
            "Attachments and files are not part of this integration. Send the enrollment without"
            " them and upload the file on the Individual or the Policy."
        )
        raise PartnerContractError(
            [FieldProblem(key, "attachments_not_accepted", detail) for key in found]
        )


def _problems(detail: Any, path: str = "") -> Iterator[FieldProblem]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _problems(inner, here)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _problems(inner, path)
    else:
        error = cast("ErrorDetail", detail)
        yield FieldProblem(path, error.code or "invalid", str(error))
