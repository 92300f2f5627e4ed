"""Storing account structures: what a carrier tells of a group, and the options inside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from integrations.noyo.changes import Changes, column_changes
from integrations.noyo.models import CarrierOption, Configuration, NoyoCarrier, NoyoGroup, Snapshot
from integrations.noyo.options import Option, read_options, read_values
from integrations.noyo.services.versions import Versions
from integrations.noyo.told import ConfigurationTold, MappedField

KIND = Snapshot.Kind.CONFIGURATION
OptionKey = tuple[int, str, str]
SHOWN = ("label", "is_open", "identifiers", "parts")


def store_configurations(
    *,
    group: NoyoGroup,
    told: Sequence[ConfigurationTold],
    carriers: Mapping[str, NoyoCarrier],
    versions: Versions,
    at: datetime,
) -> None:
    """Store each carrier's structure; one that is told no more goes, its versions stay."""
    rows: QuerySet[Any] = Configuration.objects.filter(noyo_group=group)
    known = {(row.carrier_id, row.carrier_group_id): row for row in rows}
    written = []
    for one in told:
        carrier = carriers[one.carrier_id]
        row = known.pop((carrier.pk, one.carrier_group_id), None)
        if row is not None and (bytes(row.digest), row.version) == (one.digest, one.version):
            continue
        versions.tell(
            KIND, _subject(carrier.noyo_id, one.carrier_group_id),
            version=one.version, content=one.content, digest=one.digest,
        )  # fmt: skip
        written.append(
            Configuration(
                noyo_group=group,
                carrier=carrier,
                noyo_id=one.noyo_id,
                version=one.version,
                carrier_group_id=one.carrier_group_id,
                tier=one.tier,
                values=read_values(one.structure),
                digest=one.digest,
                seen_at=at,
            )
        )
    by_id = {carrier.pk: noyo_id for noyo_id, carrier in carriers.items()}
    versions.end(KIND, [_subject(by_id.get(pk, str(pk)), number) for pk, number in known])
    rows.filter(pk__in=[row.pk for row in known.values()]).delete()
    rows.update(seen_at=at)
    if written:
        Configuration.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["noyo_group", "carrier", "carrier_group_id"],
            update_fields=["noyo_id", "version", "tier", "values", "digest", "seen_at"],
        )


def store_options(
    *,
    group: NoyoGroup,
    told: Sequence[ConfigurationTold],
    carriers: Mapping[str, NoyoCarrier],
    changes: Changes,
    at: datetime,
) -> None:
    """Store the options of all structures of a group."""
    rows: QuerySet[Any] = CarrierOption.objects.filter(noyo_group=group)
    known = {(row.carrier_id, row.category, row.key): row for row in rows}
    found = _options(told, carriers)
    written, returned = [], set()
    for (carrier_id, category, key), option in found.items():
        row = known.get((carrier_id, category, key))
        after = {name: getattr(option, name) for name in SHOWN}
        if row is None or row.gone_at is not None:
            returned.add((carrier_id, category, key))
        elif differences := column_changes(
            {name: getattr(row, name) for name in SHOWN}, after, but=()
        ):
            changes.options[row.pk] = differences
        else:
            continue
        written.append(
            CarrierOption(
                noyo_group=group, carrier_id=carrier_id, category=category, key=key,
                first_seen_at=at, seen_at=at, gone_at=None, **after,
            )
        )  # fmt: skip
    gone = [row.pk for key, row in known.items() if row.gone_at is None and key not in found]
    changes.gone_options.update(gone)
    if gone:
        rows.filter(pk__in=gone).update(gone_at=at)
    rows.filter(gone_at=None).update(seen_at=at)
    if written:
        stored: Any = CarrierOption.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["noyo_group", "carrier", "category", "key"],
            update_fields=[*SHOWN, "seen_at", "gone_at"],
        )
        changes.new_options.update(
            row.pk for row in stored if (row.carrier_id, row.category, row.key) in returned
        )


def _options(
    told: Sequence[ConfigurationTold], carriers: Mapping[str, NoyoCarrier]
) -> dict[OptionKey, Option]:
    found: dict[OptionKey, Option] = {}
    for one in told:
        carrier = carriers[one.carrier_id]
        fields = [MappedField(**field) for field in carrier.mapped_fields or ()]
        for option in read_options(one.structure, fields):
            found.setdefault((carrier.pk, option.category, option.key), option)
    return found


def _subject(carrier: str, number: str) -> str:
    return f"{carrier}:{number}"[:120]
