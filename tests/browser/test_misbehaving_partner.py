"""PlanCompare at its worst, over real HTTP: whatever it does, each enrollment makes one policy."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from integrations.models import InboundMessage, TouchedRecord
from tests.browser import troubles
from tests.browser.stack import Stack, until

COUNT = 12


@pytest.fixture(autouse=True)
def _behave_afterwards(stack: Stack) -> Iterator[None]:
    yield
    requests.post(f"{stack.sandbox}/control/reset", json={"settings": True}, timeout=60)


def _make(stack: Stack, **wishes: Any) -> list[str]:
    """Let people enroll; return the enrollment ids."""
    answer = requests.post(f"{stack.sandbox}/control/enrollments", json=wishes, timeout=60)
    assert answer.status_code == 201, answer.text
    return [made["enrollment_id"] for made in answer.json()["enrollments"]]


def _deliveries(stack: Stack, ids: list[str]) -> list[dict[str, Any]]:
    answer = requests.get(f"{stack.sandbox}/control/outbox?limit=500", timeout=60).json()
    return [one for one in answer["deliveries"] if one["enrollment_id"] in ids]


def _until_settled(stack: Stack, ids: list[str]) -> list[dict[str, Any]]:
    """Wait until the sandbox has nothing more to push of these enrollments."""

    def settled() -> list[dict[str, Any]] | None:
        found = _deliveries(stack, ids)
        is_done = len(found) == len(ids) and all(
            one["state"] in ("sent", "refused") for one in found
        )
        return found if is_done else None

    return until(settled)


def _states(stack: Stack, ids: list[str]) -> list[str]:
    with stack.records():
        rows = InboundMessage.objects.filter(external_id__in=ids)
        return sorted(rows.values_list("state", flat=True))


class TestEachEnrollmentMakesOnePolicy:
    @pytest.mark.parametrize(
        ("_case", "behaviour"),
        [
            ("well behaved", {}),
            ("sends all five times at once", {"duplicates": 4, "duplicates_concurrent": True}),
            ("sends in another order", {"reorder": 4}),
            ("drops the answers and sends again", {"lost_answers": 2}),
            ("sends lists", {"envelope": True, "envelope_size": 5}),
            ("all of it", {"duplicates": 2, "reorder": 4, "lost_answers": 1, "envelope": True}),
        ],
    )  # fmt: skip
    def test_when_plancompare(self, stack, _case, behaviour):
        stack.control(**behaviour)

        ids = _make(stack, count=COUNT, seed=len(_case))

        assert {one["state"] for one in _until_settled(stack, ids)} == {"sent"}
        until(lambda: _states(stack, ids) == ["applied"] * COUNT)
        with stack.records():
            made = TouchedRecord.objects.filter(
                message__external_id__in=ids, kind="policy", action="created"
            )
            assert made.count() == COUNT


class TestBadData:
    @pytest.mark.parametrize(
        ("bad_data", "status"),
        [
            ("bad_json", 400),
            ("missing_field", 422),
            ("bad_date", 422),
            ("too_large", 413),
            ("wrong_key", 401),
        ],
    )
    def test_is_refused_and_arrives_once_it_is_mended(self, stack, bad_data, status):
        stack.control(bad_data=bad_data)
        ids = _make(stack, count=1, seed=status)
        refused = _until_settled(stack, ids)[0]
        assert (refused["state"], refused["status"]) == ("refused", status)
        assert _states(stack, ids) == []

        stack.control(bad_data="none")
        requests.post(f"{stack.sandbox}/control/outbox/send", json={}, timeout=60)

        until(lambda: _states(stack, ids) == ["applied"])

    def test_with_an_unknown_plan_type_is_held(self, stack):
        with stack.records():
            troubles.make_plan_type_unknown()
        stack.control(bad_data="unknown_plan_type")

        ids = _make(stack, count=1, seed=77)

        until(lambda: _states(stack, ids) == ["held"])
