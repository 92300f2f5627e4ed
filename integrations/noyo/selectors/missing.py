"""What is missing at a carrier: the request that can be exported."""

from dataclasses import dataclass
from datetime import date

from integrations.noyo import links as kinds
from integrations.noyo import wording
from integrations.noyo.models import GroupConnection, Link, Mapping, PlanLink, UnitLink

State = Link.State


@dataclass(frozen=True)
class Missing:
    """Something to ask the carrier for."""

    carrier: str
    carrier_group_id: str
    kind: str
    name: str
    code: str
    since: date
    note: str = ""


def of(mapping: Mapping) -> list[Missing]:
    """Our plans and units of a mapping that the carrier has to install."""
    number = (
        GroupConnection.objects.filter(group=mapping.group_id, carrier=mapping.carrier_id)
        .order_by("-completed_at", "pk")
        .values_list("carrier_group_id", flat=True)
        .first()
        or ""
    )
    carrier = mapping.carrier.label
    plans = PlanLink.objects.filter(mapping=mapping, state=State.MISSING)
    found = [
        Missing(
            carrier, number, str(link.plan.benefit.get_line_display()), link.plan.name,
            link.plan.code, max(link.plan.effective_date, mapping.start_date), link.note,
        )
        for link in plans.select_related("plan__benefit").order_by("pk")
        if link.plan
    ]  # fmt: skip
    units = UnitLink.objects.filter(mapping=mapping, state=State.MISSING)
    for link in units.select_related(*kinds.UNIT_KINDS).order_by("pk"):
        _, kind, _ = kinds.unit_key(link)
        unit = getattr(link, kind)
        label = f"{wording.category(link.category)}: {wording.unit_kind(kind)}"
        found.append(
            Missing(carrier, number, label, unit.name, unit.code, mapping.start_date, link.note)
        )
    return found
