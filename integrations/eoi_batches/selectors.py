"""Reads of EOI batches: how servers are doing, and what became of files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext

from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib import keyset
from integrations.eoi_batches.models import BatchFile, BatchRow, Folder, Look, Server

State = BatchFile.State
RECENT = timedelta(days=7)
SHOWN_ROWS = 500
TONES = {
    State.SEEN: "neutral",
    State.TAKEN: "info",
    State.DECIDING: "info",
    State.REPORTING: "info",
    State.REFUSING: "info",
    State.ARCHIVED: "success",
    State.REJECTED: "danger",
}


@dataclass(frozen=True)
class FileRow:
    """A file with the word and tone of its state."""

    file: BatchFile

    @property
    def words(self) -> str:
        """Its state; a file that is done may have rows that need somebody."""
        has_failed = self.file.state == State.ARCHIVED and self.file.failed
        return gettext("Done, rows failed") if has_failed else self.file.get_state_display()

    @property
    def tone(self) -> str:
        """The colour of its state."""
        if self.file.state == State.ARCHIVED and self.file.failed:
            return "warning"
        return TONES[State(self.file.state)]

    @property
    def is_working(self) -> bool:
        """Whether it is on its way."""
        return self.file.finished_at is None


@dataclass(frozen=True)
class FolderRow:
    """A group's folder and its files of the last days."""

    folder: Folder
    waiting: int
    done: int
    rejected: int


@dataclass(frozen=True)
class ServerRow:
    """A server, its folders, and how the last look went."""

    server: Server
    look: Look | None
    folders: list[FolderRow]

    @property
    def totals(self) -> dict[str, int]:
        """What the folders have together."""
        names = ("waiting", "done", "rejected")
        return {name: sum(getattr(one, name) for one in self.folders) for name in names}

    @property
    def is_failing(self) -> bool:
        """Whether the last look failed."""
        return self.server.is_active and self.look is not None and bool(self.look.code)

    @property
    def state(self) -> tuple[str, str]:
        """A word and its tone."""
        if not self.server.is_active:
            return gettext("Not active"), "neutral"
        if self.is_failing:
            return gettext("Needs attention"), "danger"
        if self.look is None or self.look.looked_at is None:
            return gettext("Not looked at yet"), "info"
        return gettext("Working"), "success"


def server_rows(*, now: datetime) -> list[ServerRow]:
    """Every server with its folders, by name."""
    counted = Folder.objects.select_related("group").annotate(
        waiting=Count("files", filter=Q(files__finished_at=None)),
        done=Count("files", filter=_recent(State.ARCHIVED, now)),
        rejected=Count("files", filter=_recent(State.REJECTED, now)),
    )
    folders: dict[int, list[FolderRow]] = {}
    for one in counted.order_by("group__name_key", "pk"):
        row = FolderRow(one, one.waiting, one.done, one.rejected)
        folders.setdefault(one.server_id, []).append(row)
    looks = {look.server_id: look for look in Look.objects.all()}
    servers = Server.objects.order_by("name", "pk")
    return [ServerRow(one, looks.get(one.pk), folders.get(one.pk, [])) for one in servers]


def _recent(state: str, now: datetime) -> Q:
    return Q(files__state=state, files__finished_at__gte=now - RECENT)


def api_clients() -> list[ApiKey]:
    """The keys of partners that bring decisions by API, the newest first."""
    return list(ApiKey.objects.filter(scope=ApiKey.Scope.EOI).order_by("-pk"))


def files_page(*, user: User, params: Mapping[str, Any]) -> keyset.KeysetPage[BatchFile]:
    """Files of the groups that a user sees, the newest first."""
    rows = BatchFile.objects.visible_to(user).select_related("folder__group")
    return keyset.page(rows, order=keyset.NEWEST_FIRST, params=params)


def failed_rows(file: BatchFile) -> list[BatchRow]:
    """The first rows of a file that were not decided."""
    return list(file.results.filter(is_valid=False).order_by("row")[:SHOWN_ROWS])
