"""Plans of every line of coverage, as Noyo's published schemas allow them, read and told.

The addresses of one group enrollment's plans are published with the dental plan for all lines; what
a plan is, its line decides. Where the contract's files are not, only what needs none is tested.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from groups.models import LineOfCoverage
from integrations.noyo.wire import read_plan
from sandbox.noyo.structures import Plan, plan_of
from tests.noyo.contract import (
    FULFILLMENT,
    PLAN_OF_LINE,
    needs_the_contract,
    plan_schemas,
    validate_plan,
    validate_schema,
)

ID = "4bf04f73-0aad-48ac-b28a-e5f4def7c5e9"
LINES = sorted(PLAN_OF_LINE)
USUAL: dict[str, Any] = {"string": "A text", "integer": 1, "number": 1.5, "boolean": True,
                         "array": [], "object": {}}  # fmt: skip
FORMATS = {"uuid": ID, "date": "2026-01-01"}


def example(schema: dict[str, Any]) -> Any:
    """Something that a schema allows: its own example, the first of its choices, or a plain one."""
    if "anyOf" in schema:  # it may also be none
        return example(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if schema.get("type") == "array" and schema.get("minItems"):
        return [example(schema["items"])]
    return schema.get("example", USUAL[schema.get("type", "object")])


def least(line: str) -> dict[str, Any]:
    """A plan with what its schema requires, and nothing else."""
    schema = plan_schemas()[line]
    told = {name: example(schema["properties"][name]) for name in schema["required"]}
    return told | {"line_of_coverage": line}


def choices(line: str) -> Iterator[tuple[str, Any]]:
    """Every choice that a schema of a line names for a field of its plans."""
    for name, field in plan_schemas()[line]["properties"].items():
        for value in field.get("enum", ()):
            yield name, value
        for value in field.get("items", {}).get("enum", ()):
            yield name, [value]


def test_every_line_is_one_of_ours() -> None:
    assert set(LINES) == set(LineOfCoverage.values)


@needs_the_contract
def test_every_published_line_is_known() -> None:
    assert set(plan_schemas()) == set(LINES)
    years = {"carrier_id": ID, "created": 1, "group_id": ID, "id": ID, "modified": 1,
             "status": "active", "version": ID}  # fmt: skip
    for line in LINES:
        validate_schema(
            FULFILLMENT, "GroupEnrollmentPublicResult", years | {"line_of_coverage": line}
        )


@needs_the_contract
@pytest.mark.parametrize("line", LINES)
def test_a_plan_of_the_line_is_read(line: str) -> None:
    told = least(line)
    validate_plan(told)

    plan = read_plan(told)

    assert (plan.noyo_id, plan.line, plan.name) == (told["id"], line, told["name"])
    for name, value in choices(line):
        varied = told | {name: value}
        validate_plan(varied)
        read = read_plan(varied)
        if name == "plan_type":
            assert read.plan_type == value
            if value in ("basic", "voluntary"):
                assert read.is_voluntary == (value == "voluntary")
        elif name == "status":
            assert read.status == value
        elif name.startswith("eligible_member_type"):
            assert read.member_types == (value if isinstance(value, list) else [value])
        elif name == "metal_tier":
            assert read.metal_tier == value


@needs_the_contract
@pytest.mark.parametrize("line", LINES)
def test_the_sandbox_tells_every_line_as_it_is_published(line: str) -> None:
    kind = (plan_schemas()[line]["properties"].get("plan_type", {}).get("enum") or [""])[0]
    told = plan_of(
        Plan(line, "A plan", "P1", kind), ID, ID, ("2026-01-01", "2026-12-31"), class_key="classes"
    )
    told = {name: value for name, value in told.items() if not name.startswith("_")}
    told |= {"id": ID, "version": ID, "created": 1, "modified": 1}

    validate_plan(told)
    assert read_plan(told).line == line
