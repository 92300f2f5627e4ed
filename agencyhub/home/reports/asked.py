"""What an address says about a report: its view, its choices, and what is not understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.home.reports.base import Report
from agencyhub.home.reports.forms import ReportForm, texts_of
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists.models import SavedView

PREFIX = "report-"
RESERVED = {"view", "format"}


@dataclass
class Asked:
    """How a report is asked for: the choices of the view under those of the address."""

    report: Report
    user: User
    form: ReportForm
    view: SavedView | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def params(self) -> Mapping[str, Any]:
        """The cleaned parameters, of a form that is valid."""
        return self.form.cleaned_data

    @property
    def texts(self) -> dict[str, str]:
        """The parameters as addresses and views keep them."""
        return texts_of(self.params)

    @property
    def query(self) -> str:
        return urlencode(self.texts)

    @property
    def url(self) -> str:
        """The address of what is shown, with the view that it began from."""
        view = [("view", str(self.view.pk))] if self.view else []
        return f"{url_of(self.report)}?{urlencode([*view, *self.texts.items()])}"

    @property
    def is_as_usual(self) -> bool:
        """Whether nothing is chosen but what is usual."""
        return self.form.is_valid() and self.view is None and self.texts == self.form.usual

    @property
    def is_own_view(self) -> bool:
        return self.view is not None and self.view.owner_id == self.user.pk

    @property
    def differs_from_view(self) -> bool:
        """Whether the view as it is saved would show something else."""
        if self.view is None:
            return False
        saved = self.report.form(flat(self.view.filters))
        return not saved.is_valid() or texts_of(saved.cleaned_data) != self.texts


def url_of(report: Report) -> str:
    """The page of a report."""
    return reverse("home:report_detail", args=[report.key])


def list_key(report: Report) -> str:
    """Under which key views and exports of a report are kept."""
    return f"{PREFIX}{report.key}"


def flat(filters: Mapping[str, Any]) -> dict[str, str]:
    """The filters of a view, of which each has one text here."""
    return {name: texts[0] for name, texts in filters.items() if texts}


def views_of(report: Report, *, user: User) -> Any:
    """The views of a report that the user may open, by name."""
    rows = SavedView.objects.readable_by(user).filter(list_key=list_key(report))
    return rows.exclude(name="").select_related("owner").order_by("name", "pk")


def own_views(report: Report, *, user: User) -> Any:
    """The user's own views of a report; of others' nobody learns whether they are there."""
    return SavedView.objects.filter(owner=user, list_key=list_key(report)).exclude(name="")


def views_by_report(user: User) -> dict[str, list[SavedView]]:
    """The views of every report that the user may open, by the report's key."""
    rows = SavedView.objects.readable_by(user).filter(list_key__startswith=PREFIX).exclude(name="")
    found: dict[str, list[SavedView]] = {}
    for one in rows.select_related("owner").order_by("name", "pk"):
        found.setdefault(one.list_key.removeprefix(PREFIX), []).append(one)
    return found


def read(report: Report, params: QueryDict, *, user: User) -> Asked:
    """Read an address.

    Raises:
        Http404: it names a view that does not exist, or that the user may not read.
    """
    view = None
    if params.get("view"):
        view = views_of(report, user=user).filter(pk=read_pk(params.get("view", "")) or 0).first()
        if view is None:
            raise Http404
    said = flat(view.filters) if view else {}
    said |= {name: str(params[name]) for name in params}
    asked = Asked(report, user, cast(ReportForm, report.form(said)), view)
    for name in params:
        if name not in asked.form.fields and name not in RESERVED:
            told = gettext("This report has no choice “%s”: it was left out.")
            asked.problems.append(told % name[:40])
    return asked
