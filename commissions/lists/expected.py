"""The list of expected pay: what can be recovered first, by dollars, then by age."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from commissions.expected import states
from commissions.lists import sublines
from commissions.models import ExpectedPay, Line
from commissions.paywords import ACTIONS, NEXT_STEPS, month_words
from policies.lists.policies import carriers

State = ExpectedPay.State
STATES, KINDS = dict(State.choices), dict(ExpectedPay.Kind.choices)
OPEN, CLOSED, EVERYTHING = "open", "closed", "all"
TONES: Mapping[str, tuple[str, str]] = {
    State.NOT_DUE: ("neutral", "clock"),
    State.DUE: ("info", "clock"),
    State.PAID: ("success", "circle-check"),
    State.SHORT: ("warning", "alert-circle"),
    State.OVER: ("warning", "alert-circle"),
    State.LATE_30: ("warning", "clock"),
    State.LATE_60: ("danger", "clock"),
    State.LATE_90: ("danger", "alert-triangle"),
    State.CHARGEBACK_EXPECTED: ("info", "arrow-back-up"),
    State.CHARGEBACK_UNEXPECTED: ("danger", "arrow-back-up"),
    State.ZERO_BY_CONTRACT: ("neutral", "minus"),
    State.NO_RATE: ("warning", "help"),
}
SUBSCRIBER = "policy__subscriber__"


def chip(state: str) -> Any:
    """Draw a state."""
    return ui.badge(STATES[state], *TONES[state])


def _client(row: Any) -> str:
    return f"{row.policy__subscriber__first_name} {row.policy__subscriber__last_name}"


def _address(row: Any) -> str:
    return f"{columns.page_of('commissions:expectedpay_list')}{row.pk}/"


def months(row: Any) -> str:
    """The month, or the first and the last."""
    return month_words(row.month, row.through)


def _state(_drawing: Drawing) -> Write:
    drawn = {key: columns.with_sub(SafeString(chip(key)), str(ACTIONS[key])) for key in STATES}
    return lambda row: drawn[row.state]


def _days_late(drawing: Drawing) -> Write:
    today = drawing.lookups.today
    return lambda row: str((today - row.due_date).days) if row.state in states.OWED else ""


def days_late_column() -> columns.Column:
    """How long a month is late, in days."""
    return columns.Column(
        "days_late", _("Days late"), ("due_date", "state"), _days_late, is_number=True,
        css="cell-num",
    )  # fmt: skip


def individual_column() -> columns.Column:
    """The subscriber, who leads to the page of the row."""
    return columns.link(
        "individual", _("Individual"), _address, _client,
        f"{SUBSCRIBER}first_name", f"{SUBSCRIBER}last_name", css="cell-nowrap",
    )  # fmt: skip


def of_months() -> tuple[filters.Day, filters.Day]:
    """The first and the last month that is shown."""
    return (
        filters.Day(_("Month from"), "month", "gte"),
        filters.Day(_("Month to"), "month", "lte"),
    )


def ranked_for(user: User) -> QuerySet[ExpectedPay]:
    """The rows that a user sees, with what the usual order needs."""
    return ExpectedPay.objects.visible_to(user).ranked()


BY_RANK = Sort(
    "act", _("Recoverable first"), _("Recoverable last"),
    (Key("rank"), Key("gap", descending=True), Key("due_date"), Key("pk")),
)  # fmt: skip
SORTS = (
    BY_RANK,
    Sort(
        "dollars", _("Largest difference first"), _("Smallest difference first"),
        (Key("gap", descending=True), Key("due_date"), Key("pk")),
    ),
    Sort("month", _("Oldest month first"), _("Newest month first"), (Key("month"), Key("pk"))),
)  # fmt: skip


class ExpectedFilters(ListFilters):
    """What expected pay is filtered by."""

    show = filters.Pick(
        _("Show"),
        {
            OPEN: (_("To act on"), Q(is_open=True)),
            CLOSED: (_("Nothing to act on"), Q(is_open=False)),
            EVERYTHING: (_("Everything"), Q()),
        },
        default=OPEN,
        is_quick=True,
    )
    state = filters.Chosen(_("State"), STATES, "state", is_quick=True)
    carrier = filters.AnyOf(_("Carrier"), carriers, "carrier_id", is_quick=True)
    agent = filters.OfAgent(_("Servicing agent"), "policy__servicing_agent_id", is_quick=True)
    line = sublines.of_line()
    kind = filters.Chosen(_("Kind"), KINDS, "kind")
    month_from, month_to = of_months()
    due_from = filters.Day(_("Due from"), "due_date", "gte")
    due_to = filters.Day(_("Due to"), "due_date", "lte")
    policy = filters.Linked(_("Policy"), field_name="policy_id")


EXPECTED = registry.register(
    ListKind(
        key="expected_pay",
        title=_("Expected pay"),
        noun=_("month of pay"),
        nouns=_("months of pay"),
        model=ExpectedPay,
        url_name="commissions:expectedpay_list",
        view_permission="commissions.view_expectedpay",
        change_permission="commissions.change_expectedpay",
        visible=ranked_for,
        title_column="individual",
        columns=(
            individual_column(),
            columns.value("months", _("Pay for"), months, "month", "through"),
            columns.choice("state", _("State"), State.choices, draw=_state),
            columns.money("gap", _("Difference")),
            columns.money("expected", _("Expected")),
            columns.money("paid", _("Paid")),
            columns.value(
                "next_step", _("What to do"), lambda row: str(NEXT_STEPS[row.state]), "state"
            ),
            days_late_column(),
            columns.day("due", _("Due"), "due_date"),
            columns.money("true_up", _("True-up to come")),
            columns.choice("kind", _("Kind"), ExpectedPay.Kind.choices),
            columns.named("carrier", _("Carrier"), "carrier_id", carriers),
            columns.choice("line", _("Sub-line"), Line.choices),
            columns.text("policy_number", _("Policy number"), "policy__policy_number"),
            columns.agent("agent", _("Servicing agent"), "policy__servicing_agent_id"),
        ),
        default_columns=(
            "individual", "months", "state", "gap", "expected", "paid", "days_late", "carrier",
            "policy_number", "agent",
        ),
        filters=ExpectedFilters,
        sorts=SORTS,
        default_sort=BY_RANK.key,
        icon="credit-card",
        empty_text=_("Nothing is expected here. Say what carriers pay in their terms first."),
    )
)  # fmt: skip
