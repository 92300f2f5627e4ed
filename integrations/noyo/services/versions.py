"""Every version of what Noyo told of a group, with the days on which it was seen."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from integrations.noyo.models import NoyoGroup, Snapshot
from integrations.noyo.told import Record

Kind = Snapshot.Kind


class Versions:
    """Collects what one reading of a group makes new or ends, and writes it in two statements."""

    def __init__(self, group: NoyoGroup, *, at: datetime) -> None:
        self._group, self._at = group, at
        self._told: list[Snapshot] = []
        self._ended: dict[str, set[str]] = defaultdict(set)

    def tell(
        self,
        kind: Kind,
        subject: str,
        *,
        version: str,
        content: Record,
        digest: bytes,
        effective_date: date | None = None,
        termination_date: date | None = None,
    ) -> None:
        """A version that is new; the one before it ends."""
        self._ended[kind].add(subject)
        self._told.append(
            Snapshot(
                noyo_group=self._group,
                kind=kind,
                subject=subject,
                version=version,
                effective_date=effective_date,
                termination_date=termination_date,
                content=content,
                digest=digest,
                seen_from=self._at,
            )
        )

    def end(self, kind: Kind, subjects: Collection[str]) -> None:
        """Subjects that Noyo no longer names."""
        self._ended[kind].update(subjects)

    def now(self, kind: Kind, subjects: Collection[str]) -> dict[str, Record]:
        """What was told last of some subjects."""
        if not subjects:
            return {}
        rows = Snapshot.objects.filter(
            noyo_group=self._group, kind=kind, subject__in=subjects, seen_until=None
        )
        return dict(rows.values_list("subject", "content"))

    def keep(self) -> None:
        """Write it."""
        for kind, subjects in self._ended.items():
            if subjects:
                Snapshot.objects.filter(
                    noyo_group=self._group, kind=kind, subject__in=subjects, seen_until=None
                ).update(seen_until=self._at)
        Snapshot.objects.bulk_create(self._told)
