"""The parts of a mapping as Noyo has them: our structure, its header, its plans, its rules.

What Noyo has is read first and only what differs is written. Each raises the errors of ``Noyo``,
and ``NotTakenError`` where Noyo refuses what it is told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from groups.models import GroupPlan
from integrations.noyo.classes import DAYS, NUMBERS
from integrations.noyo.client import ConflictError, MissingError, Noyo, NoyoRefusedError
from integrations.noyo.links import UNIT_KINDS, unit_key
from integrations.noyo.models import (
    CarrierOption,
    ClassRule,
    Link,
    Mapping,
    NoyoGroup,
    PlanLink,
    RuleCondition,
    UnitLink,
)
from integrations.noyo.selectors import sources
from integrations.noyo.selectors.refusals import Part

Record = dict[str, Any]
Tests = frozenset[tuple[str, str, str]]
FIELDS = (
    "name", "rule_type", "mapping_type", "resulting_field_name", "resulting_field_value",
    "joining_operator", "rank", "active",
)  # fmt: skip


class NotTakenError(NoyoRefusedError):
    """Noyo refuses a part of a mapping; ``name`` is the rule's, where it is about one."""

    def __init__(self, refused: NoyoRefusedError, part: Part, name: str = "") -> None:
        super().__init__(refused.status or 0, refused.said, refused.fields)
        self.part, self.name = part, name


@contextmanager
def telling(part: Part, name: str = "") -> Iterator[None]:
    """Say of a refusal what it is about; conflicts are told once more by the caller."""
    try:
        yield
    except (ConflictError, NotTakenError):
        raise
    except NoyoRefusedError as refused:
        raise NotTakenError(refused, part, name) from refused


@dataclass(frozen=True)
class RuleBody:
    """A rule as Noyo has it, with its conditions."""

    fields: tuple[tuple[str, Any], ...]
    conditions: Tests

    @property
    def name(self) -> str:
        """What we call it."""
        return str(dict(self.fields)["name"])

    @classmethod
    def read(cls, rule: Record, conditions: list[Record]) -> "RuleBody":
        """What Noyo answered; ranks come as numbers or texts."""
        fields = {name: rule.get(name) for name in FIELDS}
        fields["rank"] = None if fields["rank"] is None else int(float(fields["rank"]))
        details = [one["details"] for one in conditions]
        return cls(
            tuple(fields.items()),
            frozenset(
                (one["left_operand"], one["operator"], one["right_operand"]) for one in details
            ),
        )


def tell_structure(noyo: Noyo, noyo_group: NoyoGroup, mapping: Mapping) -> None:
    """Our fields with their values, and our plans by name."""
    path = f"/groups/{noyo_group.noyo_id}/platform_account_structures"
    body = {"account_structure": _our_structure(mapping)}
    try:
        known = noyo.get(path)
    except MissingError:
        noyo.create(path, body)
        return
    if known.get("account_structure") != body["account_structure"]:
        noyo.change(f"/platform_account_structures/{known['id']}/{known['version']}", body)


def _our_structure(mapping: Mapping) -> Record:
    units = sources.units(mapping.group)
    values = {kind: [one.code for one in rows] for kind, rows in units.items()}
    fields: list[Record] = [
        {
            "field_name": str(field),
            "field_type": _type(field),
            "existing_value_set": values.get(str(field), []),
        }
        for field in RuleCondition.Field.values
    ]
    plans: dict[str, list[str]] = defaultdict(list)
    rows = GroupPlan.objects.filter(group=mapping.group_id, carrier__noyo_carrier__isnull=False)
    for plan in rows.select_related("benefit").order_by("name", "pk"):
        key = _plans_of(plan.benefit.line)
        if plan.name not in plans[key]:
            plans[key].append(plan.name)
    return {"account_structure_fields": fields, "plans": dict(plans)}


def _type(field: str) -> str:
    if field in NUMBERS:
        return "decimal"
    return "date" if field in DAYS else "string"


def _plans_of(line: str) -> str:
    return f"group_{line}_plans"


def tell_header(noyo: Noyo, noyo_group: NoyoGroup, mapping: Mapping) -> Record:
    """Noyo's mapping of this carrier and plan year, made where it has none."""
    path = f"/groups/{noyo_group.noyo_id}/group_mappings"
    start = mapping.start_date.isoformat()
    rows = noyo.whole(path, {"carrier_id": mapping.carrier.noyo_id})
    known = next(
        (one for one in rows if mapping.noyo_id in ("", one["id"])
         and one.get("effective_start_date") == start),
        None,
    )  # fmt: skip
    body = {"effective_start_date": start}
    if mapping.end_date is not None:
        body["effective_end_date"] = mapping.end_date.isoformat()
    if known is None:
        return noyo.create(path, {"carrier_id": mapping.carrier.noyo_id, **body})
    if all(known.get(key) == value for key, value in body.items()):
        return known
    return noyo.change(f"/group_mappings/{known['id']}/{known['version']}", body)


