"""Spoil a delivery on purpose, the way real partners do by accident. Pure rules."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.plancompare.behaviour import Behaviour

Payload = dict[str, Any]
TOO_LARGE_BYTES = 5 * 1024 * 1024
WRONG_KEY = "sandbox-wrong-key"


def request_for(
    payloads: Sequence[Payload], behaviour: Behaviour, api_key: str
) -> tuple[bytes, dict[str, str]]:
    """Make body and headers of one delivery: one enrollment or an envelope of several."""
    spoil = _SPOILERS.get(behaviour.bad_data)
    sent = [spoil(payload) for payload in payloads] if spoil else list(payloads)
    value: Any = {"enrollments": sent} if behaviour.envelope else sent[0]
    body = json.dumps(value).encode()
    if behaviour.bad_data == "bad_json":
        body = body[: len(body) * 2 // 3]
    headers = {"Content-Type": "application/json", "User-Agent": "PlanCompare-Sandbox/1"}
    key = WRONG_KEY if behaviour.bad_data == "wrong_key" else api_key
    return body, headers | ({"X-API-Key": key} if key else {})


def _without_carrier(payload: Payload) -> Payload:
    return payload | {"plan": _plan_without(payload, "carrier_name")}


def _of_unknown_type(payload: Payload) -> Payload:
    plan = _plan_without(payload, "plan_type")
    return payload | {"plan": plan | {"plan_type": "Hospital Indemnity"}}


def _on_no_day(payload: Payload) -> Payload:
    return payload | {"application_effective_date": "2027-02-30"}


def _too_large(payload: Payload) -> Payload:
    return payload | {"padding": "x" * TOO_LARGE_BYTES}


def _plan_without(payload: Payload, name: str) -> Payload:
    return {key: value for key, value in payload["plan"].items() if key != name}


_SPOILERS: dict[str, Callable[[Payload], Payload]] = {
    "missing_field": _without_carrier,
    "unknown_plan_type": _of_unknown_type,
    "bad_date": _on_no_day,
    "too_large": _too_large,
}
