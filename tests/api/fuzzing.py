"""Schemathesis against the running API: requests made from its own description, right and wrong."""

import os
from typing import Any

import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "4"))
# What a description cannot say: rules of the agency refuse bodies of the right shape.
RULES = {"positive_data_acceptance"}
# Wrong keys from one address are throttled soon; test_callers.py asks about keys.
KEYS = {"ignored_auth"}
# What is no description's fault may be found before what is: that a record has changed (412).
REFUSALS = {
    "checks": {
        "negative_data_rejection": {
            "expected-statuses": [
                *("400", "401", "403", "404", "405", "406", "409", "412", "413", "414", "415"),
                *("422", "428", "429"),
            ]
        }
    }
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def description() -> Any:
    """The API's description with what is below /api/v1/."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    made["paths"] = {
        path: rest for path, rest in made["paths"].items() if path.startswith("/api/v1/")
    }
    return schemathesis.openapi.from_dict(made, config=SchemathesisConfig.from_dict(REFUSALS))


def operations() -> dict[str, Any]:
    """Every operation by "METHOD path"."""
    found = (result.ok() for result in description().get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found}


def attack(operation: Any, *, mode: GenerationMode, base_url: str, key: str, examples: int) -> None:
    """Call an operation ``examples`` times and hold each answer against the description."""
    checks = [
        check for check in CHECKS.get_all() if getattr(check, "__name__", "") not in RULES | KEYS
    ]  # fmt: skip

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        case.call_and_validate(base_url=base_url, headers=headers, checks=checks, timeout=60)

    call()
