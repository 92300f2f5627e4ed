"""Links of the description: what can be done next with the record that an answer tells of.

One hook for every endpoint, for readers and for programs that walk the API by its description.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ROOT = "/api/v1/"
PARTS = re.compile(r"\{([^}]+)\}")
SUCCESSES = ("200", "201", "202")
BY_STATE = ("If-Match", "If-None-Match")
Paths = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Source:
    """An answer that tells of a record.

    ``home`` is the path of single records, ``names`` are the record's properties, ``place`` points
    to it inside the answer, and ``has_state`` says whether its entity tag is in a header.
    """

    path: str
    home: str
    names: set[str]
    place: str
    has_state: bool


def describe_links(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Hook of drf-spectacular: link answers with a record, or several, to what it is good for."""
    paths = {path: rest for path, rest in result["paths"].items() if path.startswith(ROOT)}
    schemas = result["components"]["schemas"]
    homes = {
        component: path
        for path, methods in paths.items()
        if _is_of_one(path) and (component := _component(_answer(methods.get("get", {}))))
    }
    for path, methods in paths.items():
        for operation in methods.values():
            for status in SUCCESSES:
                answer = operation["responses"].get(status, {})
                names, place = _shape(answer, schemas)
                home = homes.get(_component(answer)) or _home(path, paths)
                source = Source(path, home, names, place, "ETag" in answer.get("headers", {}))
                found = dict(_links(source, paths)) if names and home else {}
                if found:
                    answer["links"] = found
    return result


def _answer(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = operation.get("responses", {}).get("200", {})
    return answer


def _schema(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.get("content", {}).get("application/json", {})
    schema: Mapping[str, Any] = found.get("schema", {})
    return schema


def _component(answer: Mapping[str, Any]) -> str:
    return str(_schema(answer).get("$ref", ""))


def _shape(answer: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[set[str], str]:
    """The names of the record's properties, and where in the answer the record is."""
    properties = _properties(_schema(answer), schemas)
    if "results" in properties:
        item = properties["results"].get("items", {})
        return set(_properties(item, schemas)), "/results/0"
    return set(properties), ""


def _properties(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = (schemas[name] if name else schema).get("properties", {})
    return found


def _is_of_one(path: str) -> bool:
    return path.endswith("}/")


def _home(path: str, paths: Paths) -> str:
    """The path of single records: below a collection, else this one or the nearest above it."""
    collection = path.removesuffix("search/")
    for other in paths:
        if _is_of_one(other) and other.rstrip("/").rpartition("/")[0] + "/" == collection:
            return other
    while path.startswith(ROOT):
        if _is_of_one(path) and path in paths:
            return path
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return ""


def _links(source: Source, paths: Paths) -> Iterator[tuple[str, dict[str, Any]]]:
    """One link for each operation that a record's id is enough for, or its id and its state."""
    *above, own = PARTS.findall(source.home)
    if not set(above) <= set(PARTS.findall(source.path)):
        return
    known = {f"path.{name}": f"$request.path.{name}" for name in above}
    name = own if own in source.names else "id"
    known[f"path.{own}"] = f"$response.body#{source.place}/{name}"
    for target, methods in paths.items():
        if not target.startswith(source.home) or set(PARTS.findall(target)) != {*above, own}:
            continue
        for operation in methods.values():
            headers = _state_headers(operation)
            if headers.get("If-Match") and not source.has_state:
                continue
            names = headers if source.has_state else ()
            sent = {f"header.{one}": "$response.header.ETag" for one in names}
            link = {"operationId": operation["operationId"], "parameters": {**known, **sent}}
            yield operation["operationId"], link


def _state_headers(operation: Mapping[str, Any]) -> dict[str, bool]:
    """The headers that take an entity tag; whether each has to be sent."""
    return {
        one["name"]: bool(one.get("required"))
        for one in operation.get("parameters", [])
        if one["in"] == "header" and one["name"] in BY_STATE
    }
