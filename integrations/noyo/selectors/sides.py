"""Both sides of a group: our people and their coverages, and the carrier's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from django.db.models import Q, QuerySet

from eoi.models import EoiRequest
from groups.models import Benefit, Dependent, Election, Employee, GroupPlan
from groups.models.members import SSN_MASK, Member
from integrations.noyo import comparing
from integrations.noyo.comparing import Expected, Group, Held, Ours, Side, Theirs
from integrations.noyo.models import (
    CarrierCoverage,
    MemberLink,
    NoyoGroup,
    NoyoMember,
    PlanLink,
)

# What the carrier covers now; waived and ended coverages are none.
HELD = ("active", "pending")


def of_group(noyo_group: NoyoGroup, *, on: date) -> Group:
    """Both sides of a group as they stand on a day."""
    employees = _in_service(Employee.objects.filter(group=noyo_group.group_id), on)
    dependents = Dependent.objects.filter(employee__in=employees)
    members = NoyoMember.objects.filter(noyo_group=noyo_group, gone_at=None)
    links = MemberLink.objects.filter(noyo_group=noyo_group).exclude(
        state=MemberLink.State.REJECTED
    )
    linked, waiting_ours, waiting_theirs = {}, set(), set()
    for link in links:
        key = f"e{link.employee_id}" if link.employee_id else f"d{link.dependent_id}"
        if link.state == MemberLink.State.CONFIRMED:
            linked[key] = link.member_id
        else:
            waiting_ours.add(key)
            waiting_theirs.add(link.member_id)
    mapped = _mapped(noyo_group, on=on)
    families: dict[int, list[Dependent]] = defaultdict(list)
    for dependent in dependents:
        families[dependent.employee_id].append(dependent)
    return Group(
        ours=[
            *(Ours("e", one.pk, _our_side(one)) for one in employees),
            *(Ours("d", one.pk, _our_side(one)) for one in dependents),
        ],
        theirs=[Theirs(one.pk, one.noyo_id, _their_side(one)) for one in members],
        links=linked,
        waiting_ours=waiting_ours,
        waiting_theirs=waiting_theirs,
        expected=list(_expected(noyo_group, mapped, families, on=on)),
        held=list(_held(noyo_group, on=on)),
        linked_plans=set().union(*mapped.values()),
    )


def _in_service(employees: QuerySet[Employee], on: date) -> QuerySet[Employee]:
    return employees.filter(Q(termination_date=None) | Q(termination_date__gte=on))


def _our_side(person: Member) -> Side:
    values = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "date_of_birth": comparing.spelled_date(person.date_of_birth),
        "gender": person.gender,
        comparing.SSN: person.masked_ssn,
    }
    if isinstance(person, Employee):
        values["hire_date"] = comparing.spelled_date(person.hire_date)
    return Side(values, bytes(person.ssn_index or b""))


def _their_side(member: NoyoMember) -> Side:
    values = {
        "first_name": member.first_name,
        "last_name": member.last_name,
        "date_of_birth": comparing.spelled_date(member.date_of_birth),
        "gender": member.gender,
        "hire_date": comparing.spelled_date(member.hire_date),
        comparing.SSN: f"{SSN_MASK}{member.ssn_tail}" if member.ssn_tail else "",
    }
    return Side(values, bytes(member.ssn_index or b""))


def _expected(
    noyo_group: NoyoGroup,
    mapped: Mapping[int, set[int]],
    families: Mapping[int, Iterable[Dependent]],
    *,
    on: date,
) -> Iterator[Expected]:
    """Coverages in force whose plan is linked: for others nobody knows what the carrier has."""
    plans = GroupPlan.objects.in_bulk(mapped)
    elections = Election.objects.filter(
        Q(original_effective_date=None) | Q(original_effective_date__lte=on),
        Q(termination_date=None) | Q(termination_date__gte=on),
        plan__in=mapped,
        employee__in=_in_service(Employee.objects.filter(group=noyo_group.group_id), on),
    ).select_related("benefit")
    requests = dict(
        EoiRequest.objects.filter(group=noyo_group.group_id).open().values_list("election_id", "pk")
    )
    for election in elections:
        plan = plans[cast("int", election.plan_id)]
        has_volume = plan.basis != GroupPlan.Basis.NONE
        for person in _covered(election, families):
            yield Expected(
                person=person,
                line=election.benefit.line,
                plan=plan.pk,
                plan_name=plan.name,
                plans=mapped[plan.pk],
                volume=election.volume if has_volume else None,
                request_id=requests.get(election.pk),
            )


def _covered(election: Election, families: Mapping[int, Iterable[Dependent]]) -> Iterator[str]:
    if election.dependent_id is not None:
        yield f"d{election.dependent_id}"
    elif election.benefit.covers == Benefit.Covers.SUBSCRIBER:
        yield f"e{election.employee_id}"
    else:  # one election for all children
        for one in families.get(election.employee_id, ()):
            if one.relationship == Dependent.Relationship.CHILD:
                yield f"d{one.pk}"


def _mapped(noyo_group: NoyoGroup, *, on: date) -> dict[int, set[int]]:
    """Our plans with the carrier's that they are linked with on a day."""
    links = PlanLink.objects.filter(
        Q(mapping__end_date=None) | Q(mapping__end_date__gte=on),
        mapping__group=noyo_group.group_id,
        mapping__start_date__lte=on,
        state=PlanLink.State.CONFIRMED,
    )
    mapped: dict[int, set[int]] = defaultdict(set)
    for plan_id, carrier_plan_id in links.values_list("plan_id", "carrier_plan_id"):
        if plan_id is not None and carrier_plan_id is not None:
            mapped[plan_id].add(carrier_plan_id)
    return mapped


def _held(noyo_group: NoyoGroup, *, on: date) -> Iterator[Held]:
    coverages = CarrierCoverage.objects.filter(
        Q(effective_date=None) | Q(effective_date__lte=on),
        Q(termination_date=None) | Q(termination_date__gte=on),
        member__noyo_group=noyo_group,
        gone_at=None,
        status__in=HELD,
    ).select_related("carrier_plan")
    for one in coverages:
        plan = one.carrier_plan
        yield Held(
            member=one.member_id,
            line=one.line,
            plan=one.carrier_plan_id,
            plan_name=plan.name if plan else "",
            volume=one.volume,
        )
