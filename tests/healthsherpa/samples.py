"""HealthSherpa's deliveries for tests: the sample, and every way it is wrapped and spelled."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import integrations.healthsherpa

SAMPLES = Path(integrations.healthsherpa.__file__).parent / "samples"


def sample(name: str = "captive_agent") -> dict[str, Any]:
    """The sample delivery of that name, to be changed at will."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


def submission(**application: Any) -> dict[str, Any]:
    """The captive agent's sample, its application changed."""
    made = sample()
    made["medicare_application"] |= application
    return made


def camel(value: Any) -> Any:
    """The same with keys in camelCase at every level."""
    if isinstance(value, dict):
        return {_hump(name): camel(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [camel(inner) for inner in value]
    return copy.copy(value)


def outer_camel(value: dict[str, Any]) -> dict[str, Any]:
    """Only the outermost keys in camelCase."""
    return {_hump(name): inner for name, inner in value.items()}


def _hump(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


CASINGS = {"snake_case": lambda value: value, "camelCase": camel, "mixed": outer_camel}
ENVELOPES = {
    "bare": lambda body: body,
    "array": lambda body: [body],
    "data": lambda body: {"event": "enrollment_submitted", "data": body},
    "payload": lambda body: {"payload": body},
    "text": lambda body: {"text": json.dumps(body)},
    "data with an array": lambda body: {"data": [body]},
    "payload of data": lambda body: {"payload": {"data": body}},
    "text of an array": lambda body: {"text": json.dumps([body])},
    "data as text": lambda body: {"data": json.dumps(body)},
}
