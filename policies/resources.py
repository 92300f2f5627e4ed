"""Carriers, carrier products and policies by spreadsheet."""

from collections.abc import Iterable
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.resources import AgentCell, AgentsColumn
from agencyhub.lib.cells import Day, Money, Phone, Text, Whole, YesNo
from agencyhub.lib.resources import ID, Column, SheetResource
from agencyhub.lib.text import tidy
from agencyhub.records.models import CustomField, Option
from agencyhub.records.resources import OptionCell, custom_columns
from individuals.models import Individual
from policies.models import Carrier, CarrierProduct, Policy
from policies.services.carriers import find_carrier
from policies.services.products import find_product

SUBSCRIBER = "Subscriber ID"
CARRIER, NUMBER = "Carrier", "Policy number"


class CarrierCell(Text):
    """A carrier by its name or an alias."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Carrier] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Carrier | None:
        name = tidy(str(value or ""))
        if not name:
            return None
        if name not in self._known:
            carrier, _ = find_carrier(name)
            if carrier is None:
                msg = gettext("No carrier goes by the name “%(name)s”.") % {"name": name}
                raise ValueError(msg)
            self._known[name] = carrier
        return self._known[name]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if value else ""


class ProductColumn(Column):
    """A carrier product by its name or an alias; its carrier stands in the same row."""

    def __init__(self) -> None:
        super().__init__("product", "Carrier product")

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Look the name up among the products of the policy's carrier."""
        name = tidy(str(row[self.column_name] or ""))
        if not name or instance.carrier_id is None:
            instance.product = None
            return
        if instance.product and instance.product.name == name:
            return
        product, _ = find_product(carrier=instance.carrier, name=name)
        if product is None:
            msg = gettext("%(name)s has no product called “%(name2)s”.") % {
                "name": instance.carrier.name,
                "name2": name,
            }
            raise ValueError(msg)
        instance.product = product

    def export(self, instance: Any, **kwargs: Any) -> str:
        """By name."""
        return instance.product.name if instance.product else ""


class SubscriberColumn(Column):
    """The individual who holds the policy, by number."""

    def __init__(self) -> None:
        super().__init__("subscriber_id", SUBSCRIBER)

        self._people: dict[str, Individual] = {}

    def preload(self, cells: Iterable[str], *, user: User) -> None:
        """Fetch the individuals of the file whom the user sees."""
        numbers = {text for text in map(tidy, cells) if text.isdigit()}
        people = Individual.objects.visible_to(user).filter(pk__in=numbers)
        self._people = {str(person.pk): person for person in people}

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Take the individual of the row; a policy's own subscriber may stay."""
        text = tidy(str(row[SUBSCRIBER] or ""))
        if text and text == str(instance.subscriber_id or ""):
            return
        if text not in self._people:
            msg = gettext("There is no individual “%(text)s” that you may see.") % {"text": text}
            raise ValueError(msg)
        instance.subscriber = self._people[text]


class CarrierResource(SheetResource):
    """Carriers: found by ID, else by name or alias."""

    required = ("Name",)

    id = Column("id", ID, readonly=True)
    name = Column("name", "Name")
    abbreviation = Column("abbreviation", "Abbreviation")
    phone = Column("phone", "Phone", Phone())
    website = Column("website", "Website")
    is_active = Column("is_active", "Active", YesNo())

    class Meta(SheetResource.Meta):
        model = Carrier
        fields = ("id", "name", "abbreviation", "phone", "website", "is_active")

    def find(self, row: dict[str, Any]) -> Carrier | None:
        """The carrier that goes by the row's name; an alias keeps the carrier's own name."""
        carrier, _ = find_carrier(tidy(str(row.get("Name") or "")))
        if carrier is not None:
            row["Name"] = carrier.name
        return carrier


