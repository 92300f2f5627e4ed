"""Schemathesis against the running API: requests made from its own description, right and wrong."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "3"))
# Walks of each collection, and steps of each walk.
WALKS = max(EXAMPLES - 1, 1)
STEPS = 10
MISSED = {
    HTTPStatus.NOT_FOUND,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
}
CONFIG = {
    "checks": {
        # What a description cannot say: rules of the agency refuse bodies of the right shape.
        "positive_data_acceptance": {"enabled": False},
        # Wrong keys from one address are throttled soon; test_callers.py asks about keys.
        "ignored_auth": {"enabled": False},
        # What is no description's fault may be found before what is: that a record has changed.
        "negative_data_rejection": {
            "expected-statuses": [
                *("400", "401", "403", "404", "405", "406", "409", "412", "413", "414", "415"),
                *("422", "428", "429"),
            ]
        },
    }
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
Bodies = Mapping[str, Callable[[], dict[str, Any]]]
Seen = Counter[tuple[str, int]]


def description() -> Any:
    """The API's description with what is below /api/v1/."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    made["paths"] = {
        path: rest for path, rest in made["paths"].items() if path.startswith("/api/v1/")
    }
    return schemathesis.openapi.from_dict(made, config=SchemathesisConfig.from_dict(CONFIG))


def operations() -> dict[str, Any]:
    """Every operation by "METHOD path"."""
    found = (result.ok() for result in description().get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found}


def bounded(examples: int, **more: Any) -> settings:
    """The same requests each time, and no more than ``examples`` runs."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def attack(operation: Any, *, mode: GenerationMode, base_url: str, key: str, examples: int) -> None:
    """Call an operation ``examples`` times and hold each answer against the description."""

    @bounded(examples)
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        case.call_and_validate(base_url=base_url, headers=headers, timeout=60)

    call()


def walk(
    described: Any, prefix: str, *, base_url: str, key: str, examples: int, bodies: Bodies
) -> Seen:
    """Follow the links of one collection: create or list, then show, change, act and remove.

    ``bodies`` are what the rules of the agency accept, by operation; creations use them, since what
    is made up is mostly refused, and lists are asked for whole. Answers with how often each
    operation was reached by a link, by the status of its answer.
    """
    seen: Seen = Counter()
    # Files come as forms: their addresses lead nowhere, and would take most steps of a walk.
    collection = described.include(path_regex=f"^/api/v1/{prefix}/")
    machine = collection.exclude(path_regex="/documents/").as_state_machine()

    class Walk(machine):
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {key}"}
            return {"base_url": base_url, "headers": headers, "timeout": 60}

        def before_call(self, case: Any) -> None:
            if not (case.meta and case.meta.generation.mode.is_positive):
                return
            body = bodies.get(case.operation.label)
            if body:
                case.body = body()
                case.media_type = "application/json"
            elif case.method.upper() == "GET" and not case.path_parameters:
                case.query = {}  # filters made up leave nothing to go on with

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            node = self.recorder.cases[case.id]
            if node.transition is not None and node.is_transition_applied:
                seen[case.operation.label, response.status_code] += 1

    generate = bounded(examples, stateful_step_count=STEPS, phases=[Phase.generate])
    Walk.run(settings=generate)
    return seen


def reached(seen: Seen, *methods: str) -> bool:
    """Whether a link led one of these methods to its record in its present state, at least once.

    What is made up may still be refused there, by a rule of the agency.
    """
    return any(
        label.partition(" ")[0] in methods and status not in MISSED for label, status in seen
    )
