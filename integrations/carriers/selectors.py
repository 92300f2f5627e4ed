"""Reads of Retrieve's pages: how each carrier is doing, and what its runs brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from agencyhub.imports.models import Import
from agencyhub.lib import keyset
from integrations.carriers import schedule
from integrations.carriers.models import CarrierFile, Connection, Retrieval
from integrations.carriers.services.requesting import due_moment
from integrations.carriers.status import Facts, Light, Status, judge

State = Retrieval.State
TONES = {
    Light.GREEN: "success",
    Light.YELLOW: "warning",
    Light.RED: "danger",
    Light.OFF: "neutral",
}
RUN_TONES = {
    State.WAITING: "info",
    State.RUNNING: "info",
    State.DONE: "success",
    State.FAILED: "danger",
}
FILE_TONES = {
    CarrierFile.State.LISTED: "info",
    CarrierFile.State.IMPORTING: "success",
    CarrierFile.State.DUPLICATE: "neutral",
    CarrierFile.State.HELD_BACK: "neutral",
    CarrierFile.State.FAILED: "danger",
}
WAITING_FOR_SOMEBODY = (Import.State.MAPPING, Import.State.CHECKED, Import.State.ATTENTION)


@dataclass(frozen=True)
class ConnectionRow:
    """A connection as the table shows it."""

    connection: Connection
    status: Status
    last: Retrieval | None
    last_good_at: datetime | None
    next_at: datetime | None
    failures: int = 0

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return TONES[self.status.light]

    @property
    def came(self) -> str:
        """What its last run brought, in words."""
        return came(self.last) if self.last else ""

    @property
    def is_working(self) -> bool:
        """Whether a run is under way or about to be; not while it waits to try again."""
        return self.last is not None and self.last.is_open and not self.waits

    @property
    def waits(self) -> bool:
        """Whether its run waits to try again."""
        last = self.last
        return last is not None and last.state == State.WAITING and bool(last.code)


@dataclass(frozen=True)
class RunRow:
    """A run as the history shows it."""

    run: Retrieval
    tone: str
    state: str
    came: str


@dataclass(frozen=True)
class FileRow:
    """A file of a run; ``run_state`` is what the imports say of it."""

    file: CarrierFile
    tone: str
    run_state: str


def overview(*, now: datetime, only: int | None = None) -> list[ConnectionRow]:
    """Every connection by the carrier's name, or ``only`` one, with its status."""
    rows = _with_failures(Connection.objects.select_related("carrier", "credentials"))
    if only is not None:
        rows = rows.filter(pk=only)
    found = list(rows.order_by("carrier__name", "pk"))
    last = _newest(Retrieval.objects.all(), found)
    good = _newest(Retrieval.objects.filter(state=State.DONE), found)
    to_settle = _to_settle(good.values())
    return [
        _row(one, last.get(one.pk), good.get(one.pk), to_settle.get(one.pk, 0), now=now)
        for one in found
    ]


def _with_failures(rows: QuerySet[Connection]) -> QuerySet[Connection]:
    done = Retrieval.objects.filter(connection=OuterRef("pk"), state=State.DONE)
    last_done = done.values("connection").annotate(last=Max("pk")).values("last")
    since = Q(retrievals__state=State.FAILED, retrievals__pk__gt=Coalesce("last_done", 0))
    return rows.annotate(last_done=Subquery(last_done)).annotate(
        failed_in_a_row=Count("retrievals", filter=since)
    )


def _newest(runs: QuerySet[Retrieval], of: Sequence[Connection]) -> dict[int, Retrieval]:
    rows = runs.filter(connection__in=[one.pk for one in of])
    newest = rows.order_by("connection_id", "-pk").distinct("connection_id")
    return {run.connection_id: run for run in newest}


