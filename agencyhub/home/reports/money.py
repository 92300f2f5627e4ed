"""Reports about commissions, and about what is at stake."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.home.reports import engine, groupings
from agencyhub.home.reports.base import Figures, Report
from agencyhub.home.reports.business import SEE_APPLICATIONS
from agencyhub.home.reports.engine import Asked, Counted, Filters, Rows
from agencyhub.home.reports.forms import (
    BusinessForm,
    ByForm,
    LineForm,
    Params,
    PeriodForm,
    period_of,
)
from agencyhub.home.reports.groupings import AGENT, CARRIER, KIND, LINE, MONTH
from agencyhub.records.lists.filters import NO
from commissions.expected.states import LATE
from commissions.lists.expected import EVERYTHING
from commissions.matching.patterns import NOT_PAID
from commissions.models import CommissionLine, ExpectedPay
from policies.models import Risk

SEE_LINES, SEE_RISKS = "commissions.view_commissionline", "policies.view_risk"
SEE_EXPECTED = "commissions.view_expectedpay"
TAKEN_BACK = CommissionLine.Kind.CHARGEBACK
EARNED = [one for one in CommissionLine.Kind.values if one != TAKEN_BACK]


class CommissionForm(ByForm, PeriodForm, BusinessForm, LineForm):
    """What the commissions are asked."""

    usual = {"by": MONTH, "period": "months12"}
    field_order = ("by", "period", "start", "end", "carrier", "agent", "line")

    def offer_by(self) -> Any:
        """By what it is grouped."""
        return (
            (MONTH, _("Month")), (CARRIER, _("Carrier")), (AGENT, _("Agent")),
            (LINE, _("Plan type")),
        )  # fmt: skip


class RiskForm(ByForm, BusinessForm):
    """What the policies at risk are asked."""

    usual = {"by": KIND}
    field_order = ("by", "carrier", "agent")

    def offer_by(self) -> Any:
        """By what it is grouped."""
        return (KIND, _("Reason")), (CARRIER, _("Carrier")), (AGENT, _("Agent"))


def _ledger(filters: Filters) -> Rows:
    """Commission lines that count, by the month of their statement."""
    return Rows(
        "commission_lines",
        {"superseded": [NO], **filters},
        {
            MONTH: groupings.month("statement_date"),
            CARRIER: groupings.of("carrier", "carrier_id"),
            AGENT: groupings.of("agent", "agent_id"),
            LINE: groupings.subline(),
        },
        dated="statement",
    )


def _expected(*in_states: str) -> Rows:
    """Months of expected pay, by the first month that they are for."""
    return Rows(
        "expected_pay",
        {"show": [EVERYTHING], **({"state": list(in_states)} if in_states else {})},
        {
            MONTH: groupings.month("month"),
            CARRIER: groupings.of("carrier", "carrier_id"),
            AGENT: groupings.of("agent", "policy__servicing_agent_id"),
            LINE: groupings.subline(),
        },
        dated="month",
    )


def _risks(filters: Filters) -> Rows:
    """Policies that are at risk now."""
    return Rows(
        "risks",
        filters,
        {
            KIND: groupings.of("kind", "kind"),
            CARRIER: groupings.of("carrier", "policy__carrier_id"),
            AGENT: groupings.of("agent", "policy__servicing_agent_id"),
        },
    )


def _whose(params: Params) -> dict[str, list[str]]:
    return {name: [params[name]] for name in ("carrier", "agent") if params[name]}


def count_commissions(user: User, params: Params, on: date) -> Figures:
    """What carriers paid and took back, and what they should have paid by now."""
    paid, taken, every = _ledger({"kind": EARNED}), _ledger({"kind": [TAKEN_BACK]}), _ledger({})
    unpaid = Rows(
        "applications",
        {"pattern": [NOT_PAID]},
        {
            MONTH: groupings.month("effective_date"),
            CARRIER: groupings.of("carrier", "carrier_id"),
            AGENT: groupings.of("agent", "agent_id"),
            LINE: groupings.subline(),
        },
        dated="effective",
    )
    stopped = _risks({"kind": [Risk.Kind.COMMISSION]})
    expected, short, late = _expected(), _expected(ExpectedPay.State.SHORT), _expected(*LATE)
    period = period_of(params, on)
    lined = {**_whose(params), **({"line": [params["line"]]} if params["line"] else {})}
    chosen = {"commission_lines": lined, "applications": lined, "risks": _whose(params)}
    chosen["expected_pay"] = lined
    columns = [
        Counted(
            _("Expected"), expected, kind="usd", value="expected", tone="info",
            permission=SEE_EXPECTED,
        ),
        Counted(
            _("Received"), expected, kind="usd", value="paid", tone="success",
            permission=SEE_EXPECTED,
        ),
        Counted(
            _("Short"), short, kind="usd", value="gap", tone="warning", permission=SEE_EXPECTED
        ),
        Counted(_("Late"), late, kind="usd", value="gap", tone="danger", permission=SEE_EXPECTED),
        Counted(_("Paid"), paid, kind="usd", value="amount", tone="success"),
        Counted(_("Taken back"), taken, kind="usd", value="amount", tone="danger"),
        Counted(_("Net"), every, kind="usd", value="amount"),
        Counted(_("Lines"), every),
        Counted(_("Unpaid policies"), unpaid, tone="warning"),
    ]  # fmt: skip
    if not params["line"]:  # risks know no line of business
        columns += [
            Counted(_("Commission stopped"), stopped, tone="danger", permission=SEE_RISKS),
            Counted(
                _("Missing per year"), stopped, kind="usd", value="commission_at_stake",
                permission=SEE_RISKS,
            ),
        ]  # fmt: skip
    lines = groupings.lines(params["by"], period=period)
    return engine.count(Asked(user, lines, chosen, period), columns)


def count_at_risk(user: User, params: Params, _on: date) -> Figures:
    """How many policies are at risk, and what they bring."""
    rows = _risks({})
    lines = groupings.lines(params["by"])
    return engine.count(
        Asked(user, lines, {"risks": _whose(params)}),
        (
            Counted(_("Policies at risk"), rows, tone="danger"),
            Counted(_("Monthly premium"), rows, kind="usd", value="premium_at_stake"),
            Counted(
                _("Annual commission"), rows, kind="usd", value="commission_at_stake",
                permission=SEE_LINES,
            ),
        ),
    )  # fmt: skip


COMMISSIONS = Report(
    key="commissions",
    title=_("Commissions expected and paid"),
    text=_("What carriers were to pay, what they paid and took back, and what is missing."),
    icon="credit-card",
    chart="bars",
    permissions=(SEE_LINES, SEE_APPLICATIONS),
    form=CommissionForm,
    count=count_commissions,
    lists=("commission_lines", "applications", "expected_pay"),
    charted=(0, 1),
    note=_(
        "Expected, received, short and late count in the month that they are for, by the terms of"
        " each carrier, less what is to be taken back."
        " Lines count in the month of their statement, unpaid policies on their effective date:"
        " they stand in the carrier’s book, its newest statement is later, and no line pays them."
        " Commission stopped, counted by carrier, agent or plan type, is what is missing today,"
        " whatever the period: a year’s worth of what the carrier used to pay."
    ),
)
AT_RISK = Report(
    key="at-risk",
    title=_("At risk"),
    text=_("Policies that will be lost unless somebody acts, and what is at stake."),
    icon="alert-triangle",
    chart="bars",
    permissions=(SEE_RISKS,),
    form=RiskForm,
    count=count_at_risk,
    lists=("risks",),
)
