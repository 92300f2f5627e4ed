"""The differences between our members and the carrier's: found, decided, gone by themselves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo import comparing
from integrations.noyo.comparing import Different
from integrations.noyo.models import Difference, NoyoGroup
from integrations.noyo.selectors import sides
from integrations.noyo.services.holding import held

FOUND = gettext_noop("Differences with the carrier's members")
PAGE = 2_000
State = Difference.State
_TOLD = (
    "kind", "field", "line", "employee_id", "dependent_id", "member_id", "our_value",
    "carrier_value", "eoi_request_id",
)  # fmt: skip
_WRITTEN = ("state", "verdict", "note", "decided_by", "decided_at", "seen_at", "version", *_TOLD)


class DifferenceError(DomainError):
    """The difference is not in the state for this."""

    code = "difference_not_changeable"


def compare(*, noyo_group: NoyoGroup, at: datetime, on: date) -> int:
    """Compare a group as it stands on a day; answer how many differences are open.

    Runs again at any time with the same end: a difference stays one row, goes away by itself, and
    opens again when it comes back or, dismissed, changes.
    """
    with held(noyo_group.pk):
        found = {one.key: one for one in comparing.differences(sides.of_group(noyo_group, on=on))}
        _write(noyo_group, found, at=at)
    return Difference.objects.filter(noyo_group=noyo_group, state=State.OPEN).count()


def decide(
    *, rows: QuerySet[Difference], state: str, user: User, at: datetime, note: str = ""
) -> int:
    """Dismiss, resolve or open again what is not so yet; answer how many changed.

    Raises:
        DifferenceError: dismissed without a note.
    """
    check(state=state, note=note)
    summary = _SUMMARIES[state]
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary):
        return rows.exclude(state=state).update(
            state=state, verdict="", note=note.strip()[:300], decided_by=user, decided_at=at
        )


def check(*, state: str, note: str) -> None:
    """Refuse what may not be decided.

    Raises:
        DifferenceError: dismissed without a note.
    """
    if state == State.DISMISSED and not note.strip():
        raise DifferenceError(gettext("Explain why the difference does not matter."))


_SUMMARIES: Mapping[str, str] = {
    State.OPEN: gettext_noop("Differences opened again"),
    State.DISMISSED: gettext_noop("Differences dismissed"),
    State.RESOLVED: gettext_noop("Differences resolved"),
}


def _write(noyo_group: NoyoGroup, found: dict[str, Different], *, at: datetime) -> None:
    changed: list[Difference] = []
    rows = Difference.objects.filter(noyo_group=noyo_group, source=Difference.Source.OURS)
    for row in rows:
        now = found.pop(row.key, None)
        if now is None:
            if row.state != State.RESOLVED:
                row.state, row.decided_by, row.decided_at = State.RESOLVED, None, at
                changed.append(row)
            continue
        fresh = _row(noyo_group, now)
        is_told_otherwise = any(getattr(row, name) != getattr(fresh, name) for name in _TOLD)
        if _comes_back(row, noyo_group) or (is_told_otherwise and row.state == State.DISMISSED):
            row.state, row.note, row.decided_by, row.decided_at = State.OPEN, "", None, None
            row.verdict = ""
        elif not is_told_otherwise:
            continue
        for name in _TOLD:
            setattr(row, name, getattr(fresh, name))
        row.seen_at = at
        changed.append(row)
    new = [_row(noyo_group, one) for one in found.values()]
    keep(changed, new, channel=Batch.Channel.SYSTEM, summary=FOUND)


def keep(
    changed: Sequence[Difference],
    new: Sequence[Difference],
    *,
    channel: Batch.Channel,
    summary: str,
) -> None:
    """Write differences that were found anew or are other than before, if there are any."""
    if not changed and not new:
        return
    with history.batch(user=None, channel=channel, summary=summary):
        Difference.objects.bulk_update(changed, _WRITTEN, batch_size=PAGE)
        Difference.objects.bulk_create(new, batch_size=PAGE)


def _comes_back(row: Difference, noyo_group: NoyoGroup) -> bool:
    """Whether what was resolved is there again, told by the carrier since somebody resolved it."""
    if row.state != State.RESOLVED:
        return False
    if row.decided_by_id is None or row.decided_at is None:
        return True
    return noyo_group.pulled_at is not None and noyo_group.pulled_at > row.decided_at


def _row(noyo_group: NoyoGroup, one: Different) -> Difference:
    pk = int(one.person[1:]) if one.person else None
    return Difference(
        noyo_group=noyo_group,
        key=one.key,
        kind=one.kind,
        field=one.field,
        line=one.line,
        employee_id=pk if one.person.startswith("e") else None,
        dependent_id=pk if one.person.startswith("d") else None,
        member_id=one.member,
        our_value=one.our_value,
        carrier_value=one.carrier_value,
        eoi_request_id=one.request_id,
    )
