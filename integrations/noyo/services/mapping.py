"""What a person decides about the links of a mapping: one act each, which can be undone."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo import links as kinds
from integrations.noyo.links import MODELS, AnyLink, Pane
from integrations.noyo.models import CarrierOption, CarrierPlan, Link, Mapping, PlanLink, UnitLink
from integrations.noyo.selectors import best, sources
from integrations.noyo.services import suggestions
from integrations.noyo.services.acting import NotInMappingError, act

State = Link.State
NOTE_LENGTH = 300


class DecidedMeanwhileError(DomainError):
    """The link is no longer there, or what it names is gone at the carrier."""

    code = "decided_meanwhile"


def accept(
    *, mapping: Mapping, pane: Pane, links: Collection[int], user: User, at: datetime
) -> Batch:
    """Confirm suggested, rejected or stale links of a pane, by their keys.

    A unit has one option of a category: another that was confirmed is rejected instead.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        DecidedMeanwhileError: a link is gone, or the carrier no longer has what it names.
    """
    with act(mapping, gettext_noop("Accepted links of a mapping"), user=user) as batch:
        _confirm(_found(mapping, pane, links), user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch


def accept_all(
    *, mapping: Mapping, pane: Pane, threshold: Decimal, user: User, at: datetime
) -> tuple[Batch, int]:
    """Confirm what is suggested with at least this score and with no equal beside it.

    Answers how many were confirmed. Stale links wait: somebody looks at each.

    Raises:
        NotOpenError: the mapping is marked as mapped.
    """
    with act(mapping, gettext_noop("Accepted all good suggestions"), user=user) as batch:
        chosen = best.unrivalled(mapping, pane, threshold=threshold)
        _confirm(_found(mapping, pane, chosen), user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch, len(chosen)


def reject(
    *, mapping: Mapping, pane: Pane, links: Collection[int], user: User, at: datetime
) -> Batch:
    """Remember that pairs do not belong together: they are not suggested again.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        DecidedMeanwhileError: a link is gone, or says something without a pair.
    """
    with act(mapping, gettext_noop("Rejected links of a mapping"), user=user) as batch:
        for link in _found(mapping, pane, links):
            if link.state in Link.ALONE:
                raise DecidedMeanwhileError(gettext("Only a pair can be rejected."))
            _decide(link, State.REJECTED, user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch


def pair_plans(
    *, mapping: Mapping, plan: int, carrier_plan: int, user: User, at: datetime
) -> Batch:
    """Confirm a pair that somebody found by hand, suggested or not.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: one of the two is not of this mapping, or their lines differ.
    """
    ours = sources.our_plans(mapping).filter(pk=plan).first()
    theirs = sources.carrier_plans(mapping).filter(pk=carrier_plan).first()
    if ours is None or theirs is None or ours.benefit.line != theirs.line:
        raise NotInMappingError(gettext("These two are not plans of one line in this mapping."))
    with act(mapping, gettext_noop("Linked a plan by hand"), user=user) as batch:
        link, _ = PlanLink.objects.get_or_create(mapping=mapping, plan=ours, carrier_plan=theirs)
        _confirm([link], user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch


def pair_unit(
    *, mapping: Mapping, kind: str, unit: int, option: int, user: User, at: datetime
) -> Batch:
    """Confirm an option that somebody chose for a class, a division or a location.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: one of the two is not of this mapping.
    """
    theirs = sources.options(mapping).filter(pk=option).first()
    ours = sources.unit(mapping, kind, unit)
    if ours is None or theirs is None:
        raise NotInMappingError(gettext("These two are not of this mapping."))
    with act(mapping, gettext_noop("Linked a class by hand"), user=user) as batch:
        side: dict[str, Any] = {kind: ours, "category": theirs.category, "option": theirs}
        blank = {name: None for name in kinds.UNIT_KINDS if name != kind}
        link, _ = UnitLink.objects.get_or_create(mapping=mapping, **side, **blank)
        _confirm([link], user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch


def set_plan_alone(
    *, mapping: Mapping, plan: int, state: str, note: str = "", user: User, at: datetime
) -> Batch:
    """Say that a plan of ours is missing at the carrier, or not offered through it.

    ``state`` is one of ``Link.ALONE``. Confirmed links of the plan are rejected.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: it is no plan of this mapping.
    """
    ours = sources.our_plans(mapping).filter(pk=plan).first()
    if ours is None:
        raise NotInMappingError(gettext("This is no plan of this mapping."))
    return _set_alone(mapping, PlanLink, {"plan": ours}, state, note, user=user, at=at)


def set_unit_alone(
    *, mapping: Mapping, category: str, kind: str, unit: int, state: str, note: str = "",
    user: User, at: datetime,
) -> Batch:  # fmt: skip
    """Say the same of a class, a division or a location in one category."""
    ours = sources.unit(mapping, kind, unit)
    if ours is None:
        raise NotInMappingError(gettext("This is no class of this mapping."))
    side = {"category": category, kind: ours}
    return _set_alone(mapping, UnitLink, side, state, note, user=user, at=at)


def set_theirs_not_offered(
    *, mapping: Mapping, pane: Pane, theirs: int, note: str = "", user: User, at: datetime
) -> Batch:
    """Say that something that the carrier has is not offered by the group.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: the carrier has it not for this mapping.
    """
    side: dict[str, Any]
    if pane == Pane.PLANS:
        plan: CarrierPlan | None = sources.carrier_plans(mapping).filter(pk=theirs).first()
        side = {"carrier_plan": plan}
    else:
        option: CarrierOption | None = sources.options(mapping).filter(pk=theirs).first()
        side = {"option": option, "category": option.category if option else ""}
    if None in side.values():
        raise NotInMappingError(gettext("The carrier has no such thing in this mapping."))
    return _set_alone(mapping, MODELS[pane], side, State.NOT_OFFERED, note, user=user, at=at)


def withdraw(
    *, mapping: Mapping, pane: Pane, links: Collection[int], user: User, at: datetime
) -> Batch:
    """Take back what was decided: pairs become suggestions again, if they still fit.

    They wait for somebody from now on, also with an exact code.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        DecidedMeanwhileError: a link is gone.
    """
    with act(mapping, gettext_noop("Took back decisions of a mapping"), user=user) as batch:
        for link in _found(mapping, pane, links):
            if link.state in Link.ALONE:
                link.delete()
            else:
                link.confirmed_digest, link.changes = None, []
                _decide(link, State.SUGGESTED, user=user, at=at)
        suggestions.refresh(mapping=mapping, at=at)
    return batch


def annotate(*, mapping: Mapping, pane: Pane, link: int, note: str, user: User) -> Batch:
    """Write a note beside a link, also when the mapping is marked as mapped."""
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("A note on a mapping")
    ) as batch:
        MODELS[pane].objects.filter(mapping=mapping, pk=link).update(
            note=note.strip()[:NOTE_LENGTH]
        )
    return batch


def _found(mapping: Mapping, pane: Pane, pks: Collection[int]) -> list[AnyLink]:
    rows: Any = MODELS[pane].objects.filter(mapping=mapping, pk__in=pks)
    sides = ("plan__benefit", "carrier_plan") if pane == Pane.PLANS else ("option",)
    found = list(rows.select_related(*sides).order_by("pk"))
    if len(found) != len(set(pks)):
        raise DecidedMeanwhileError(gettext("This has changed since. Look at it again."))
    return found


def _confirm(links: Collection[AnyLink], *, user: User, at: datetime) -> None:
    for link in links:
        theirs = kinds.other_side(link)
        if theirs is None or theirs.gone_at is not None:
            msg = gettext("The carrier no longer has this. Choose something else.")
            raise DecidedMeanwhileError(msg)
        _make_room(link, user=user, at=at)
        link.confirmed_digest, link.changes = kinds.digest_of(link), []
        if isinstance(link, PlanLink) and link.carrier_plan is not None:
            link.confirmed_version = link.carrier_plan.version
        _decide(link, State.CONFIRMED, user=user, at=at)


def _make_room(link: AnyLink, *, user: User, at: datetime) -> None:
    """Take away what cannot stand beside a confirmed link."""
    if isinstance(link, PlanLink):
        ours = Q(plan=link.plan_id, carrier_plan=None)
        alone = ours | Q(plan=None, carrier_plan=link.carrier_plan_id)
    else:
        alone = _unit(link) & Q(option=None)
    rows: Any = type(link).objects.filter(mapping=link.mapping_id)
    rows.filter(alone, state__in=Link.ALONE).delete()
    if isinstance(link, UnitLink):
        for other in rows.filter(_unit(link), state__in=(State.CONFIRMED, State.STALE)):
            if other.pk != link.pk:
                _decide(other, State.REJECTED, user=user, at=at)


def _unit(link: UnitLink) -> Q:
    return Q(
        category=link.category,
        benefit_class=link.benefit_class_id,
        division=link.division_id,
        location=link.location_id,
    )


def _decide(link: AnyLink, state: str, *, user: User, at: datetime) -> None:
    link.state, link.is_automatic = state, False
    link.decided_by, link.decided_at = user, at
    link.save()


def _set_alone(
    mapping: Mapping,
    model: type[PlanLink] | type[UnitLink],
    side: dict[str, Any],
    state: str,
    note: str,
    *,
    user: User,
    at: datetime,
) -> Batch:
    if state not in Link.ALONE:
        raise ValueError(state)
    summary = (
        gettext_noop("Something is missing at a carrier")
        if state == State.MISSING
        else gettext_noop("Something is not offered")
    )
    with act(mapping, summary, user=user) as batch:
        rows: Any = model.objects.filter(mapping=mapping, **side)
        rows.filter(state=State.SUGGESTED).delete()
        for link in rows.filter(state__in=(State.CONFIRMED, State.STALE)):
            _decide(link, State.REJECTED, user=user, at=at)
        names = ("plan", "carrier_plan") if model is PlanLink else (*kinds.UNIT_KINDS, "option")
        blank = {name: None for name in names if name not in side}
        model.objects.update_or_create(
            mapping=mapping, **side, **blank,
            defaults={
                "state": state, "note": note.strip()[:NOTE_LENGTH], "score": None, "reasons": [],
                "is_automatic": False, "decided_by": user, "decided_at": at,
            },
        )  # fmt: skip
        suggestions.refresh(mapping=mapping, at=at)
    return batch
