"""What the carrier changed and changed back: links and rules hold again as they were confirmed.

Nobody has to say again what was said of exactly this. Where nothing else is in the way, a mapping
that had opened because of it is mapped again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo import links as kinds
from integrations.noyo.changes import Changes
from integrations.noyo.models import (
    CarrierPlan,
    ClassRule,
    Link,
    Mapping,
    PlanLink,
    Snapshot,
    UnitLink,
)
from integrations.noyo.selectors import past, sources

BACK = gettext_noop("The carrier changed it back: what was confirmed holds again")
MAPPED_AGAIN = gettext_noop("Nothing waits any more: the mapping is mapped again")
VERSION = "version"
State, Status = Link.State, Mapping.Status
BY_ITSELF = (Mapping.Reason.PLANS, Mapping.Reason.STRUCTURE)
"""Why a mapping opens by itself although nothing of ours changed."""


@dataclass(frozen=True)
class Restored:
    """What holds again, by keys."""

    plan_links: frozenset[int] = frozenset()
    unit_links: frozenset[int] = frozenset()
    rules: frozenset[int] = frozenset()


def restore(*, mappings: QuerySet[Mapping], changes: Changes) -> Restored:
    """Confirm again what is told as it was confirmed.

    A version alone that moved is back when it is the one that was confirmed.
    """
    plans = _back(
        PlanLink.objects.filter(carrier_plan__noyo_id__in={*changes.plans, *changes.new_plans}),
        mappings, "carrier_plan",
    )  # fmt: skip
    touched = {*changes.options, *changes.new_options}
    units = _back(UnitLink.objects.filter(option__in=touched), mappings, "option")
    ruled = ClassRule.objects.filter(
        mapping__in=mappings, option__in=touched, is_stale=True, confirmed_digest__isnull=False
    )
    rules = [one for one in ruled.select_related("option") if _is_as_saved(one)]
    if plans or units or rules:
        with history.batch(user=None, channel=Batch.Channel.SYNC, summary=BACK):
            _confirm([*plans, *units])
            ClassRule.objects.filter(pk__in=[one.pk for one in rules]).update(is_stale=False)
    return Restored(*(frozenset(one.pk for one in rows) for rows in (plans, units, rules)))


def _back(rows: QuerySet[Any], mappings: QuerySet[Mapping], theirs: str) -> list[Any]:
    stale = rows.filter(mapping__in=mappings, state=State.STALE, confirmed_digest__isnull=False)
    return [one for one in stale.select_related(theirs) if _is_as_confirmed(one)]


def _is_as_confirmed(link: Any) -> bool:
    theirs = kinds.other_side(link)
    if theirs is None or theirs.gone_at is not None:
        return False
    if kinds.digest_of(link) != bytes(link.confirmed_digest):
        return False
    if any(one["field"] != VERSION for one in link.changes):
        return True
    return not isinstance(theirs, CarrierPlan) or theirs.version == link.confirmed_version


def _is_as_saved(rule: ClassRule) -> bool:
    is_same = kinds.option_digest(rule.option) == bytes(rule.confirmed_digest or b"")
    return is_same and rule.option.gone_at is None


def _confirm(links: Iterable[Any]) -> None:
    for link in links:
        link.state, link.changes = State.CONFIRMED, []
        written = ["state", "changes"]
        if isinstance(link, PlanLink) and link.carrier_plan is not None:
            link.confirmed_version = link.carrier_plan.version
            written.append("confirmed_version")
        link.save(update_fields=written)


def mark_mapped_again(*, mapping: Mapping) -> bool:
    """Let a mapping be mapped again that the carrier opened and that nobody has touched since.

    It keeps when, and by whom, it was marked: Noyo has it so.
    """
    if mapping.status != Status.REOPENED or mapping.reason not in BY_ITSELF or not mapping.ready_at:
        return False
    if (
        _is_stale(mapping)
        or _has_news(mapping)
        or past.is_touched(mapping, since=mapping.opened_at)
    ):
        return False
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=MAPPED_AGAIN):
        mapping.status = Status.READY
        mapping.save(update_fields=["status"])
    return True


def _is_stale(mapping: Mapping) -> bool:
    return any(
        model.objects.filter(condition, mapping=mapping).exists()
        for model, condition in (
            (PlanLink, Q(state=State.STALE)),
            (UnitLink, Q(state=State.STALE)),
            (ClassRule, Q(is_stale=True)),
        )
    )


def _has_news(mapping: Mapping) -> bool:
    """Whether the carrier has a plan or an option that it had not when the mapping opened."""
    if sources.options(mapping).filter(first_seen_at__gte=mapping.opened_at).exists():
        return True
    known = Snapshot.objects.filter(
        noyo_group=OuterRef("noyo_group"),
        kind=Snapshot.Kind.PLAN,
        subject=OuterRef("noyo_id"),
        seen_from__lt=mapping.opened_at,
    )
    return sources.carrier_plans(mapping).filter(~Exists(known)).exists()
