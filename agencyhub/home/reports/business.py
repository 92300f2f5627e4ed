"""Reports about what was sold and what stayed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.home.reports import engine, groupings
from agencyhub.home.reports.base import Figures, Report
from agencyhub.home.reports.engine import Asked, Counted, Filters, Rows
from agencyhub.home.reports.forms import (
    BusinessForm,
    ByForm,
    LineForm,
    Params,
    PeriodForm,
    period_of,
)
from agencyhub.home.reports.groupings import AGENT, CARRIER, LINE, MONTH
from agencyhub.lib.pks import LARGEST
from agencyhub.records.lists.filters import YES
from policies.lists.keeping import LOST, MONTHS

SEE_POLICIES, SEE_APPLICATIONS = "policies.view_policy", "commissions.view_application"
BYS = ((MONTH, _("Month")), (CARRIER, _("Carrier")), (AGENT, _("Agent")), (LINE, _("Plan type")))
LOST_TONES = {"died": "neutral", "not_paid": "danger", "other": "warning"}


class ProductionForm(ByForm, PeriodForm, BusinessForm, LineForm):
    """What the production is asked."""

    usual = {"by": MONTH, "period": "months12"}
    field_order = ("by", "period", "start", "end", "carrier", "agent", "line")

    def offer_by(self) -> Any:
        """By what it is grouped."""
        return BYS


class RetentionForm(ProductionForm):
    """What the retention is asked: of who began so long ago."""

    usual = {"by": MONTH, "period": "months24"}


def _policies(filters: Filters, types: Mapping[str, list[str]]) -> Rows:
    """Policies by the day they begin, of those that took effect."""
    return Rows(
        "policies",
        {"effectuated": [YES], **filters},
        {
            MONTH: groupings.month("effective_date"),
            CARRIER: groupings.of("carrier", "carrier_id"),
            AGENT: groupings.of("agent", "servicing_agent_id"),
            LINE: groupings.coverage_line(types),
        },
        dated="effective",
    )


def _chosen(params: Params, types: Mapping[str, list[str]]) -> dict[str, Filters]:
    """What the reader chose, as filters of applications and of policies."""
    whose = {name: [params[name]] for name in ("carrier", "agent") if params[name]}
    line = params["line"]
    nothing = [str(LARGEST)]  # no coverage type is of this line: no policy is
    return {
        "applications": {**whose, **({"line": [line]} if line else {})},
        "policies": {**whose, **({"coverage_type": types.get(line, nothing)} if line else {})},
    }


def count_production(user: User, params: Params, on: date) -> Figures:
    """Applications by the day they were sent, policies and premium by the day they begin."""
    types, period = groupings.coverage_types(), period_of(params, on)
    sold = _policies({}, types)
    sent = Rows(
        "applications",
        {},
        {
            MONTH: groupings.month("submitted_at"),
            CARRIER: groupings.of("carrier", "carrier_id"),
            AGENT: groupings.of("agent", "agent_id"),
            LINE: groupings.subline(),
        },
        dated="submitted",
    )
    lines = groupings.lines(params["by"], period=period)
    return engine.count(
        Asked(user, lines, _chosen(params, types), period),
        (
            Counted(_("Applications submitted"), sent, tone="info"),
            Counted(_("Policies effectuated"), sold, tone="success"),
            Counted(_("Monthly premium"), sold, kind="usd", value="premium"),
        ),
    )


def count_retention(user: User, params: Params, on: date) -> Figures:
    """Of the policies that began in the period: how many lasted, and why the rest was lost."""
    types, period = groupings.coverage_types(), period_of(params, on)
    began = _policies({}, types)
    columns = [Counted(_("Took effect"), began, tone="info")]
    for months in MONTHS:
        kept = _policies({"lasted": [f"kept{months}"]}, types)
        ended = _policies({"lasted": [f"ended{months}"]}, types)
        columns += [
            Counted(format_lazy(_("After {months} months"), months=months), kept),
            Counted(
                format_lazy(_("{months} months, %"), months=months), kept,
                kind="percent", among=(kept, ended),
            ),
        ]  # fmt: skip
    columns += [
        Counted(words, _policies({"lost": [key]}, types), tone=LOST_TONES[key])
        for key, words in LOST.items()
    ]
    lines = groupings.lines(params["by"], period=period)
    return engine.count(Asked(user, lines, _chosen(params, types), period), columns)


PRODUCTION = Report(
    key="production",
    title=_("Production"),
    text=_("What was applied for, what took effect, and its premium."),
    icon="chart-bar",
    chart="bars",
    permissions=(SEE_APPLICATIONS, SEE_POLICIES),
    form=ProductionForm,
    count=count_production,
    lists=("applications", "policies"),
    note=_(
        "Applications count on the day they were submitted, policies on their effective date:"
        " those that are or were in force, not those that are pending or were cancelled."
    ),
)
RETENTION = Report(
    key="retention",
    title=_("Retention"),
    text=_("How many policies are still in force after 3, 6 and 12 months, and why others ended."),
    icon="users",
    chart="line",
    permissions=(SEE_POLICIES,),
    form=RetentionForm,
    count=count_retention,
    lists=("policies",),
    charted=(2, 4, 6),
    note=_(
        "Of the policies whose effective date lies in the period. A percentage is of those that"
        " began long enough ago; the others have not lasted so long yet."
    ),
)
