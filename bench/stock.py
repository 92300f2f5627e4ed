"""django-import-export as its manual sets it up, on the same rows."""

import csv
import tempfile
import time
from pathlib import Path
from typing import Any

import tablib
from django.db import transaction
from django.db.models import QuerySet
from import_export import fields, resources
from import_export.widgets import DateWidget, ForeignKeyWidget

from agencyhub.accounts.models import Agent
from agencyhub.records.models import Option
from bench import people
from individuals.models import Individual
from policies.models import Carrier, CarrierProduct, Policy

GENDERS = {"F": "female", "M": "male"}
LANGUAGES = {"English": "en", "Spanish": "es"}
DAY = DateWidget("%m/%d/%Y")


class OptionWidget(ForeignKeyWidget):
    """An option of one list by its label."""

    def __init__(self, option_list: str) -> None:
        super().__init__(Option, "label")
        self.option_list = option_list

    def get_queryset(self, *_args: Any, **_kwargs: Any) -> QuerySet[Option]:
        """The options of the list."""
        return Option.objects.filter(list=self.option_list)


class ProductWidget(ForeignKeyWidget):
    """A product by the names of its carrier and its own."""

    def get_queryset(self, _value: str, row: dict[str, str], **_: Any) -> QuerySet[CarrierProduct]:
        """The products of the row's carrier."""
        return CarrierProduct.objects.filter(carrier__name=row["carrier"])


class IndividualResource(resources.ModelResource):
    """The ten columns of an individual, but for the MBI, which it cannot seal."""

    type = fields.Field("type", "type", OptionWidget(Option.List.INDIVIDUAL_TYPE))
    servicing_agent = fields.Field(
        "servicing_agent", "servicing_agent", ForeignKeyWidget(Agent, "npn")
    )
    date_of_birth = fields.Field("date_of_birth", "date_of_birth", DAY)

    class Meta:
        model = Individual
        import_id_fields = ("email",)
        fields = (
            *("first_name", "last_name", "date_of_birth", "gender", "language", "email"),
            *("cell_phone", "type", "servicing_agent"),
        )


class PolicyResource(resources.ModelResource):
    """The ten columns of a policy, and whose it is."""

    subscriber = fields.Field("subscriber", "subscriber", ForeignKeyWidget(Individual, "email"))
    carrier = fields.Field("carrier", "carrier", ForeignKeyWidget(Carrier, "name"))
    product = fields.Field("product", "product", ProductWidget(CarrierProduct, "name"))
    status = fields.Field("status", "status", OptionWidget(Option.List.POLICY_STATUS))
    coverage_type = fields.Field(
        "coverage_type", "coverage_type", OptionWidget(Option.List.COVERAGE_TYPE)
    )
    servicing_agent = fields.Field(
        "servicing_agent", "servicing_agent", ForeignKeyWidget(Agent, "npn")
    )
    app_submit_date = fields.Field("app_submit_date", "app_submit_date", DAY)
    effective_date = fields.Field("effective_date", "effective_date", DAY)
    termination_date = fields.Field("termination_date", "termination_date", DAY)

    class Meta:
        model = Policy
        import_id_fields = ("policy_number",)
        fields = (
            *("subscriber", "carrier", "product", "policy_number", "status", "coverage_type"),
            *("app_submit_date", "effective_date", "termination_date", "premium"),
            "servicing_agent",
        )


def rate(*, rows: int) -> float:
    """Rows a second of both resources together; what they wrote is taken back."""
    individuals, policies = _datasets(rows)
    began = time.perf_counter()
    with transaction.atomic():
        for resource, dataset in ((IndividualResource, individuals), (PolicyResource, policies)):
            result = resource().import_data(dataset, raise_errors=True)
            if result.has_validation_errors():
                msg = f"django-import-export refused: {result.invalid_rows[0].error}"
                raise RuntimeError(msg)
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    return rows / spent


def _datasets(rows: int) -> tuple[tablib.Dataset, tablib.Dataset]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        people.write(path, rows=rows, seed=3)
        with path.open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
    individuals = tablib.Dataset(headers=IndividualResource.Meta.fields)
    policies = tablib.Dataset(headers=PolicyResource.Meta.fields)
    for line in lines:
        individuals.append(
            [
                *(line["First Name"], line["Last Name"], line["Date of Birth"]),
                *(GENDERS[line["Gender"]], LANGUAGES[line["Language"]], line["Email"]),
                *("".join(filter(str.isdigit, line["Cell Phone"])), line["Type"]),
                line["Servicing Agent NPN"],
            ]
        )
        policies.append(
            [
                *(line["Email"], line["Carrier"], line["Carrier Product"], line["Policy Number"]),
                *(line["Policy Status"], line["Coverage Type"], line["Application Submit Date"]),
                *(line["Effective Date"], line["Termination Date"], line["Premium"].strip("$")),
                line["Policy Agent NPN"],
            ]
        )
    return individuals, policies
