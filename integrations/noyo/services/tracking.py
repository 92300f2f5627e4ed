"""Differences that Noyo itself finds: read with the rest of a group, and answered there first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records.models import Batch
from groups.models.members import SSN_MASK
from integrations.noyo.client import Noyo
from integrations.noyo.models import Difference, MemberLink, NoyoGroup, NoyoMember
from integrations.noyo.services import accounts, differences
from integrations.noyo.services.holding import held

FOUND = gettext_noop("Differences that Noyo found")
State, Kind = Difference.State, Difference.Kind
Record = Mapping[str, Any]
# Noyo's words. Source: its published Tracking API, read 2026-11-22.
KINDS = {
    "missing_from_carrier": Kind.MISSING_AT_CARRIER,
    "missing_from_platform": Kind.MISSING_HERE,
    "field_mismatch": Kind.FIELD,
}
FIELDS = {"dob": "date_of_birth"}
ANSWERS = {State.DISMISSED: "dismiss", State.OPEN: "reopen"}
VALUE, NAME, TAIL = 120, 40, 4
_TOLD = ("kind", "field", "our_value", "carrier_value", "version", "employee_id", "dependent_id",
         "member_id")  # fmt: skip


def take(*, noyo: Noyo, group: NoyoGroup, at: datetime) -> None:
    """Read what Noyo holds open of a group; what it no longer names is resolved.

    Raises the errors of ``Noyo``; then nothing is written.
    """
    told = list(noyo.listed(f"/groups/{group.noyo_id}/differences", {"is_open": "true"},
                            tracking=True))  # fmt: skip
    with held(group.pk):
        fresh = {one.key: one for one in _rows(group, told)}
        known = Difference.objects.filter(noyo_group=group, source=Difference.Source.NOYO)
        changed = []
        for row in known:
            now = fresh.pop(row.key, None)
            if now is None:
                if row.state == State.OPEN:
                    row.state, row.decided_by, row.decided_at = State.RESOLVED, None, at
                    changed.append(row)
            elif row.state == State.RESOLVED or _differs(row, now):
                row.state, row.decided_by, row.decided_at, row.seen_at = State.OPEN, None, None, at
                row.verdict = ""
                for name in _TOLD:
                    setattr(row, name, getattr(now, name))
                changed.append(row)
        new = list(fresh.values())
        differences.keep(changed, new, channel=Batch.Channel.SYNC, summary=FOUND)


def decide(*, one: Difference, state: str, user: User, at: datetime, note: str = "") -> None:
    """Dismiss, resolve or open again, at Noyo first where Noyo found it.

    Raises:
        DifferenceError: dismissed without a note.
        NotActiveError: Noyo found it, and is turned off.
        PartnerUnavailableError, PartnerRejectedError: Noyo did not take it; nothing is changed.
    """
    differences.check(state=state, note=note)
    answer = ANSWERS.get(State(state))
    if one.source == Difference.Source.NOYO and answer:
        with Noyo(accounts.active()) as noyo:
            noyo.change(f"/differences/{one.noyo_id}/{answer}", None, tracking=True)
    rows = Difference.objects.filter(pk=one.pk)
    differences.decide(rows=rows, state=state, user=user, at=at, note=note)


def _rows(group: NoyoGroup, told: Sequence[Record]) -> Iterator[Difference]:
    named = {str(record.get(key)) for record in told for key in ("object_id", "employee_id")}
    rows = NoyoMember.objects.filter(noyo_group=group, noyo_id__in=named)
    members = {one.noyo_id: one for one in rows}
    confirmed = MemberLink.objects.filter(member__in=rows, state=MemberLink.State.CONFIRMED)
    links = {one.member_id: one for one in confirmed}
    for record in told:
        noyo_id, kind = str(record.get("id", "")), record.get("difference_classification")
        if not noyo_id or kind not in KINDS or record.get("is_suppressed"):
            continue
        member = members.get(str(record.get("object_id"))) or members.get(
            str(record.get("employee_id"))
        )
        link = links.get(member.pk) if member else None
        name = str(record.get("difference_type") or "")
        ours, theirs = _values(record)
        yield Difference(
            noyo_group=group,
            key=f"noyo:{noyo_id}",
            source=Difference.Source.NOYO,
            noyo_id=noyo_id,
            version=str(record.get("version") or ""),
            kind=KINDS[kind],
            field=FIELDS.get(name, name)[:NAME],
            member_id=member.pk if member else None,
            employee_id=link.employee_id if link else None,
            dependent_id=link.dependent_id if link else None,
            our_value=ours,
            carrier_value=theirs,
        )


def _values(record: Record) -> tuple[str, str]:
    """What each side says, one field after the other; of an SSN its end."""
    ours: list[str] = []
    theirs: list[str] = []
    for field in record.get("fields") or ():
        is_ssn = "ssn" in str(field.get("key", "")).casefold()
        for values, value in ((ours, field.get("platform_value")),
                              (theirs, field.get("carrier_value"))):  # fmt: skip
            text = str(value or "")
            values.append(f"{SSN_MASK}{text[-TAIL:]}" if is_ssn and text else text)
    return ", ".join(filter(None, ours))[:VALUE], ", ".join(filter(None, theirs))[:VALUE]


def _differs(row: Difference, now: Difference) -> bool:
    names = ("kind", "field", "our_value", "carrier_value")
    return any(getattr(row, name) != getattr(now, name) for name in names)
