"""The same decisions, through the board, a worksheet, an SFTP folder and the API."""

import html
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.imports import tasks
from agencyhub.imports.models import Import
from eoi.models import Decision, EoiRequest
from eoi.services import deciding
from eoi.worksheets import reading
from groups.models import CoverageLock, CoveragePeriod, EmployerGroup
from tests.eoi import sheets
from tests.eoi_batches.decisions import CASES, HOW_MANY, Posed, pose
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db]
Errors = dict[int, str]
HEADER = (*sheets.HEADER, "Approved Amount")
FIELDS = (
    "subscriber_id", "ssn", "covered", "benefit_lookup_code", "action", "approved_volume",
    "effective_date", "original_effective_date", "reference_number", "request_id",
    "approved_amount",
)  # fmt: skip


def by_hand(posed: Sequence[Posed], **_tools: Any) -> Errors:
    """Tick requests on the board, one action and one day at a time."""
    page = Client()
    page.force_login(UserFactory(owner=True))
    groups = defaultdict(list)
    for one in posed:
        groups[one.case.action, one.case.day].append(one)
    errors: Errors = {}
    for (action, day), ones in groups.items():
        for start in range(0, len(ones), 50):
            errors |= _ticked(page, action, day, ones[start : start + 50])
    return errors


def _ticked(page: Client, action: str, day: str, ones: Sequence[Posed]) -> Errors:
    rows = {one.request.pk: one.asked.row for one in ones}
    sent: dict[str, Any] = {"pk": list(rows), "action": action, "effective_date": day}
    sent |= {f"volume_{one.request.pk}": one.case.volume or "" for one in ones}
    answer = page.post(reverse("eoi:decision_save"), {**sent, "confirmed": "on"})
    if answer.status_code == 302:
        return {}
    lines = answer.context["lines"]
    shown = html.unescape(answer.content.decode())
    assert all(problem in shown for line in lines for problem in line.problems)
    return {rows[line.item.pk]: "|".join(line.problems) for line in lines if line.problems}


def by_worksheet(posed: Sequence[Posed], *, folder: Path, **_tools: Any) -> Errors:
    """Upload a worksheet as XML Spreadsheet 2003, and read the one with what failed."""
    page = Client()
    page.force_login(UserFactory(owner=True))
    content = sheets.markup(_cells(posed), header=HEADER)
    page.post(reverse("eoi:worksheet_upload"), {"file": SimpleUploadedFile("d.xml", content)})
    run = Import.objects.get()
    tasks.stage_import(run.pk)
    failed = page.post(reverse("eoi:worksheet_failed", args=[run.pk]))
    path = folder / "failed.xml"
    path.write_bytes(b"".join(failed.streaming_content))
    sheet = reading.read(path)
    place = sheet.headings.index("Errors")
    return _in_order(posed, [cells[place] for cells in sheet.cells.values()])


def by_sftp(posed: Sequence[Posed], *, box: Any, **_tools: Any) -> Errors:
    """Put a file into the group's folder, and read the results file."""
    box.put("decisions.csv", sheets.comma_separated(_cells(posed), header=HEADER))
    box.pick_up()
    errors = {}
    for line in box.results("decisions.csv"):
        row, _number, _code, _action, result, text = line.split(",", 5)
        if result == "R":
            errors[int(row)] = text.strip('"')
    return errors


def by_api(posed: Sequence[Posed], **_tools: Any) -> Errors:
    """Send everything in one call; a partner names employees by SSN."""
    key = api_keys.create_key(name="Carrier", scope="eoi")
    names = ("ssn", "benefit_lookup_code", "action", "approved_volume", "approved_amount")
    days = ("effective_date", "original_effective_date")
    rows = [{name: getattr(one.asked, name) or "" for name in names + days} for one in posed]
    answer = Client().put(
        "/v2/eoi/decisions",
        json.dumps({"decisions": rows}),
        content_type="application/json",
        headers={"X-API-Key": key.raw},
    )
    told = answer.json()["data"]["failed_rows"]
    return _in_order(posed, [row["errors"] for row in told])


def _in_order(posed: Sequence[Posed], told: Sequence[str]) -> Errors:
    """Errors of a door that tells failed rows in their order, without a number."""
    failing = [one.asked.row for one in posed if one.case.problems]
    return dict(zip(failing, told, strict=True))


@pytest.mark.parametrize("door", [by_hand, by_worksheet, by_sftp, by_api])
def test_ends_in_the_same_state_with_the_same_errors(
    door: Callable[..., Errors], box: Any, settings: Any, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    api_keys.forget()
    group = box.folder.group
    posed = pose(group, by_hand=door is by_hand)
    expected, texts = _as_the_service_does(group, posed)

    errors = door(posed, box=box, folder=tmp_path)

    assert {row: _bare(text) for row, text in errors.items()} == texts
    assert _state(group) == expected
    assert Decision.objects.values("channel").distinct().count() == 1


def test_violates_every_guard_and_takes_every_action():
    assert len(CASES) < HOW_MANY
    assert {case.action for case in CASES if not case.problems} == set(Decision.Action.values)


def _as_the_service_does(group: EmployerGroup, posed: Sequence[Posed]) -> tuple[Any, Errors]:
    """The state that the service itself leaves, taken back again, and its errors."""
    point = transaction.savepoint()
    asked = [one.asked for one in posed]
    result = deciding.decide(
        asked,
        channel=Decision.Channel.MANUAL,
        user=None,
        within=EmployerGroup.objects.filter(pk=group.pk),
        at=timezone.now(),
    )
    codes = {one.asked.row: {each.code for each in one.problems} for one in result.failed}
    assert codes == {one.asked.row: set(one.case.problems) for one in posed if one.case.problems}
    for one in posed:
        one.request.election.refresh_from_db()
        assert one.request.election.volume == one.case.volume_after
    state = _state(group)
    transaction.savepoint_rollback(point)
    texts = {
        one.asked.row: _bare("".join(each.text for each in one.problems)) for one in result.failed
    }
    return state, texts


def _state(group: EmployerGroup) -> Any:
    requests = EoiRequest.objects.filter(group=group).order_by("pk")
    election = (
        "volume", "premium", "plan_id", "requested_volume", "requested_plan_id",
        "requested_premium", "waiting_for_eoi", "original_effective_date",
    )  # fmt: skip
    periods = CoveragePeriod.objects.filter(election__employee__group=group)
    locks = CoverageLock.objects.filter(employee__group=group, lifted_at__isnull=True)
    decisions = Decision.objects.filter(request__group=group)
    return [
        list(rows)
        for rows in (
            requests.values_list("pk", "status", *(f"election__{name}" for name in election)),
            periods.order_by("election", "start_date").values_list(
                "election_id", "plan_id", "volume", "premium", "start_date", "end_date"
            ),
            locks.order_by("employee").values_list("employee_id", "benefit_id", "volume"),
            decisions.order_by("request", "pk").values_list(
                "request_id", "action", "approved_volume", "effective_date", "volume_after"
            ),
        )
    ]


def _cells(posed: Sequence[Posed]) -> list[list[str]]:
    return [[str(getattr(one.asked, name) or "") for name in FIELDS] for one in posed]


def _bare(text: str) -> str:
    """Texts without what doors put between them."""
    return re.sub(r"[\s,;|]+", "", text)
