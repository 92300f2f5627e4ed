"""The history of a mapping: what was decided in it, and every version of what the carrier told."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from agencyhub.records.models import Batch, Change
from agencyhub.records.selectors import ICONS, NOBODY, Item
from integrations.noyo.models import ClassRule, Mapping, NoyoGroup, PlanLink, Snapshot, UnitLink

MOST = 50


def acts(mapping: Mapping) -> list[Item]:
    """Acts that touched the mapping, its links or its rules, newest first."""
    own = Q(table_name=Mapping._meta.db_table, record_id=mapping.pk)
    conditions = [
        Q(
            table_name=model._meta.db_table,
            record_id__in=model._default_manager.filter(mapping=mapping).values("pk"),
        )
        for model in (PlanLink, UnitLink, ClassRule)
    ]
    changes = Change.objects.filter(reduce(or_, conditions, own), batch=OuterRef("pk"))
    rows = Batch.objects.filter(Exists(changes)).select_related("user").order_by("-pk")[:MOST]
    return [
        Item(
            when=one.created_at,
            who=one.user.display_name if one.user else NOBODY,
            channel=one.get_channel_display(),
            text=one.summary,
            icon=ICONS.get(Batch.Channel(one.channel), "history"),
            detail_url=reverse("records:batch_detail", args=[one.pk]),
            is_undone=one.undone_at is not None,
        )
        for one in rows
    ]


def told(mapping: Mapping) -> QuerySet[Snapshot]:
    """Versions of this carrier's plans and structure for the group, told last first."""
    group = NoyoGroup.objects.filter(group=mapping.group_id)
    rows = Snapshot.objects.filter(
        noyo_group__in=group, content__carrier_id=mapping.carrier.noyo_id
    )
    return rows.order_by("-seen_from", "-pk")[:MOST]
