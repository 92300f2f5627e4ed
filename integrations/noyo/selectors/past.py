"""The history of a mapping: what was decided in it, and every version of what the carrier told."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from agencyhub.records import redoing, wording
from agencyhub.records.models import UNDO_WINDOW, Batch, Change
from agencyhub.records.selectors import ICONS, NOBODY, Item
from integrations.noyo.models import ClassRule, Mapping, NoyoGroup, PlanLink, Snapshot, UnitLink

MOST = 50


def _touching(mapping: Mapping) -> QuerySet[Batch]:
    """Acts that touched the mapping, its links or its rules."""
    own = Q(table_name=Mapping._meta.db_table, record_id=mapping.pk)
    conditions = [
        Q(
            table_name=model._meta.db_table,
            record_id__in=model._default_manager.filter(mapping=mapping).values("pk"),
        )
        for model in (PlanLink, UnitLink, ClassRule)
    ]
    changes = Change.objects.filter(reduce(or_, conditions, own), batch=OuterRef("pk"))
    return Batch.objects.filter(Exists(changes))


def is_touched(mapping: Mapping, *, since: datetime) -> bool:
    """Whether somebody did anything in it since a moment."""
    return _touching(mapping).filter(user__isnull=False, created_at__gte=since).exists()


def acts(mapping: Mapping, *, may_undo: bool = False, at: datetime | None = None) -> list[Item]:
    """Acts that touched the mapping, its links or its rules, newest first.

    With ``may_undo`` those that can be taken back ``at`` a moment say where.
    """
    rows = list(_touching(mapping).select_related("user").order_by("-pk")[:MOST])
    since = at - UNDO_WINDOW if may_undo and at else None
    final = redoing.refusals(rows) if since else {}
    return [
        Item(
            when=one.created_at,
            who=one.user.display_name if one.user else NOBODY,
            channel=one.get_channel_display(),
            text=one.summary,
            icon=ICONS.get(Batch.Channel(one.channel), "history"),
            detail_url=reverse("records:batch_detail", args=[one.pk]),
            is_undone=one.undone_at is not None,
            undo_label=_label(one),
            undo_url=(
                reverse("noyo:act_undo", args=[mapping.group_id, mapping.pk, one.pk])
                if since and one.pk not in final and _may_be_undone(one, since=since)
                else ""
            ),
        )
        for one in rows
    ]


def _label(one: Batch) -> str:
    return gettext("Redo") if one.summary.startswith(wording.UNDID) else gettext("Undo")


def _may_be_undone(one: Batch, *, since: datetime) -> bool:
    """What AgencyHub did by itself follows from what the carrier tells: it would come again."""
    return one.user_id is not None and one.undone_at is None and one.created_at >= since


def act(mapping: Mapping, pk: int) -> Batch | None:
    """One of the acts of people, by its key."""
    return _touching(mapping).filter(pk=pk, user__isnull=False).first()


def told(mapping: Mapping) -> QuerySet[Snapshot]:
    """Versions of this carrier's plans and structure for the group, told last first."""
    group = NoyoGroup.objects.filter(group=mapping.group_id)
    rows = Snapshot.objects.filter(
        noyo_group__in=group, content__carrier_id=mapping.carrier.noyo_id
    )
    return rows.order_by("-seen_from", "-pk")[:MOST]
