"""Reports on the dashboard: a few numbers and a chart of each, counted after the page is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.charts import Chart, chart_of, in_words
from agencyhub.home.reports import registry, remembered
from agencyhub.home.reports.base import Counting, Figures, Report
from agencyhub.home.subscriptions import rights

SECONDS_REMEMBERED = 120


@dataclass(frozen=True)
class Panel:
    """A report on the dashboard, as it is without any choice.

    ``numbers`` are the columns to tell: of this month where ``is_of_month``, whose lines are then
    months, else of everything. ``charted`` are the columns to draw.
    """

    key: str
    numbers: tuple[int, ...]
    charted: tuple[int, ...] | None = None
    is_of_month: bool = False

    @property
    def report(self) -> Report | None:
        """The report, as long as there is one."""
        return registry.REPORTS.get(self.key)


@dataclass(frozen=True)
class Number:
    """One number of a panel, with the rows that it counts."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class PanelView:
    """A panel as the page shows it; without ``as_of`` it is being counted."""

    key: str
    title: StrOrPromise
    icon: str
    url: str
    when: str
    numbers: Sequence[Number] = ()
    chart: Chart | None = None
    as_of: datetime | None = None
    is_counting: bool = False

    @property
    def part_url(self) -> str:
        """What the page asks for it."""
        return reverse("home:dashboard_part", args=[self.key])


# What comes in, what is in danger, what stays.
PANELS = (
    Panel("production", (0, 1, 2), is_of_month=True),
    Panel("commissions", (0, 1, 2, 3)),
    Panel("at-risk", (0, 1, 2), charted=(1, 2)),
    Panel("eoi", (0, 1, 4), charted=(0, 1, 2, 3)),
    Panel("retention", (2, 4, 6)),
)


def panels_of(user: User) -> list[Panel]:
    """The panels whose reports the user may read."""
    return [one for one in PANELS if one.report and one.report.is_for(user)]


def find(key: str, *, user: User) -> Panel | None:
    """One of the user's panels."""
    return next((one for one in panels_of(user) if one.key == key), None)


def blank(panel: Panel) -> PanelView:
    """A panel before it is counted: as high as it will be."""
    return _view(panel)


def count(panel: Panel, *, user: User, at: datetime) -> PanelView:
    """A panel with its figures, or still without them while a worker counts a large book."""
    report = panel.report
    if report is None:
        return _view(panel)
    found = _figures(report, user=user, at=at)
    if isinstance(found, Counting):
        return _view(panel, is_counting=True)
    wanted = panel.charted or report.charted or ()
    charted = [place for place in wanted if place < len(found.columns)]
    chart = None
    if report.chart:
        chart = chart_of(
            found, report.chart, id=f"chart-{panel.key}", label=str(report.title),
            columns=charted or None,
        )  # fmt: skip
    return _view(panel, numbers=_numbers(panel, found), chart=chart, as_of=found.as_of)


def _figures(report: Report, *, user: User, at: datetime) -> Figures | Counting:
    """The report as it is without choices, counted for this reader up to two minutes ago.

    People come back to their dashboard all day, and to a report when they want to know.
    """
    on, zone = timezone.localdate(at), timezone.get_current_timezone_name()
    words = f"{translation.get_language()}:{zone}:{on:%Y%m%d}"
    key = f"home.panel:{report.key}:{rights.digest(user)}:{words}"
    known: Figures | None = cache.get(key)
    if known is not None:
        return known
    form = report.form({})
    form.is_valid()
    found = remembered.figures_of(report, user=user, params=form.cleaned_data, on=on, now=at)
    if isinstance(found, Figures):
        cache.set(key, found, SECONDS_REMEMBERED)
    return found


def _view(
    panel: Panel,
    *,
    numbers: Sequence[Number] = (),
    chart: Chart | None = None,
    as_of: datetime | None = None,
    is_counting: bool = False,
) -> PanelView:
    report = registry.REPORTS[panel.key]
    return PanelView(
        key=panel.key,
        title=report.title,
        icon=report.icon,
        url=reverse("home:report_detail", args=[panel.key]),
        when=gettext("This month") if panel.is_of_month else gettext("In all"),
        numbers=numbers,
        chart=chart,
        as_of=as_of,
        is_counting=is_counting,
    )


def _numbers(panel: Panel, figures: Figures) -> list[Number]:
    """The columns to tell, of the newest month or of everything."""
    line = figures.lines[-1] if panel.is_of_month and figures.lines else figures.total
    told = [place for place in panel.numbers if place < len(figures.columns)]
    return [
        Number(
            str(figures.columns[place].label),
            in_words(line.cells[place].value if line else 0, figures.columns[place].kind),
            line.cells[place].url if line else "",
        )
        for place in told
    ]
