"""Noyo's published contract: does a request or an answer say what its OpenAPI files allow?

The files lie outside this repository. Where they are not, tests of the contract alone are skipped
and say so, and the checks of others find nothing to say.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
IS_THERE = REFERENCE.is_dir()
needs_the_contract = pytest.mark.skipif(
    not IS_THERE, reason=f"Noyo's OpenAPI files are not in {REFERENCE}"
)
FULFILLMENT: Literal["fulfillment"] = "fulfillment"
TRACKING: Literal["tracking"] = "tracking"
Api = Literal["fulfillment", "tracking"]
Json = Any
MOST_SAID = 5

# The list of plans says no more than "object": what a plan is, its line of coverage decides.
PLAN_OF_LINE = {
    "accident": "Accident", "add": "ADD", "cancer": "Cancer",
    "critical_illness": "CriticalIllness", "dental": "Dental", "health_fund": "HealthFund",
    "hospital_indemnity": "HospitalIndemnity", "life": "Life", "ltd": "LTD",
    "medical": "Medical", "pharmacy": "Pharmacy", "std": "STD", "vision": "Vision",
    "wellness": "Wellness",
}  # fmt: skip


class BrokenContractError(AssertionError):
    """Something was sent or answered that the partner's contract does not know."""


def validate_response(api: Api, method: str, path: str, status: int, body: Json) -> None:
    """Check an answer's status and JSON; ``None`` is an empty body.

    Raises:
        BrokenContractError: the contract says otherwise; the message says where.
    """
    if not IS_THERE:
        return
    operation, _template = _operation(api, method, path)
    answers = operation["responses"]
    if str(status) not in answers:
        _broken(method, path, [f"answers {status}, not one of {', '.join(answers)}"])
    content = answers[str(status)].get("content", {})
    pointer = _schema(api, method, path, ("responses", str(status)), content)
    if pointer is None:
        if body is not None and status == 204:
            _broken(method, path, ["204 has a body"])
        return
    _check(api, pointer, body, f"{method} {path} {status}")


def validate_request(api: Api, method: str, path: str, query: dict[str, str], body: Json) -> None:
    """Check a request's address, query and JSON; ``None`` is an empty body.

    Raises:
        BrokenContractError: the contract says otherwise; the message says where.
    """
    if not IS_THERE:
        return
    operation, template = _operation(api, method, path)
    parameters = _parameters(api, template, operation)
    known = {one["name"] for one in parameters if one["in"] == "query"}
    missing = {one["name"] for one in parameters if one["in"] == "query" and one.get("required")}
    _broken(method, path, [f"?{name}= is not known" for name in sorted(set(query) - known)])
    _broken(method, path, [f"?{name}= is missing" for name in sorted(missing - set(query))])
    asked = operation.get("requestBody", {})
    pointer = _schema(api, method, path, ("requestBody",), asked.get("content", {}))
    if pointer is None:
        _broken(method, path, ["takes no body"] if body is not None else [])
    elif body is not None or asked.get("required"):
        _check(api, pointer, body, f"{method} {path}")


def validate_schema(api: Api, name: str, value: Json) -> None:
    """Check a value against one named schema.

    Raises:
        BrokenContractError: it is another.
    """
    if IS_THERE:
        _check(api, f"#/components/schemas/{name}", value, name)


def validate_plan(plan: Json) -> None:
    """Check a plan of a list against the schema of its line of coverage."""
    kind = PLAN_OF_LINE[plan["line_of_coverage"]]
    validate_schema(FULFILLMENT, f"Group{kind}PlanPublicResult", plan)


def plan_schemas() -> dict[str, dict[str, Any]]:
    """What a plan is, by the line of coverage that the contract names it for."""
    schemas = _document(FULFILLMENT)["components"]["schemas"]
    lines = schemas["GroupEnrollmentPublicResult"]["properties"]["line_of_coverage"]["enum"]
    return {line: schemas[f"Group{PLAN_OF_LINE[line]}PlanPublicResult"] for line in lines}


def _operation(api: Api, method: str, path: str) -> tuple[dict[str, Any], str]:
    for pattern, template in _templates(api):
        if pattern.fullmatch(path):
            methods = _document(api)["paths"][template]
            if method.lower() in methods:
                return methods[method.lower()], template
    msg = f"{method} {path} is not in the contract"
    raise BrokenContractError(msg)


def _parameters(api: Api, template: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    declared = [
        *_document(api)["paths"][template].get("parameters", []), *operation.get("parameters", [])
    ]  # fmt: skip
    shared = _document(api)["components"].get("parameters", {})
    return [shared[one["$ref"].split("/")[-1]] if "$ref" in one else one for one in declared]


def _schema(
    api: Api, method: str, path: str, place: tuple[str, ...], content: dict[str, Any]
) -> str | None:
    if not content.get("application/json", {}).get("schema"):
        return None
    _, template = _operation(api, method, path)
    keys = ["paths", template, method.lower(), *place, "content", "application/json", "schema"]
    return "#/" + "/".join(key.replace("~", "~0").replace("/", "~1") for key in keys)


def _check(api: Api, pointer: str, value: Json, where: str) -> None:
    validator = Draft202012Validator(
        {"$ref": f"noyo:{api}{pointer}"}, registry=_registry(api), format_checker=FormatChecker()
    )
    problems = [
        f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)
    ]
    _broken(where, "", problems)


def _broken(method: str, path: str, problems: list[str]) -> None:
    if problems:
        raise BrokenContractError(f"{method} {path}: " + "; ".join(problems[:MOST_SAID]))


@cache
def _document(api: Api) -> dict[str, Any]:
    text = (REFERENCE / f"noyo-{api}-openapi.json").read_text(encoding="utf-8")
    return _as_json_schema(json.loads(text))


@cache
def _registry(api: Api) -> Registry[Any]:
    resource = Resource(contents=_document(api), specification=DRAFT202012)
    return Registry().with_resource(f"noyo:{api}", resource)


@cache
def _templates(api: Api) -> list[tuple[re.Pattern[str], str]]:
    templates = sorted(_document(api)["paths"], key=lambda one: one.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one))), one) for one in templates]


def _as_json_schema(part: Any) -> Any:
    """Say ``nullable`` of OpenAPI 3.0 as JSON Schema does; the rest is the same."""
    if isinstance(part, list):
        return [_as_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    told = {key: _as_json_schema(value) for key, value in part.items()}
    if told.get("nullable") is not True:
        return told
    del told["nullable"]
    return {"anyOf": [told, {"type": "null"}]}
