"""The work queue of missing pay as a list: what it is filtered, sorted, edited and exported by."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.accounts.selectors import who_may
from agencyhub.lib.pks import read_pk
from agencyhub.lib.templatetags import ui
from agencyhub.records import history
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.changes import BulkField, Choices, Refusals, or_none
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import Lookups
from commissions.expected import disputes
from commissions.lists import expected, sublines
from commissions.models import Dispute, ExpectedPay
from commissions.paywords import next_action
from commissions.services import disputes as services
from policies.lists.policies import carriers

STATES = dict(Dispute.State.choices)
OPEN, NEW, WITH_CARRIER, MINE, SNOOZED, CLOSED = (
    "open", "new", "carrier", "mine", "snoozed", "closed",
)  # fmt: skip
SHOWN: Mapping[str, Any] = {
    OPEN: _("To act on"),
    NEW: _("Not disputed"),
    WITH_CARRIER: _("With the carrier"),
    MINE: _("Mine"),
    SNOOZED: _("Snoozed"),
    CLOSED: _("Closed"),
}
TONES: Mapping[str, tuple[str, str]] = {
    disputes.TO_DO: ("neutral", "list"),
    disputes.IN_RECONCILIATION: ("info", "clock"),
    disputes.LATE_PAYMENT: ("warning", "clock"),
    disputes.ACCEPTED_PENDING: ("info", "check"),
    disputes.ACCEPTED_PAID: ("success", "circle-check"),
    disputes.ALREADY_PAID: ("success", "circle-check"),
    disputes.OTHER_AOR: ("neutral", "arrows-exchange"),
    disputes.DENIED: ("danger", "x"),
    disputes.TERMINATED: ("neutral", "minus"),
    disputes.WITHDRAWN: ("neutral", "minus"),
}
# What many months are snoozed for at once: days, and why.
SNOOZES: Mapping[str, tuple[int, Any, Any]] = {
    "carrier-7": (7, _("Waits for the carrier"), _("A week: waits for the carrier")),
    "carrier-14": (14, _("Waits for the carrier"), _("Two weeks: waits for the carrier")),
    "statement-30": (
        30, _("Waits for the next statement"), _("30 days: waits for the next statement")
    ),
}  # fmt: skip
UNDISPUTED = Q(dispute__isnull=True)


def chip(state: str) -> Any:
    """Draw a state of a dispute."""
    return ui.badge(STATES[state], *TONES[state])


def awake(today: date) -> Q:
    """The months that do not rest on a day."""
    return Q(dispute__snoozed_until__isnull=True) | Q(dispute__snoozed_until__lte=today)


class Show(filters.Pick):
    """Which part of the queue; what rests depends on the day, and what is mine on the reader."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, {key: (words, Q()) for key, words in SHOWN.items()}, **options)
        self.user: User | None = None

    def offer(self, lookups: Lookups) -> None:
        self.user = lookups.user

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(part(value, user=self.user, today=timezone.localdate()))


def part(show: str, *, user: User | None, today: date) -> Q:
    """The months of one part of the queue."""
    is_awake, is_open = awake(today), Q(dispute__state__in=disputes.OPEN)
    if show == NEW:
        return Q(is_open=True) & (UNDISPUTED | Q(dispute__state=disputes.TO_DO)) & is_awake
    if show == WITH_CARRIER:
        return Q(dispute__state__in=disputes.WITH_CARRIER) & is_awake
    if show == MINE:
        return Q(dispute__assigned_to=user) & is_open & is_awake
    if show == SNOOZED:
        return Q(dispute__snoozed_until__gt=today) & is_open
    if show == CLOSED:
        return Q(dispute__state__in=disputes.CLOSED)
    return Q(is_open=True) & (UNDISPUTED | is_open) & is_awake


def users(lookups: Lookups) -> Mapping[int, str]:
    """Who may work on missing pay, by name."""
    return lookups.get(_users)


def _users() -> dict[int, str]:
    names = {one.pk: one.display_name for one in who_may(services.CHANGE)}
    return dict(sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])))


def _offered(lookups: Lookups) -> Choices:
    return [(str(pk), name) for pk, name in users(lookups).items()]


def _change(rows: Any, values: Mapping[str, Any]) -> None:
    batch = history.current()
    at = batch.created_at if batch else timezone.now()
    pay_ids = list(rows.values_list("pk", flat=True))
    services.change_many(pay_ids=pay_ids, values=values, at=at)


def _assignee(value: str) -> int | None:
    return None if value == filters.NONE else read_pk(value) or 0


def _is_of(value: str) -> Q:
    if value == filters.NONE:
        return UNDISPUTED | Q(dispute__assigned_to__isnull=True)
    return Q(dispute__assigned_to=_assignee(value))


