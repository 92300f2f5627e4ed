"""What a reading of a group does to its mappings: links turn stale, plan years open."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup
from integrations.noyo import periods
from integrations.noyo.changes import Changes, FieldChange
from integrations.noyo.models import (
    Account,
    CarrierPlan,
    ClassRule,
    GroupConnection,
    Link,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    PlanLink,
    UnitLink,
)
from integrations.noyo.selectors import sources
from integrations.noyo.services import opening, restoring, suggestions
from integrations.noyo.services.restoring import Restored

CHANGED = gettext_noop("The carrier changed what is mapped")
GONE = FieldChange(field="gone", before="", after="")
State = Link.State
Reason = Mapping.Reason


def after_pull(*, noyo_group: NoyoGroup, changes: Changes, at: datetime) -> None:
    """Bring a group's mappings in line with a reading, inside its transaction.

    Exactly the links and rules whose plan or option changed turn stale, in plan years that are not
    over, and hold again when it changed back; a mapping that is marked as mapped opens again when
    it has such, or when the carrier has something new. A carrier that is connected gets its first
    mapping, and within the renewal window the next plan year's. Nothing that was confirmed is lost.
    """
    group = noyo_group.group
    if group is None:
        return
    on = timezone.localdate(at)
    current = _current(group, on=on)
    if changes:
        restored = restoring.restore(mappings=current, changes=changes)
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary=CHANGED):
            _touch(group, changes, restored, on=on, at=at)
        for mapping in current.filter(status=Mapping.Status.REOPENED):
            restoring.mark_mapped_again(mapping=mapping)
    # Also where the carrier changed nothing: our own plans may be others since.
    for mapping in current.exclude(status=Mapping.Status.READY):
        suggestions.refresh(mapping=mapping, at=at)
    _open(noyo_group, group, on=on, at=at)


def _current(group: EmployerGroup, *, on: date) -> QuerySet[Mapping]:
    rows = Mapping.objects.filter(Q(end_date=None) | Q(end_date__gte=on), group=group)
    return rows.select_related("previous", "group", "carrier").order_by("pk")


def _touch(
    group: EmployerGroup, changes: Changes, restored: Restored, *, on: date, at: datetime
) -> None:
    for mapping in _current(group, on=on).select_for_update(of=("self",), no_key=True):
        plans = _stale_plans(mapping, changes, restored)
        structure = _stale_units(mapping, changes, restored)
        structure += _stale_rules(mapping, changes, restored)
        if structure or _has_new_options(mapping, changes, restored):
            _reopen(mapping, Reason.STRUCTURE, at=at)
        elif plans or _has_new_plans(mapping, changes, restored):
            _reopen(mapping, Reason.PLANS, at=at)
        if mapping.status != Mapping.Status.READY:
            opening.carry(mapping=mapping)


def _reopen(mapping: Mapping, reason: str, *, at: datetime) -> None:
    if mapping.status == Mapping.Status.READY:
        mapping.status, mapping.reason, mapping.opened_at = Mapping.Status.REOPENED, reason, at
        mapping.save(update_fields=["status", "reason", "opened_at"])


def _has_new_options(mapping: Mapping, changes: Changes, restored: Restored) -> bool:
    """Options that were there before, and are there again as they were, are not new."""
    known = Q(links__in=restored.unit_links) | Q(rules__in=restored.rules)
    return sources.options(mapping).filter(pk__in=changes.new_options).exclude(known).exists()


def _has_new_plans(mapping: Mapping, changes: Changes, restored: Restored) -> bool:
    rows = sources.carrier_plans(mapping).filter(noyo_id__in=changes.new_plans)
    return rows.exclude(links__in=restored.plan_links).exists()


def _stale_plans(mapping: Mapping, changes: Changes, restored: Restored) -> int:
    touched = {**changes.plans, **{noyo_id: [GONE] for noyo_id in changes.gone_plans}}
    links = PlanLink.objects.filter(
        mapping=mapping,
        state__in=(State.CONFIRMED, State.STALE),
        carrier_plan__noyo_id__in=touched,
    ).exclude(pk__in=restored.plan_links)
    for link in links.select_related("carrier_plan"):
        _mark(link, touched[link.carrier_plan.noyo_id] if link.carrier_plan else ())
    return len(links)


def _touched_options(changes: Changes) -> dict[int, list[FieldChange]]:
    return {**changes.options, **{pk: [GONE] for pk in changes.gone_options}}


def _stale_units(mapping: Mapping, changes: Changes, restored: Restored) -> int:
    touched = _touched_options(changes)
    links = UnitLink.objects.filter(
        mapping=mapping, state__in=(State.CONFIRMED, State.STALE), option__in=touched
    ).exclude(pk__in=restored.unit_links)
    for link in links:
        _mark(link, touched[link.option_id] if link.option_id else ())
    return len(links)


def _stale_rules(mapping: Mapping, changes: Changes, restored: Restored) -> int:
    rules = ClassRule.objects.filter(mapping=mapping, option__in=_touched_options(changes))
    return rules.filter(is_stale=False).exclude(pk__in=restored.rules).update(is_stale=True)


def _mark(link: Any, changed: Iterable[FieldChange]) -> None:
    """Stale, with what changed since it was confirmed: the first before, the last after."""
    found = {one["field"]: dict(one) for one in link.changes}
    for one in changed:
        before = found[one.field]["before"] if one.field in found else one.before
        found[one.field] = {"field": one.field, "before": before, "after": one.after}
    link.state, link.changes = State.STALE, list(found.values())
    link.save(update_fields=["state", "changes"])


def _open(noyo_group: NoyoGroup, group: EmployerGroup, *, on: date, at: datetime) -> None:
    """Open what there is no mapping for: connected carriers, and the next plan year."""
    connected = GroupConnection.objects.filter(
        noyo_group=noyo_group, status=GroupConnection.Status.COMPLETED
    )
    installed = CarrierPlan.objects.filter(noyo_group=noyo_group, gone_at=None)
    carriers = NoyoCarrier.objects.filter(
        Q(pk__in=connected.values("carrier")) | Q(pk__in=installed.values("carrier"))
    )
    days = Account.objects.values_list("renewal_days", flat=True).first() or 0
    for carrier in carriers.order_by("pk"):
        new = opening.ensure(noyo_group=noyo_group, group=group, carrier=carrier, on=on, at=at)
        if new is None:
            _renew(noyo_group, group, carrier, on=on, at=at, days=days)


def _renew(
    noyo_group: NoyoGroup,
    group: EmployerGroup,
    carrier: NoyoCarrier,
    *,
    on: date,
    at: datetime,
    days: int,
) -> None:
    mapping = (
        Mapping.objects.filter(group=group, carrier=carrier)
        .select_related("group", "carrier")
        .order_by("-start_date")
        .first()
    )
    if mapping is None or mapping.start_date > on:
        return
    told = opening.told(noyo_group, carrier)
    start = periods.next_start(told, renewal_date=group.renewal_date, on=on, days=days)
    if start is not None:
        opening.renew(mapping=mapping, year=periods.year_from(start, told), at=at)