def _to_settle(runs: Iterable[Retrieval]) -> dict[int, int]:
    """Files of the last good runs that need somebody, by connection."""
    rows = CarrierFile.objects.filter(retrieval__in=[run.pk for run in runs])
    needing = Q(state=CarrierFile.State.FAILED) | Q(run__state__in=WAITING_FOR_SOMEBODY)
    counted = rows.filter(needing).values_list("connection_id").annotate(Count("pk"))
    return dict(counted.order_by("connection_id"))


def _row(
    connection: Connection,
    last: Retrieval | None,
    good: Retrieval | None,
    to_settle: int,
    *,
    now: datetime,
) -> ConnectionRow:
    stored = getattr(connection, "credentials", None)
    stumbled = last is not None and last.is_open and bool(last.code)
    last_good_at = good.finished_at if good else None
    facts = Facts(
        is_active=connection.is_active,
        has_credentials=stored is not None and stored.fit(connection),
        expires_on=connection.expires_on,
        is_running=last is not None and last.is_open,
        last_good_at=last_good_at,
        failed_in_a_row=connection.failed_in_a_row + stumbled,  # type: ignore[attr-defined]
        last_code=last.code if last else "",
        last_due=due_moment(connection, now=now),
        to_settle=to_settle,
    )
    return ConnectionRow(
        connection=connection,
        status=judge(facts, now=now, today=_today(now)),
        last=last,
        last_good_at=last_good_at,
        next_at=_next(connection, now) if connection.is_active else None,
        failures=_failures(connection.failed_in_a_row, last),  # type: ignore[attr-defined]
    )


def _failures(failed_runs: int, last: Retrieval | None) -> int:
    """What failed since the last good run: runs, and each try of the one that is under way."""
    tries = max(last.failures, 1) if last and last.is_open and last.code else 0
    return failed_runs + tries


def _next(connection: Connection, now: datetime) -> datetime:
    return schedule.next_due(
        days=connection.days, at=connection.at, zone=timezone.get_default_timezone(), now=now
    )


def _today(now: datetime) -> date:
    return timezone.localdate(now, timezone=timezone.get_default_timezone())


def came(run: Retrieval) -> str:
    """What a run brought, in words."""
    if not run.is_listed:
        return ""
    new = run.fetched - run.duplicates
    parts = [
        gettext("%(new)s new") % {"new": new},
        gettext("%(known)s known") % {"known": run.known} if run.known else "",
        gettext("%(duplicates)s with the same content") % {"duplicates": run.duplicates}
        if run.duplicates
        else "",
        gettext("%(held_back)s of a month that is not over") % {"held_back": run.held_back}
        if run.held_back
        else "",
        gettext("%(failed)s not fetched") % {"failed": run.failed} if run.failed else "",
    ]
    said = ngettext("%(listed)s file: %(parts)s", "%(listed)s files: %(parts)s", run.listed)
    return said % {"listed": run.listed, "parts": ", ".join(part for part in parts if part)}


def history_page(
    connection: Connection, *, params: Mapping[str, Any]
) -> keyset.KeysetPage[Retrieval]:
    """The runs of a connection, newest first."""
    rows = connection.retrievals.select_related("user")
    return keyset.page(rows, order=keyset.NEWEST_FIRST, params=params, size=20)


def run_row(run: Retrieval) -> RunRow:
    """A run with its words."""
    has_stumbled = run.state == State.WAITING and bool(run.code)
    state = gettext("Will try again") if has_stumbled else run.get_state_display()
    tone = "warning" if has_stumbled else RUN_TONES[State(run.state)]
    if run.state == State.DONE and run.failed:
        state, tone = gettext("Done, with problems"), "warning"
    return RunRow(run, tone, state, came(run))


def file_rows(run: Retrieval) -> list[FileRow]:
    """The files of a run, by kind and name."""
    rows = run.files.select_related("run").order_by("kind", "name", "pk")
    return [
        FileRow(
            file,
            FILE_TONES[CarrierFile.State(file.state)],
            file.run.get_state_display() if file.run else "",
        )
        for file in rows
    ]
