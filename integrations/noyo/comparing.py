"""Where a group's people and coverages differ from the carrier's. Pure.

Only what both sides are known to mean is compared: people that are linked, and coverages whose plan
is linked. Volumes are compared where both sides count a lump sum.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from groups.models import LineOfCoverage
from integrations.noyo.models import Difference

Kind = Difference.Kind
PERSON, COVERAGE, PLAN, VOLUME = "person", "coverage", "plan", "volume"
SSN = "ssn"
MOST = 120
# Noyo counts a lump sum here, as we do; disability is counted by the week or the month.
# Source: reference/groups_eoi.md A5.8, read 2026-11-22.
BY_LUMP_SUM = frozenset({
    LineOfCoverage.LIFE, LineOfCoverage.ADD, LineOfCoverage.CRITICAL_ILLNESS,
    LineOfCoverage.HOSPITAL_INDEMNITY,
})  # fmt: skip


@dataclass(frozen=True)
class Side:
    """Somebody's data as they are compared and shown, ``{field: text}``; blanks tell nothing.

    The SSN is shown by its tail and compared by its blind index.
    """

    values: Mapping[str, str]
    ssn: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Ours:
    """One of our people: ``kind`` is e for an employee, d for a dependent."""

    kind: str
    pk: int
    side: Side

    @property
    def key(self) -> str:
        return f"{self.kind}{self.pk}"


@dataclass(frozen=True)
class Theirs:
    """A member as the carrier has them."""

    pk: int
    noyo_id: str
    side: Side


@dataclass(frozen=True)
class Expected:
    """What one of our people has with us under our ``plan``; ``plans`` are those of the carrier."""

    person: str
    line: str
    plan: int
    plan_name: str
    plans: Set[int]
    volume: Decimal | None = None
    request_id: int | None = None


@dataclass(frozen=True)
class Held:
    """What a member has at the carrier."""

    member: int
    line: str
    plan: int | None
    plan_name: str
    volume: Decimal | None = None


@dataclass(frozen=True)
class Different:
    """One difference; ``key`` names it again. Of a person: ours, the carrier's or both."""

    key: str
    kind: str
    field: str
    person: str = ""
    member: int | None = None
    line: str = ""
    our_value: str = ""
    carrier_value: str = ""
    request_id: int | None = None


@dataclass(frozen=True)
class Group:
    """Both sides of a group. ``links`` are our people's keys with the members they are;
    ``waiting`` are keys and members that a person still has to decide about; ``linked_plans`` are
    the carrier's that some plan of ours is linked with."""

    ours: Sequence[Ours]
    theirs: Sequence[Theirs]
    links: Mapping[str, int]
    waiting_ours: Set[str]
    waiting_theirs: Set[int]
    expected: Sequence[Expected]
    held: Sequence[Held]
    linked_plans: Set[int]


def differences(group: Group) -> list[Different]:
    """Everything on which the two sides do not agree, in a steady order."""
    found = [*_people(group), *_fields(group), *_coverages(group)]
    return sorted(found, key=lambda one: one.key)


def _people(group: Group) -> Iterator[Different]:
    covered = {one.person for one in group.expected}
    for ours in group.ours:
        is_known = ours.key in group.links or ours.key in group.waiting_ours
        # A carrier that has told of nobody has no data yet, which says nothing about anybody.
        if group.theirs and ours.key in covered and not is_known:
            yield Different(f"person:{ours.key}", Kind.MISSING_AT_CARRIER, PERSON, ours.key)
    linked = set(group.links.values())
    for theirs in group.theirs:
        if theirs.pk not in linked and theirs.pk not in group.waiting_theirs:
            yield Different(f"member:{theirs.noyo_id}", Kind.MISSING_HERE, PERSON, member=theirs.pk)


def _fields(group: Group) -> Iterator[Different]:
    members = {one.pk: one for one in group.theirs}
    for ours in group.ours:
        theirs = members.get(group.links.get(ours.key, 0))
        if theirs is None:
            continue
        for name in _differing(ours.side, theirs.side):
            yield Different(
                f"field:{ours.key}:{name}",
                Kind.FIELD,
                name,
                ours.key,
                theirs.pk,
                our_value=ours.side.values.get(name, ""),
                carrier_value=theirs.side.values.get(name, ""),
            )


def _differing(ours: Side, theirs: Side) -> Iterator[str]:
    for name, value in ours.values.items():
        other = theirs.values.get(name, "")
        if name == SSN:
            if ours.ssn and theirs.ssn and ours.ssn != theirs.ssn:
                yield name
        elif value and other and value.casefold() != other.casefold():
            yield name


def _coverages(group: Group) -> Iterator[Different]:
    expected: dict[tuple[str, str], list[Expected]] = defaultdict(list)
    for asked in group.expected:
        if asked.person in group.links:
            expected[asked.person, asked.line].append(asked)
    held: dict[tuple[str, str], list[Held]] = defaultdict(list)
    owners = {member: person for person, member in group.links.items()}
    for one in group.held:
        if one.member in owners:
            held[owners[one.member], one.line].append(one)
    for person, line in list(held):
        if not expected[person, line]:
            # Of a plan that nobody has linked, nobody knows whether it is one of ours.
            known = [one for one in held[person, line] if one.plan in group.linked_plans]
            held[person, line] = known
    for person, line in expected.keys() | held.keys():
        member = group.links[person]
        yield from _line(member, person, line, expected[person, line], held[person, line])


def _line(
    member: int, person: str, line: str, expected: Sequence[Expected], held: Sequence[Held]
) -> Iterator[Different]:
    """What somebody has of one line of coverage, which may be several plans on either side."""
    plans = {plan for asked in expected for plan in asked.plans}
    others = [one for one in held if one.plan not in plans]
    other_names = ", ".join(sorted({one.plan_name for one in others}))[:MOST]
    is_explained = False
    for asked in expected:
        fitting = [one for one in held if one.plan in asked.plans]
        found = Different(
            key=f"{person}:{line}:{asked.plan}",
            kind=Kind.MISSING_AT_CARRIER,
            field=COVERAGE,
            person=person,
            member=member,
            line=line,
            our_value=asked.plan_name[:MOST],
            request_id=asked.request_id,
        )
        if fitting:
            yield from _volume(asked, fitting, found)
        elif others:
            is_explained = True
            yield replace(
                found,
                key=f"plan:{found.key}",
                kind=Kind.FIELD,
                field=PLAN,
                carrier_value=other_names,
            )
        else:
            yield replace(found, key=f"coverage:{found.key}")
    if others and not is_explained:
        yield Different(
            key=f"extra:{person}:{line}",
            kind=Kind.MISSING_HERE,
            field=COVERAGE,
            person=person,
            member=member,
            line=line,
            carrier_value=other_names,
        )


def _volume(asked: Expected, fitting: Sequence[Held], found: Different) -> Iterator[Different]:
    volumes = {one.volume for one in fitting if one.volume is not None}
    if asked.volume is None or asked.line not in BY_LUMP_SUM or asked.volume in volumes:
        return
    if volumes:
        yield replace(
            found,
            key=f"volume:{found.key}",
            kind=Kind.FIELD,
            field=VOLUME,
            our_value=f"{asked.volume:,.2f}",
            carrier_value=" / ".join(f"{volume:,.2f}" for volume in sorted(volumes)),
        )


def spelled_date(value: date | None) -> str:
    """A date as it is compared and kept."""
    return value.isoformat() if value else ""