def tell_plans(noyo: Noyo, header: str, mapping: Mapping) -> None:
    """One rule with all of our plans: each with the carrier's that it goes with."""
    path = f"/group_mappings/{header}/plan_mapping_rules"
    body = {"details": _plan_details(mapping)}
    known = noyo.whole(path)
    for spare in known[1:]:
        noyo.remove(f"/plan_mapping_rules/{spare['id']}/{spare['version']}")
    if not known:
        noyo.create(path, body)
    elif known[0]["details"] != body["details"]:
        noyo.change(f"/plan_mapping_rules/{known[0]['id']}/{known[0]['version']}", body)


def _plan_details(mapping: Mapping) -> Record:
    details: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = PlanLink.objects.filter(mapping=mapping, state=Link.State.CONFIRMED)
    for link in rows.select_related("plan__benefit", "carrier_plan").order_by("pk"):
        if link.plan and link.carrier_plan:
            named = details[_plans_of(link.plan.benefit.line)][link.plan.name]
            named.append(link.carrier_plan.noyo_id)
    return {line: dict(plans) for line, plans in details.items()}


def tell_rules(noyo: Noyo, header: str, mapping: Mapping) -> None:
    """What Noyo has and we do not goes; what we have and Noyo does not is made."""
    path = f"/group_mappings/{header}/rules"
    wanted = list(_wanted(mapping))
    kept = set()
    for rule in noyo.whole(path):
        known = RuleBody.read(rule, noyo.whole(f"/rules/{rule['id']}/conditions"))
        if known in wanted and known not in kept:
            kept.add(known)
        else:
            noyo.remove(f"/rules/{rule['id']}/{rule['version']}")
    for body in wanted:
        if body not in kept:
            with telling(Part.RULES, body.name):
                _make_rule(noyo, path, body)


def _make_rule(noyo: Noyo, path: str, body: RuleBody) -> None:
    made = noyo.create(path, dict(body.fields))
    for left, operator, right in sorted(body.conditions):
        details = {"left_operand": left, "operator": operator, "right_operand": right}
        noyo.create("/conditions", {"rule_id": made["id"], "details": details})


def _wanted(mapping: Mapping) -> Iterator[RuleBody]:
    """Our rules by rank, then the linked units, then the defaults: a rule for each identifier."""
    fields = {
        (one["object_name"], one["mapped_field"]) for one in mapping.carrier.mapped_fields or ()
    }
    ranks: Counter[str] = Counter()
    rows = ClassRule.objects.filter(mapping=mapping, is_active=True).select_related("option")
    for rule in rows.prefetch_related("conditions").order_by("category", "rank", "pk"):
        tests = frozenset(
            (_operand(one.field), one.operator, ", ".join(one.values))
            for one in rule.conditions.all()
        )
        rank = None
        if not rule.is_default:
            ranks[rule.category] += 1
            rank = ranks[rule.category]
        if tests or rule.is_default:
            whom = {**_whom(tests, rule.joins), "name": rule.name, "rank": rank}
            yield from _bodies(rule.option, fields, whom, tests)
    links = UnitLink.objects.filter(mapping=mapping, state=Link.State.CONFIRMED)
    for link in links.select_related("option", *UNIT_KINDS).order_by("category", "pk"):
        category, kind, _ = unit_key(link)
        unit = getattr(link, kind)
        ranks[category] += 1
        tests = frozenset({(_operand(kind), "is", unit.code)})
        whom = {**_whom(tests, "AND"), "name": unit.name, "rank": ranks[category]}
        if link.option is not None:
            yield from _bodies(link.option, fields, whom, tests)


def _operand(field: str) -> str:
    return f"classifications.{field}"


def _whom(tests: Tests, joins: str) -> Record:
    return {
        "rule_type": "normal" if tests else "default",
        "joining_operator": joins if len(tests) > 1 else None,
    }


def _bodies(
    option: CarrierOption, fields: Set[tuple[str, str]], whom: Record, tests: Tests
) -> Iterator[RuleBody]:
    """A rule for each identifier that Noyo maps; where it names none, for each that says something.

    A condition tests the codes and values of ``_our_structure``.
    """
    has_mapped = any(category == option.category for category, _ in fields)
    for key, text in option.identifiers.items():
        if (option.category, key) in fields if has_mapped else text:
            values = whom | {
                "mapping_type": "account_structure",
                "resulting_field_name": f"{option.category}.{key}",
                "resulting_field_value": text,
                "active": True,
            }
            yield RuleBody(tuple((name, values[name]) for name in FIELDS), tests)
