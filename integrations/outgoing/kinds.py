"""What is told to webhooks: kinds of records, and what may happen to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

CREATED, UPDATED, DELETED = "created", "updated", "deleted"
PING = "ping"
VERBS: Mapping[str, StrOrPromise] = {
    CREATED: _("added"),
    UPDATED: _("changed"),
    DELETED: _("removed"),
    "merged": _("merged into another"),
    "at_risk_opened": _("now at risk"),
    "at_risk_closed": _("no longer at risk"),
    "finished": _("finished"),
    "undone": _("undone"),
}
USUAL = (CREATED, UPDATED, DELETED)


@dataclass(frozen=True)
class Kind:
    """One kind of record: its name in events, its model, and its collection in the API."""

    key: str
    label: str
    noun: StrOrPromise
    basename: str
    verbs: tuple[str, ...] = USUAL

    @property
    def model(self) -> type[models.Model]:
        """The records' model."""
        return apps.get_model(self.label)

    @property
    def permission(self) -> str:
        """Without this right nobody is told of them."""
        app, _dot, name = self.label.partition(".")
        return f"{app}.view_{name.lower()}"


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "individual", "individuals.Individual", _("Individual"), "individual",
            (*USUAL, "merged"),
        ),
        Kind("sales_record", "individuals.SalesRecord", _("Sales Record"), "salesrecord"),
        Kind(
            "policy", "policies.Policy", _("Policy"), "policy",
            (*USUAL, "at_risk_opened", "at_risk_closed"),
        ),
        Kind("application", "commissions.Application", _("Application"), "application"),
        Kind("dispute", "commissions.Dispute", _("Dispute"), "dispute"),
        Kind("eoi_request", "eoi.EoiRequest", _("EOI request"), "eoirequest"),
        Kind("group", "groups.EmployerGroup", _("Employer group"), "employergroup"),
        Kind("group_plan", "groups.GroupPlan", _("Group plan"), "groupplan"),
        Kind("carrier", "policies.Carrier", _("Carrier"), "carrier"),
        Kind("carrier_product", "policies.CarrierProduct", _("Carrier product"), "carrierproduct"),
        Kind("import", "imports.Import", _("Import"), "import", ("finished", "undone")),
    )
}  # fmt: skip
TYPES = tuple(f"{kind.key}.{verb}" for kind in KINDS.values() for verb in kind.verbs)


@dataclass(frozen=True)
class Part:
    """A table whose rows are a part of a record: they are told as ``field`` of it."""

    label: str
    kind: str
    column: str
    field: str


PARTS = (
    Part("individuals.Address", "individual", "individual_id", "addresses"),
    Part("individuals.IndividualAgent", "individual", "individual_id", "additional_agents"),
    Part("policies.PolicyAgent", "policy", "policy_id", "additional_agents"),
    Part("policies.CarrierAlias", "carrier", "carrier_id", "aliases"),
    Part("policies.CarrierProductAlias", "carrier_product", "product_id", "aliases"),
    Part("commissions.ApplicationRider", "application", "application_id", "riders"),
)
MERGED = "individuals.MergedIndividual"
RISK = "policies.Risk"


def table(label: str) -> str:
    """The table of a model."""
    return str(apps.get_model(label)._meta.db_table)


def choices() -> Iterator[tuple[StrOrPromise, list[tuple[str, StrOrPromise]]]]:
    """Types of events for a form, by kind of record."""
    for kind in KINDS.values():
        yield kind.noun, [(f"{kind.key}.{verb}", VERBS[verb]) for verb in kind.verbs]
