"""What is installed at carriers: the groups that are always there, and those that ask."""

from datetime import date

from sandbox.noyo import samples, scenarios, structures
from sandbox.noyo.records import Json, Records, known_id
from sandbox.noyo.structures import CARRIERS, MAPPED_FIELDS, Group


def install(records: Records, today: date) -> None:
    """Install the carriers' fields, the scenarios, and the groups of Noyo's documents."""
    for carrier in CARRIERS:
        for place, (name, field, label) in enumerate(MAPPED_FIELDS.get(carrier, ())):
            content = {"carrier_id": carrier, "object_name": name, "mapped_field": field}
            content |= {"label": label, "mapping_type": "account_structure"}
            records.add("mapped_field", carrier, content, known_id(f"field:{carrier}:{place}"))
    for group in scenarios.GROUPS:
        records.add_all(structures.entries(group, today))
    years = (samples.GUIDE_YEAR, samples.API_YEAR)
    printed = zip(samples.CONFIGURATIONS.items(), scenarios.SAMPLE_NAMES, years, strict=True)
    for (group_id, configurations), (name, ein), plan_year in printed:
        carrier, number = (configurations[0][key] for key in ("carrier_id", "carrier_group_id"))
        told = structures.plan_year_of(group_id, carrier, "dental", today.year)
        made = structures.connection_of(group_id, name, carrier, number, "completed")
        records.add_all([
            ("group", group_id, "", {"name": name, "federal_ein": ein}),
            ("connection", known_id(f"connection:{ein}"), group_id, made),
            ("plan_year", plan_year, group_id, told),
        ])  # fmt: skip


def usual(group: Json, connection: Json) -> Group:
    """A group as a carrier has one that nobody described: one class, and the usual plans."""
    number = connection["group_data"]["carrier_group_id"]
    one_class = {
        "benefit_class_name": "All Eligible Employees",
        "benefit_class_identifier": "0001",
        "benefit_subclass_identifier": "",
    }
    return Group(
        group["name"],
        group.get("federal_ein", ""),
        connection["carrier_id"],
        number,
        {"benefit_classes": [one_class], "policy_number": number},
        scenarios.USUAL,
        known=str(group["id"]),
    )