def _cannot_see(value: str, _values: Mapping[str, str]) -> Refusals:
    user = User.objects.filter(pk=_assignee(value) or 0).first()
    if user is None:
        return []
    theirs = ExpectedPay.objects.visible_to(user).values("pk")
    return [(~Q(pk__in=theirs), _("they do not see the policy"))]


def _until(value: str) -> date:
    return timezone.localdate() + timedelta(days=SNOOZES[value][0])


def _closed(_value: str, _values: Mapping[str, str]) -> Refusals:
    return [(Q(dispute__state__in=disputes.CLOSED), _("the dispute is closed"))]


BULK: Sequence[BulkField] = (
    BulkField(
        "assigned", _("Assign to"), "assigned", or_none(_offered, _("Nobody")), _is_of,
        lambda rows, value: _change(rows, {"assigned_to_id": _assignee(value)}),
        refuse=_cannot_see,
    ),
    BulkField(
        "dispute", _("State of the dispute"), "dispute",
        lambda _lookups: Dispute.answers(),
        lambda value: Q(dispute__state=value)
        | (UNDISPUTED if value == disputes.TO_DO else Q(pk__in=[])),
        lambda rows, value: _change(rows, {"state": value}),
    ),
    BulkField(
        "snoozed", _("Snooze"), "snoozed",
        lambda _lookups: [(key, words) for key, (_days, _why, words) in SNOOZES.items()],
        lambda value: Q(dispute__snoozed_until=_until(value)),
        lambda rows, value: _change(
            rows, {"snoozed_until": _until(value), "snooze_reason": str(SNOOZES[value][1])}
        ),
        refuse=_closed,
    ),
)  # fmt: skip


def _next(drawing: Drawing) -> Write:
    today = drawing.lookups.today
    return lambda row: str(
        next_action(row.state, row.dispute__state or "", row.dispute__state_at, today)
    )


def _in_words(words: Mapping[str, Any], missing: str = "") -> Callable[[Any], str]:
    return lambda row: str(words.get(row.dispute__state or missing, ""))


class QueueFilters(ListFilters):
    """What the queue is filtered by."""

    show = Show(_("Show"), default=OPEN, is_quick=True)
    assigned = filters.AnyOf(
        _("Assigned to"), users, "dispute__assigned_to", nobody=_("Nobody"), is_quick=True
    )
    carrier = filters.AnyOf(_("Carrier"), carriers, "carrier_id", is_quick=True)
    dispute = filters.Chosen(_("State of the dispute"), STATES, "dispute__state")
    state = filters.Chosen(_("State"), expected.STATES, "state")
    agent = filters.OfAgent(_("Servicing agent"), "policy__servicing_agent_id")
    line = sublines.of_line()
    month_from, month_to = expected.of_months()
    policy = filters.Linked(_("Policy"), field_name="policy_id")


PAY_QUEUE = registry.register(
    ListKind(
        key="pay_queue",
        title=_("Missing pay"),
        noun=_("month of pay"),
        nouns=_("months of pay"),
        model=ExpectedPay,
        url_name="commissions:dispute_list",
        view_permission=services.VIEW,
        change_permission=services.CHANGE,
        visible=expected.ranked_for,
        title_column="individual",
        columns=(
            expected.individual_column(),
            columns.value("months", _("Pay for"), expected.months, "month", "through"),
            columns.value(
                "state", _("State"), lambda row: str(expected.STATES[row.state]), "state"
            ),
            columns.value(
                "dispute", _("State of the dispute"), _in_words(STATES, disputes.TO_DO),
                "dispute__state",
            ),
            columns.Column(
                "next", _("What to do"), ("state", "dispute__state", "dispute__state_at"), _next
            ),
            columns.money("gap", _("Difference")),
            columns.money("expected", _("Expected")),
            columns.money("paid", _("Paid")),
            expected.days_late_column(),
            columns.named("assigned", _("Assigned to"), "dispute__assigned_to_id", users),
            columns.day("snoozed", _("Snoozed until"), "dispute__snoozed_until"),
            columns.text("snooze_reason", _("Why it is snoozed"), "dispute__snooze_reason"),
            columns.text("reference", _("Carrier’s case number"), "dispute__reference"),
            columns.text("note", _("Note"), "dispute__note"),
            columns.named("carrier", _("Carrier"), "carrier_id", carriers),
            columns.text("policy_number", _("Policy number"), "policy__policy_number"),
            columns.agent("agent", _("Servicing agent"), "policy__servicing_agent_id"),
        ),
        default_columns=(
            "individual", "months", "state", "dispute", "next", "gap", "expected", "paid",
            "days_late", "assigned", "carrier", "policy_number",
        ),
        filters=QueueFilters,
        sorts=expected.SORTS,
        default_sort=expected.BY_RANK.key,
        bulk=BULK,
        icon="credit-card",
        empty_text=_("Months come here automatically when a carrier pays too little or too late."),
    )
)  # fmt: skip
