"""The lists of the carriers' books of business and of what carriers paid."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.imports.models import Import
from agencyhub.lib.fields import MASK
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, masking, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from commissions.lists import sublines
from commissions.models import (
    BookLink,
    BookRow,
    CommissionLine,
    CommissionSplit,
    Line,
    LineLink,
    Link,
)
from policies.lists.policies import carriers

STATUSES, KINDS = dict(BookRow.Status.choices), dict(CommissionLine.Kind.choices)
STATUS_TONES: dict[str, tuple[str, str]] = {
    BookRow.Status.ACTIVE: ("success", "circle-check"),
    BookRow.Status.PENDING_TERMINATION: ("warning", "clock"),
    BookRow.Status.TERMINATED: ("neutral", "circle-x"),
    BookRow.Status.CANCELLED: ("neutral", "circle-x"),
    BookRow.Status.DECEASED: ("neutral", "minus"),
    BookRow.Status.SUBMITTED: ("info", "clock"),
    BookRow.Status.UNKNOWN: ("warning", "help"),
}
KIND_TONES: dict[str, tuple[str, str]] = {
    CommissionLine.Kind.CHARGEBACK: ("danger", "arrow-back-up"),
    CommissionLine.Kind.OTHER: ("warning", "help"),
}


def _name(noun: Any) -> Any:
    def read(row: Any) -> str:
        words = " ".join(filter(None, (row.first_name, row.last_name, row.suffix)))
        return words or str(noun % row.pk)

    return read


def _at(url_name: str) -> Any:
    return lambda row: f"{columns.page_of(url_name)}{row.pk}/"


def _status(_drawing: Drawing) -> Write:
    drawn = {key: str(ui.badge(STATUSES[key], *STATUS_TONES[key])) for key in STATUSES}
    return lambda row: drawn[row.status]


def _kind(_drawing: Drawing) -> Write:
    drawn = {
        key: str(ui.badge(words, *KIND_TONES.get(key, ("neutral", ""))))
        for key, words in KINDS.items()
    }
    return lambda row: drawn[row.kind]


def _mbi(row: Any) -> str:
    return f"{MASK}{row.mbi_tail}" if row.mbi_tail else ""


def _month(key: str, label: Any) -> columns.Column:
    def read(row: Any) -> str:
        day = getattr(row, key)
        return f"{day:%m/%Y}" if day else ""

    return columns.value(key, label, read, key)


def _files(pks: Sequence[int], model: type[Any]) -> dict[int, str]:
    told = dict(model.objects.filter(pk__in=pks).values_list("pk", "source_id"))
    names = dict(
        Import.objects.filter(pk__in=set(told.values()) - {None}).values_list("pk", "file_name")
    )
    return {pk: names[source] for pk, source in told.items() if source in names}


def _linked(link: type[Link], side: str) -> Any:
    linked = link._default_manager.filter(**{side: OuterRef("pk")}, state=Link.State.LINKED)
    return lambda: Q(Exists(linked))


# What both ledgers show of the insured, behind their own columns.
INSURED = (
    columns.text("member_id", _("Member ID"), css="cell-nowrap"),
    columns.text("policy_number", _("Policy number"), css="cell-nowrap"),
    columns.text("application_number", _("Application number"), css="cell-nowrap"),
    columns.value("mbi", _("MBI"), _mbi, "mbi_tail", mask=lambda _: ""),
    columns.day("born", _("Date of birth"), "date_of_birth", mask=masking.birth_date),
    columns.choice("line", _("Sub-line"), Line.choices),
    columns.text("plan_name", _("Plan")),
    columns.text("plan_id", _("CMS plan ID"), css="cell-nowrap"),
    columns.day("effective", _("Effective"), "effective_date"),
    columns.money("premium", _("Premium")),
    columns.text("state", _("State")),
    columns.text("zip_code", _("ZIP code")),
    columns.text("agent_name", _("Agent as named")),
    columns.text("agent_npn", _("Agent NPN")),
    columns.text("agent_number", _("Writing number")),
)


class LedgerFilters(ListFilters):
    """What both ledgers are filtered by."""

    carrier = filters.AnyOf(
        _("Carrier"), carriers, "carrier_id", nobody=_("Not known"), is_quick=True
    )
    line = sublines.of_line()
    agent = filters.OfAgent(_("Agent"), "agent_id", is_quick=True)
    created_from = filters.Day(_("Added from"), "created_at", "gte", is_moment=True)
    created_to = filters.Day(_("Added to"), "created_at", "lte", is_moment=True)


class BookFilters(LedgerFilters):
    """What books of business are filtered by."""

    status = filters.Chosen(_("Status"), STATUSES, "status", is_quick=True)
    linked = filters.YesNo(_("Has its application"), _linked(BookLink, "book_row"))
    effective_from = filters.Day(_("Effective from"), "effective_date", "gte")
    effective_to = filters.Day(_("Effective to"), "effective_date", "lte")
    termination_from = filters.Day(_("Terminated from"), "termination_date", "gte")
    termination_to = filters.Day(_("Terminated to"), "termination_date", "lte")
    as_of_from = filters.Day(_("As of from"), "as_of_date", "gte")
    as_of_to = filters.Day(_("As of to"), "as_of_date", "lte")
    batch = filters.Touched(BookRow)


class LineFilters(LedgerFilters):
    """What commission lines are filtered by."""

    kind = filters.Chosen(_("Kind"), KINDS, "kind", is_quick=True)
    linked = filters.YesNo(_("Has its application"), _linked(LineLink, "line"))
    superseded = filters.YesNo(
        _("Superseded"), lambda: Q(superseded_at__isnull=False), default="no"
    )
    shared = filters.YesNo(
        _("Shared by a contract"),
        lambda: Q(Exists(CommissionSplit.objects.filter(line=OuterRef("pk")))),
    )
    period_from = filters.Day(_("Paid for from"), "payment_period", "gte")
    period_to = filters.Day(_("Paid for to"), "payment_period", "lte")
    statement_from = filters.Day(_("Statement from"), "statement_date", "gte")
    statement_to = filters.Day(_("Statement to"), "statement_date", "lte")
    paid_from = filters.Day(_("Paid from"), "paid_date", "gte")
    paid_to = filters.Day(_("Paid to"), "paid_date", "lte")
    effective_from = filters.Day(_("Effective from"), "effective_date", "gte")
    effective_to = filters.Day(_("Effective to"), "effective_date", "lte")
    batch = filters.Touched(CommissionLine)


BOOK = registry.register(
    ListKind(
        key="book_of_business",
        title=_("Book of business"),
        noun=_("book row"),
        nouns=_("book rows"),
        model=BookRow,
        url_name="commissions:bookrow_list",
        view_permission="commissions.view_bookrow",
        change_permission="commissions.change_bookrow",
        visible=BookRow.objects.visible_to,
        is_reach=True,
        title_column="member",
        columns=(
            columns.link(
                "member", _("Member"), _at("commissions:bookrow_list"), _name(_("Book row %s")),
                "first_name", "last_name", "suffix", css="cell-nowrap",
            ),
            columns.named("carrier", _("Carrier"), "carrier_id", carriers),
            columns.choice("status", _("Status"), BookRow.Status.choices, draw=_status),
            columns.text("carrier_status", _("Carrier’s words")),
            columns.agent("agent", _("Agent"), "agent_id"),
            columns.day("termination", _("Termination"), "termination_date"),
            columns.text("termination_reason", _("Termination reason")),
            columns.day("renewal", _("Renewal"), "renewal_date"),
            columns.day("deceased", _("Deceased"), "deceased_date"),
            columns.day("as_of", _("As of"), "as_of_date"),
            columns.fetched("source", _("Source"), lambda pks: _files(pks, BookRow)),
            *INSURED,
            columns.day("created", _("Added"), "created_at", sort="created"),
            columns.day("updated", _("Changed"), "updated_at"),
        ),
        default_columns=(
            "member", "carrier", "status", "member_id", "effective", "termination", "agent",
            "as_of",
        ),
        filters=BookFilters,
        sorts=(Sort("created", _("Oldest first"), _("Newest first"), (Key("pk"),)),),
        default_sort="-created",
        icon="id",
        empty_text=_("Carriers’ books are imported, or fetched automatically once connected."),
    )
)  # fmt: skip
COMMISSIONS = registry.register(
    ListKind(
        key="commission_lines",
        title=_("Commissions"),
        noun=_("commission line"),
        nouns=_("commission lines"),
        model=CommissionLine,
        url_name="commissions:commissionline_list",
        view_permission="commissions.view_commissionline",
        change_permission="commissions.change_commissionline",
        visible=CommissionLine.objects.visible_to,
        is_reach=True,
        title_column="insured",
        columns=(
            columns.link(
                "insured", _("Insured"), _at("commissions:commissionline_list"),
                _name(_("Commission line %s")), "first_name", "last_name", "suffix",
                css="cell-nowrap",
            ),
            columns.named("carrier", _("Carrier"), "carrier_id", carriers),
            columns.choice("kind", _("Kind"), CommissionLine.Kind.choices, draw=_kind),
            columns.money("amount", _("Commission")),
            _month("payment_period", _("Paid for")),
            columns.day("statement", _("Statement"), "statement_date"),
            columns.day("paid", _("Paid"), "paid_date"),
            columns.agent("agent", _("Agent"), "agent_id"),
            columns.text("carrier_action", _("Carrier’s words")),
            columns.text("comment", _("Comment")),
            columns.value("months", _("Months"), lambda row: str(row.months or ""), "months"),
            columns.fetched("source", _("Source"), lambda pks: _files(pks, CommissionLine)),
            columns.day("superseded", _("Superseded"), "superseded_at"),
            *INSURED,
            columns.day("created", _("Added"), "created_at", sort="created"),
        ),
        default_columns=(
            "insured", "carrier", "kind", "amount", "payment_period", "statement", "agent",
        ),
        filters=LineFilters,
        sorts=(Sort("created", _("Oldest first"), _("Newest first"), (Key("pk"),)),),
        default_sort="-created",
        icon="credit-card",
        empty_text=_("Carriers’ statements are imported, or fetched once a carrier is connected."),
    )
)  # fmt: skip
