"""Reports about what waits: for a carrier's decision, or for somebody to match it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.home.reports import engine, groupings
from agencyhub.home.reports.base import Figures, Report
from agencyhub.home.reports.business import SEE_APPLICATIONS
from agencyhub.home.reports.engine import Asked, Counted, Rows
from agencyhub.home.reports.forms import BusinessForm, ByForm, CarrierForm, LineForm, Params
from agencyhub.home.reports.groupings import AGE, AGENT, CARRIER, GROUP, LINE
from agencyhub.home.reports.money import SEE_LINES
from agencyhub.records.lists.filters import NO
from commissions.matching.patterns import UNMATCHED as STATES
from eoi.ageing import BANDS

SEE_EOI, SEE_BOOK = "eoi.view_eoirequest", "commissions.view_bookrow"


class EoiForm(ByForm, CarrierForm):
    """What waiting requests are asked."""

    usual = {"by": CARRIER}
    field_order = ("by", "carrier")

    def offer_by(self) -> Any:
        """By what it is grouped."""
        return (CARRIER, _("Carrier")), (GROUP, _("Employer group"))


class UnmatchedForm(ByForm, BusinessForm, LineForm):
    """What unmatched rows are asked."""

    usual = {"by": AGE}
    field_order = ("by", "carrier", "agent", "line")

    def offer_by(self) -> Any:
        """By what it is grouped."""
        return (
            (AGE, _("How long they wait")), (CARRIER, _("Carrier")), (AGENT, _("Agent")),
            (LINE, _("Plan type")),
        )  # fmt: skip


def count_eoi(user: User, params: Params, _on: date) -> Figures:
    """Open requests by how long they have waited."""
    ways = {
        CARRIER: groupings.carrier_of_request(),
        GROUP: groupings.of("group", "group_id"),
    }
    columns = [
        Counted(band.label, Rows("eoi_open", {"age": [band.key]}, ways), tone=band.tone)
        for band in BANDS
    ]
    columns.append(Counted(_("All"), Rows("eoi_open", {}, ways)))
    chosen = {"eoi_open": {CARRIER: [params["carrier"]]}} if params["carrier"] else {}
    return engine.count(Asked(user, groupings.lines(params["by"]), chosen), columns)


def count_unmatched(user: User, params: Params, on: date) -> Figures:
    """What waits to be matched, by when it came."""
    ways = {
        AGE: groupings.age("created_at", on=on),
        CARRIER: groupings.of("carrier", "carrier_id"),
        AGENT: groupings.of("agent", "agent_id"),
        LINE: groupings.subline(),
    }
    applications = Rows("applications", {"match": STATES}, ways)
    book = Rows("book_of_business", {"linked": [NO]}, ways)
    paid = Rows("commission_lines", {"linked": [NO], "superseded": [NO]}, ways)
    said = {name: [params[name]] for name in ("carrier", "agent", "line") if params[name]}
    chosen = {rows.list_key: said for rows in (applications, book, paid)}
    return engine.count(
        Asked(user, groupings.lines(params["by"]), chosen),
        (
            Counted(_("Applications"), applications, tone="warning"),
            Counted(_("Book rows without application"), book, tone="info"),
            Counted(_("Commission lines without application"), paid, tone="neutral"),
            Counted(_("Commission without application"), paid, kind="usd", value="amount"),
        ),
    )


EOI = Report(
    key="eoi",
    title=_("EOI aging"),
    text=_("Requests for evidence that wait for a carrier’s decision, and for how long."),
    icon="progress-check",
    chart="stacked",
    permissions=(SEE_EOI,),
    form=EoiForm,
    count=count_eoi,
    lists=("eoi_open",),
    charted=(0, 1, 2, 3),
)
UNMATCHED = Report(
    key="unmatched",
    title=_("Unmatched"),
    text=_("Applications, book rows and commission lines that do not belong together yet."),
    icon="unlink",
    chart="bars",
    permissions=(SEE_APPLICATIONS, SEE_BOOK, SEE_LINES),
    form=UnmatchedForm,
    count=count_unmatched,
    lists=("applications", "book_of_business", "commission_lines"),
    note=_("They have been waiting since the day they came to AgencyHub."),
)