class CarrierProductResource(SheetResource):
    """Carrier products: found by ID, else by carrier and name."""

    required = (CARRIER, "Name")
    joined = ("carrier", "coverage_type")

    id = Column("id", ID, readonly=True)
    carrier = Column("carrier", CARRIER, CarrierCell())
    name = Column("name", "Name")
    plan_id = Column("plan_id", "Plan ID")
    plan_year = Column("plan_year", "Plan year", Whole())
    coverage_type = Column("coverage_type", "Coverage type", OptionCell(Option.List.COVERAGE_TYPE))
    is_active = Column("is_active", "Active", YesNo())

    class Meta(SheetResource.Meta):
        model = CarrierProduct
        fields = ("id", "carrier", "name", "plan_id", "plan_year", "coverage_type", "is_active")

    def find(self, row: dict[str, Any]) -> CarrierProduct | None:
        """The product of the row's carrier that goes by the row's name."""
        carrier, _ = find_carrier(tidy(str(row.get(CARRIER) or "")))
        if carrier is None:
            return None  # the column says what is wrong
        product, _ = find_product(carrier=carrier, name=tidy(str(row.get("Name") or "")))
        if product is not None:
            row["Name"] = product.name
        return product


class PolicyResource(SheetResource):
    """Policies: found by ID, else by carrier and policy number; else a row is a new policy."""

    required = (SUBSCRIBER, CARRIER, "Status", "Coverage type")
    joined = ("subscriber", "carrier", "product", "status", "coverage_type", "servicing_agent")
    fetched = ("additional_agents",)

    id = Column("id", ID, readonly=True)
    subscriber_id = SubscriberColumn()
    subscriber = Column("subscriber__full_name", "Subscriber", readonly=True)
    carrier = Column("carrier", CARRIER, CarrierCell())
    product = ProductColumn()
    policy_number = Column("policy_number", NUMBER)
    status = Column("status", "Status", OptionCell(Option.List.POLICY_STATUS))
    coverage_type = Column("coverage_type", "Coverage type", OptionCell(Option.List.COVERAGE_TYPE))
    app_submit_date = Column("app_submit_date", "Application submit date", Day())
    effective_date = Column("effective_date", "Effective date", Day())
    termination_date = Column("termination_date", "Termination date", Day())
    renewal_date = Column("renewal_date", "Renewal date", Day())
    premium = Column("premium", "Premium per month (USD)", Money())
    servicing_agent = Column("servicing_agent", "Servicing agent", AgentCell())
    additional_agents = AgentsColumn()
    notes = Column("notes", "Notes", Text(lines=True))

    class Meta(SheetResource.Meta):
        model = Policy
        fields = (
            *("id", "subscriber_id", "subscriber", "carrier", "product", "policy_number"),
            *("status", "coverage_type", "app_submit_date", "effective_date"),
            *("termination_date", "renewal_date", "premium", "servicing_agent"),
            *("additional_agents", "notes"),
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields.update(dict(custom_columns(CustomField.Target.POLICY, user=self.user)))

    def preload(self, dataset: tablib.Dataset) -> None:
        """Fetch every policy that the file names by ID or by number, and every subscriber."""
        super().preload(dataset)
        numbers = {tidy(cell) for cell in dataset[NUMBER]} if NUMBER in dataset.headers else set()
        policies = self.with_related(Policy.objects.filter(policy_number__in=numbers - {""}))
        self._by_number = {(one.carrier_id, one.policy_number): one for one in policies}
        pks = [policy.pk for policy in self._by_number.values()]
        self._visible = set(self.visible().filter(pk__in=pks).values_list("pk", flat=True))
        if SUBSCRIBER in dataset.headers:
            self.fields["subscriber_id"].preload(dataset[SUBSCRIBER], user=self.user)

    def find(self, row: dict[str, Any]) -> Policy | None:
        """The policy of the row's carrier with the row's number.

        Raises:
            ValidationError: there is one, and the user may not see it.
        """
        number = tidy(str(row.get(NUMBER) or ""))
        if not number:
            return None
        try:
            carrier = self.fields["carrier"].widget.clean(row.get(CARRIER))
        except ValueError:
            return None  # the column says what is wrong
        policy = self._by_number.get((carrier.pk, number)) if carrier else None
        if policy is not None and policy.pk not in self._visible:
            problem = gettext("A policy that you may not see has this number.")
            raise ValidationError({"policy_number": problem})
        return policy
