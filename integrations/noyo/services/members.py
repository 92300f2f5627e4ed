"""Link a group's people with the carrier's members, by themselves where that is safe."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import AnyOf
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import Dependent, Employee
from groups.models.members import Member
from integrations.noyo import linking
from integrations.noyo.linking import Found, Person
from integrations.noyo.models import MemberLink, NoyoGroup, NoyoMember
from integrations.noyo.services.holding import held

SUMMARY = gettext_noop("Members linked with the carrier's")
PAGE = 2_000
# Found by the keys of one of our people and of a member.
Wanted = dict[tuple[int, int], Found]
State = MemberLink.State
# Noyo's words for relationships that are one of ours; others are told apart by nobody here.
RELATIONS = {
    "spouse": Dependent.Relationship.SPOUSE,
    "domestic-partner": Dependent.Relationship.DOMESTIC_PARTNER,
    "civil-union": Dependent.Relationship.DOMESTIC_PARTNER,
    "child": Dependent.Relationship.CHILD,
    "step-child": Dependent.Relationship.CHILD,
    "adopted-child": Dependent.Relationship.CHILD,
    "foster-child": Dependent.Relationship.CHILD,
}


class MemberLinkError(DomainError):
    """The two cannot be said to be one person."""

    code = "member_not_linkable"


@dataclass(frozen=True)
class Outcome:
    """What a run found: how many are linked in all, how many wait, how many changed."""

    linked: int
    waiting: int
    changed: int


def number_of(person: Member) -> str:
    """What we call a person towards Noyo: unique in the group, never changing, never an SSN."""
    return f"{'e' if isinstance(person, Employee) else 'd'}{person.pk}"


def link_members(*, noyo_group: NoyoGroup) -> Outcome:
    """Compare all people of a group; keep what people decided, and write only what changed.

    Runs again at any time with the same end. A group that is none of ours has nobody to compare.
    """
    if noyo_group.group_id is None:
        return Outcome(0, 0, 0)
    with held(noyo_group.pk):
        kept = list(MemberLink.objects.filter(noyo_group=noyo_group))
        employees = _employees(noyo_group, kept)
        dependents = _dependents(noyo_group, kept, employees)
        changed = _write(noyo_group, kept, employees=employees, dependents=dependents)
    links = MemberLink.objects.filter(noyo_group=noyo_group)
    return Outcome(
        linked=links.filter(state=State.CONFIRMED).count(),
        waiting=links.filter(state=State.SUGGESTED).count(),
        changed=changed,
    )


def confirm(*, link: MemberLink, user: User, at: datetime) -> MemberLink:
    """Say that the two are one person; what else was suggested for either goes away.

    Raises:
        MemberLinkError: one of them is linked with somebody else.
    """
    with _deciding(link, user, gettext_noop("Member linked")) as row:
        others = MemberLink.objects.filter(noyo_group=row.noyo_group_id).exclude(pk=row.pk)
        rivals = others.filter(member=row.member_id) | others.filter(
            employee=row.employee_id, dependent=row.dependent_id
        )
        if rivals.filter(state=State.CONFIRMED).exists():
            msg = gettext(
                "One of the two is already linked with somebody else. Take that link apart first."
            )
            raise MemberLinkError(msg)
        rivals.filter(state=State.SUGGESTED).delete()
        _decide(row, State.CONFIRMED, user=user, at=at)
    return row


def reject(*, link: MemberLink, user: User, at: datetime) -> MemberLink:
    """Say that the two are not one person; nobody is asked about them again."""
    with _deciding(link, user, gettext_noop("Member not linked")) as row:
        _decide(row, State.REJECTED, user=user, at=at)
    return row


def pair(*, member: NoyoMember, person: Member, user: User, at: datetime) -> MemberLink:
    """Link two that nothing suggested.

    Raises:
        MemberLinkError: they are of two groups or kinds, or linked with somebody else.
    """
    is_employee = isinstance(person, Employee)
    group_id = person.group_id if is_employee else person.employee.group_id  # type: ignore[attr-defined]
    fits = (member.kind == NoyoMember.Kind.EMPLOYEE) == is_employee
    if not fits or member.noyo_group.group_id != group_id:
        raise MemberLinkError(gettext("Choose somebody of the same group and kind."))
    likeness = linking.compare(_ours(person), _theirs(member))
    ours = {"employee": person} if is_employee else {"dependent": person}
    told = {"score": Decimal(str(likeness.score)), "reasons": list(likeness.reasons)}
    with transaction.atomic():
        link, _is_new = MemberLink.objects.get_or_create(
            **ours, member=member, defaults={"noyo_group": member.noyo_group, **told}
        )
        return confirm(link=link, user=user, at=at)


@contextmanager
def _deciding(link: MemberLink, user: User, summary: str) -> Iterator[MemberLink]:
    """The link as it is now, its group locked, inside a batch of the user's."""
    batch = history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary)
    with held(link.noyo_group_id), batch:
        yield MemberLink.objects.get(pk=link.pk)


def _decide(link: MemberLink, state: str, *, user: User, at: datetime) -> None:
    link.state, link.decided_by, link.decided_at = state, user, at
    link.save(update_fields=["state", "decided_by", "decided_at"])


