"""Pages about members: who waits to be linked, who is known on one side only, what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from agencyhub.records.lists.columns import us_day
from groups.models import Dependent, Employee
from groups.models.members import SSN_MASK
from integrations.noyo.linking import AGAINST, WORDS, Why
from integrations.noyo.models import Difference, MemberLink, NoyoGroup, NoyoMember

SHOWN = 50
MOST_CHOICES = 300
State = MemberLink.State


@dataclass(frozen=True)
class Line:
    """One field of two people side by side."""

    label: str
    left: str
    right: str

    @property
    def is_different(self) -> bool:
        return bool(self.left and self.right) and self.left.casefold() != self.right.casefold()


@dataclass(frozen=True)
class Waiting:
    """Two who may be one person, for somebody to decide."""

    link: MemberLink
    lines: Sequence[Line]
    reasons: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Counts:
    """How far the linking of a group is."""

    linked: int
    waiting: int
    only_there: int


def groups(user: User) -> QuerySet[NoyoGroup]:
    """Groups at Noyo that are ours and that the user reaches."""
    rows = NoyoGroup.objects.visible_to(user).filter(group__isnull=False)
    return rows.select_related("group")


def differences(user: User) -> QuerySet[Difference]:
    """Differences with everybody whom they concern."""
    rows = Difference.objects.visible_to(user)
    return rows.select_related(
        "noyo_group__group", "employee", "dependent__employee", "member", "decided_by"
    )


def counts(noyo_group: NoyoGroup) -> Counts:
    """How many members are linked, wait, and are known to the carrier only."""
    links = MemberLink.objects.filter(noyo_group=noyo_group)
    return Counts(
        linked=links.filter(state=State.CONFIRMED).count(),
        waiting=links.filter(state=State.SUGGESTED).count(),
        only_there=only_there(noyo_group).count(),
    )


def links(user: User) -> QuerySet[MemberLink]:
    """Links with both people."""
    rows = MemberLink.objects.visible_to(user)
    return rows.select_related(
        "member__employee_of", "employee", "dependent__employee", "noyo_group__group"
    )


def waiting(noyo_group: NoyoGroup, user: User) -> list[Waiting]:
    """The first of those who wait, the likeliest first."""
    rows = links(user).filter(noyo_group=noyo_group, state=State.SUGGESTED)
    return [_waiting(link) for link in rows.order_by("-score", "pk")[:SHOWN]]


def only_there(noyo_group: NoyoGroup) -> QuerySet[NoyoMember]:
    """Members whom nobody here is, and nobody may be."""
    known = MemberLink.objects.filter(member=OuterRef("pk")).exclude(state=State.REJECTED)
    rows = NoyoMember.objects.filter(~Exists(known), noyo_group=noyo_group, gone_at=None)
    return rows.select_related("employee_of").order_by("last_name_key", "first_name_key", "pk")


def may_be(member: NoyoMember) -> list[Employee | Dependent]:
    """Those of our people who are not linked and could be this member."""
    linked = MemberLink.objects.filter(noyo_group=member.noyo_group_id, state=State.CONFIRMED)
    order = ("last_name_key", "first_name_key", "pk")
    if member.kind == NoyoMember.Kind.EMPLOYEE:
        free = Employee.objects.filter(
            ~Exists(linked.filter(employee=OuterRef("pk"))), group=member.noyo_group.group_id
        )
        return list(free.order_by(*order)[:MOST_CHOICES])
    family = linked.filter(member=member.employee_of_id).values("employee")
    free_dependents = Dependent.objects.filter(
        ~Exists(linked.filter(dependent=OuterRef("pk"))), employee__in=family
    )
    return list(free_dependents.order_by(*order)[:MOST_CHOICES])


def _waiting(link: MemberLink) -> Waiting:
    ours, theirs = link.employee or link.dependent, link.member
    assert ours is not None  # noqa: S101 - a check of the table
    tail = f"{SSN_MASK}{theirs.ssn_tail}" if theirs.ssn_tail else ""
    lines = [
        Line(_("First name"), ours.first_name, theirs.first_name),
        Line(_("Last name"), ours.last_name, theirs.last_name),
        Line(_("Date of birth"), us_day(ours.date_of_birth), us_day(theirs.date_of_birth)),
        Line(_("SSN"), ours.masked_ssn, tail),
    ]
    if link.dependent and theirs.employee_of:
        mine, yours = link.dependent.employee, theirs.employee_of
        theirs_name = f"{yours.first_name} {yours.last_name}"
        lines.append(Line(_("Employee"), mine.full_name, theirs_name))
    reasons = [(_(WORDS[why]), why in AGAINST) for why in map(Why, link.reasons)]
    return Waiting(link, lines, reasons)
