"""EOI on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import ApiKey
from integrations import receiving
from integrations.eoi_batches import selectors
from integrations.eoi_batches.models import Folder
from integrations.eoi_batches.selectors import ServerRow
from integrations.reports import Counted, Door, Problem, Report, judge
from integrations.screens import Card, Notice

ICON = "inbox"
LOOKED_AT_EVERY = timedelta(minutes=1)


class EoiScreens:
    """One card for both doors of partners, SFTP and API; a notice for each server that fails."""

    def cards(self) -> Sequence[Card]:
        """EOI; it is active while a folder or a key is."""
        folders = Folder.objects.filter(is_active=True, server__is_active=True).count()
        words = ngettext("%(count)s group by SFTP", "%(count)s groups by SFTP", folders)
        return [
            Card(
                title=gettext("EOI decisions"),
                text=gettext("Carriers bring decisions on EOI by SFTP or through the API."),
                url=reverse("eoi_batches:overview"),
                icon=ICON,
                is_active=bool(folders or selectors.api_clients()),
                state=words % {"count": folders},
            )
        ]

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Its reports say everything."""
        return []

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """Each server, and the clients of the API if there are any."""
        found = [_report(row, now) for row in selectors.server_rows(now=now)]
        clients = selectors.api_clients()
        return [*found, _api(clients, now)] if clients else found


def _report(row: ServerRow, now: datetime) -> Report:
    look, totals = row.look, row.totals
    url, files = reverse("eoi_batches:server_edit", args=[row.server.pk]), _files()
    failures = _failures(row, now)
    words = ngettext(
        "%(folders)s group has a folder here.",
        "%(folders)s groups have a folder here.",
        len(row.folders),
    ) % {"folders": len(row.folders)}
    error = f"{look.error} {look.next_step}".strip() if look and row.is_failing else ""
    name = {"name": row.server.name}
    return Report(
        key=f"eoi_batches:{row.server.pk}",
        title=gettext("EOI batch files: %(name)s") % name,
        url=url,
        icon=ICON,
        state=judge(
            is_active=row.server.is_active,
            failures=failures,
            has_run=bool(look and (look.looked_at or look.code)),
        ),
        text=words,
        headline=gettext("EOI batch files of %(name)s cannot be picked up") % name
        if row.is_failing
        else "",
        error=error,
        failures=failures,
        last_at=look.looked_at if look else None,
        next_words=gettext("Every minute"),
        backlog=Door(_("On the way"), Counted(totals["waiting"]), files, "info"),
        doors=[Door(_("Refused in 7 days"), Counted(totals["rejected"]), files)],
        problems=[_problem(row, failures, error, url)] if failures else [],
    )


def _failures(row: ServerRow, now: datetime) -> int:
    """How many looks in a row failed: there is one each minute."""
    if not row.is_failing or row.look is None:
        return 0
    begun = row.look.failed_at or now
    return 1 + int((now - begun) / LOOKED_AT_EVERY)


def _problem(row: ServerRow, failures: int, error: str, url: str) -> Problem:
    look = row.look
    return Problem(
        title=gettext("EOI batch files: %(name)s") % {"name": row.server.name},
        words=error,
        count=Counted(failures),
        oldest=look.failed_at if look else None,
        newest=None,
        rows_url=url,
        remedy=gettext("Check the settings"),
        remedy_url=url,
        retry_url=reverse("eoi_batches:server_pick_up", args=[row.server.pk]),
        is_retried_by_post=True,
        code=look.code if look else "",
    )


def _api(clients: Sequence[ApiKey], now: datetime) -> Report:
    """Carriers that bring decisions to the API: their keys, and when one was used last."""
    scope = ApiKey.Scope.EOI.value
    return Report(
        key="eoi_api",
        title=gettext("EOI decisions by API"),
        url=reverse("eoi_batches:overview"),
        icon="key",
        state=judge(
            is_active=any(key.revoked_at is None for key in clients),
            is_expired=receiving.has_lost_its_keys(scope, now=now),
            has_run=any(key.last_used_at for key in clients),
        ),
        last_at=max((key.last_used_at for key in clients if key.last_used_at), default=None),
        next_words=receiving.AS_IT_COMES,
        endings=receiving.keys_ending(scope, now=now),
    )


def _files() -> str:
    return reverse("eoi_batches:file_list")