def _employees(noyo_group: NoyoGroup, kept: Sequence[MemberLink]) -> Wanted:
    fixed = [one for one in kept if one.employee_id is not None and one.decided_by_id is not None]
    return _compared(
        Employee.objects.filter(group=noyo_group.group_id),
        _members(noyo_group, NoyoMember.Kind.EMPLOYEE),
        {(cast("int", one.employee_id), one.member_id): one.state for one in fixed},
    )


def _dependents(noyo_group: NoyoGroup, kept: Sequence[MemberLink], employees: Wanted) -> Wanted:
    """Dependents of linked employees, family by family."""
    linked = {one for one, found in employees.items() if found.is_linked}
    linked |= {
        (one.employee_id, one.member_id)
        for one in kept
        if one.employee_id and one.decided_by_id and one.state == State.CONFIRMED
    }
    fixed: dict[tuple[int, int], str] = {
        (one.dependent_id, one.member_id): one.state
        for one in kept
        if one.dependent_id is not None and one.decided_by_id is not None
    }
    mine: dict[int, list[Dependent]] = defaultdict(list)
    for dependent in Dependent.objects.filter(employee__group=noyo_group.group_id):
        mine[dependent.employee_id].append(dependent)
    yours: dict[int | None, list[NoyoMember]] = defaultdict(list)
    for member in _members(noyo_group, NoyoMember.Kind.DEPENDENT):
        yours[member.employee_of_id].append(member)
    wanted: Wanted = {}
    for employee_pk, member_pk in linked:
        wanted |= _compared(mine[employee_pk], yours[member_pk], fixed, is_family=True)
    return wanted


def _members(noyo_group: NoyoGroup, kind: str) -> QuerySet[NoyoMember]:
    return NoyoMember.objects.filter(noyo_group=noyo_group, kind=kind, gone_at=None)


def _compared(
    ours: Iterable[Member],
    theirs: Iterable[NoyoMember],
    fixed: Mapping[tuple[int, int], str],
    *,
    is_family: bool = False,
) -> Wanted:
    """What is found among those about whom nobody has decided."""
    settled = [pair for pair, state in fixed.items() if state == State.CONFIRMED]
    mine, yours = {a for a, _ in settled}, {b for _, b in settled}
    found = linking.link(
        [_ours(one) for one in ours if one.pk not in mine],
        [_theirs(one) for one in theirs if one.pk not in yours],
        never={pair for pair, state in fixed.items() if state == State.REJECTED},
        is_family=is_family,
    )
    return {(one.ours, one.theirs): one for one in found}


def _ours(person: Member) -> Person:
    first, last = linking.normal(person.first_name, person.last_name)
    relation = person.relationship if isinstance(person, Dependent) else ""
    return Person(
        pk=person.pk,
        first=first,
        last=last,
        born=person.date_of_birth,
        ssn=bytes(person.ssn_index or b""),
        number=number_of(person),
        relation=relation,
    )


def _theirs(member: NoyoMember) -> Person:
    first, last = linking.normal(member.first_name, member.last_name)
    return Person(
        pk=member.pk,
        first=first,
        last=last,
        born=member.date_of_birth,
        ssn=bytes(member.ssn_index or b""),
        number=member.custom_individual_id,
        relation=RELATIONS.get(member.relationship, ""),
    )


def _write(
    noyo_group: NoyoGroup,
    kept: Iterable[MemberLink],
    *,
    employees: Wanted,
    dependents: Wanted,
) -> int:
    """Make the rows that nobody decided about what was found; answer how many changed."""
    wanted: dict[tuple[int | None, int | None, int], Found] = {}
    wanted |= {(pk, None, member): one for (pk, member), one in employees.items()}
    wanted |= {(None, pk, member): one for (pk, member), one in dependents.items()}
    gone: list[int] = []
    changed: list[MemberLink] = []
    for row in kept:
        if row.decided_by_id is not None:
            continue
        found = wanted.pop((row.employee_id, row.dependent_id, row.member_id), None)
        if found is None:
            gone.append(row.pk)
        elif _told(row) != _told(fresh := _row(noyo_group, row.member_id, found)):
            row.state, row.score, row.reasons = fresh.state, fresh.score, fresh.reasons
            changed.append(row)
    new = [
        _row(noyo_group, member, found, employee_id=employee, dependent_id=dependent)
        for (employee, dependent, member), found in wanted.items()
    ]
    if gone or changed or new:
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=SUMMARY):
            MemberLink.objects.filter(AnyOf("id", gone)).delete()
            # Who no longer is linked goes first: of each member one link may be confirmed.
            for state in (State.SUGGESTED, State.CONFIRMED):
                rows = [row for row in changed if row.state == state]
                MemberLink.objects.bulk_update(rows, ["state", "score", "reasons"], batch_size=PAGE)
            MemberLink.objects.bulk_create(new, batch_size=PAGE)
    return len(gone) + len(changed) + len(new)


def _row(noyo_group: NoyoGroup, member_id: int, found: Found, **ours: int | None) -> MemberLink:
    return MemberLink(
        noyo_group=noyo_group,
        member_id=member_id,
        state=State.CONFIRMED if found.is_linked else State.SUGGESTED,
        score=Decimal(str(found.score)),
        reasons=list(found.reasons),
        **ours,
    )


def _told(link: MemberLink) -> tuple[str, Decimal, list[str]]:
    return link.state, link.score, link.reasons
