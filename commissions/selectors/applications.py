"""What the page of one application shows: every fact with who told it and as of when."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import Reach, reach_of, within
from agencyhub.lib.phones import format_phone
from agencyhub.lib.templatetags import ui
from agencyhub.lib.written import Written
from agencyhub.records.lists import columns
from commissions.fillable import FILLABLE
from commissions.matching.reasons import in_words
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink, Link
from commissions.selectors import blanks
from commissions.selectors.outcomes import (
    NEWEST_LINE,
    VIEW_LINES,
    Facts,
    facts_of_linked,
    seen_books,
)

SHOWN_LINES = 24
RELATED = ("carrier", "agent", "individual", "policy__carrier", "comtrack_status")
SHOWN_OF = ("carrier", "comtrack_status")
_FIELDS = {field.name: field for field in Application._meta.fields}
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Client"),
        (
            "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "mbi", "phone",
            "email", "line_1", "city", "state", "zip_code", "is_new_client", "is_new_to_medicare",
        ),
    ),
    (
        gettext_lazy("Plan"),
        (
            "carrier", "line", "plan_name", "plan_id", "plan_type", "plan_year", "premium",
            "effective_date", "policy_number", "confirmation_number",
        ),
    ),
    (
        gettext_lazy("Submission"),
        (
            "agent", "submitted_at", "status", "election_code", "signature", "referring_agent",
            "sharing",
        ),
    ),
)  # fmt: skip
# Shown when a source told them; nobody misses them.
_RARE = {
    "middle_name", "suffix", "is_new_client", "is_new_to_medicare", "plan_year", "election_code",
    "signature", "referring_agent",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One field: its value in words, who said so, and why it is blank."""

    name: str
    label: str
    value: str
    said: str
    why: str
    is_filled: bool
    url: str = ""
    is_copyable: bool = False

    @property
    def can_fill(self) -> bool:
        return self.name in FILLABLE and (not self.value or bool(self.why) or self.is_filled)


@dataclass(frozen=True)
class Group:
    """Facts that belong together; ``said`` is who told most of them: those do not repeat it."""

    title: str
    said: str
    facts: list[Fact]


@dataclass(frozen=True)
class Matched:
    """A row of the carrier that is linked, with the reasons in words."""

    row: BookRow | CommissionLine
    reasons: list[str]
    how: str


@dataclass(frozen=True)
class Linked:
    """What is linked to an application, as far as its reader may see it, and its three facts."""

    book: Matched | None
    lines: list[Matched]
    more_lines: int
    facts: Facts


def applications_for_page(user: User) -> QuerySet[Application]:
    """Applications that ``user`` may see, with everything that the page of one shows."""
    return Application.objects.visible_to(user).select_related(*RELATED)


def application_for_page(user: User, *, pk: int) -> Application | None:
    """An application that ``user`` may see, with what its page shows, or None. One query."""
    return _PAGE.one(reach_of(user), pk=pk)


def applications_of(user: User, *, most: int, **of: int) -> list[Application]:
    """The newest applications of an individual or a policy that ``user`` may see: ``policy=7``.

    With what ``_applications_of.html`` shows. One query.
    """
    return _OF.rows(reach_of(user), most, **of)


def _written_page(reach: Reach, *, pk: Any) -> QuerySet[Application]:
    return within(Application.objects.filter(pk=pk), reach).select_related(*RELATED)


def _written_of(reach: Reach, most: int, **of: Any) -> QuerySet[Application]:
    rows = within(Application.objects.filter(**of), reach).select_related(*SHOWN_OF)
    return rows.order_by("-pk")[:most]


_PAGE, _OF = Written(_written_page), Written(_written_of)


def groups_of(application: Application) -> list[Group]:
    """The facts of an application in groups."""
    return [_group(str(title), application, names) for title, names in GROUPS]


def _group(title: str, application: Application, names: Iterable[str]) -> Group:
    facts = [fact_of(application, name) for name in names]
    counted = Counter(fact.said for fact in facts if fact.said)
    said = counted.most_common(1)[0][0] if counted else ""
    shown = [fact for fact in facts if fact.value or fact.name not in _RARE]
    return Group(title, said, [replace(one, said="") if one.said == said else one for one in shown])


def fact_of(application: Application, name: str) -> Fact:
    """One fact of an application."""
    column = FILLABLE.get(name, name)
    value = _value(application, name)
    is_masked = name == "mbi" and application.mbi_index is None
    is_important = name in blanks.LABELS and (not value or is_masked)
    filled = application.filled.get(name)
    return Fact(
        name=name,
        label=label_of(name),
        value=value,
        said=_said(application, name, column) if value else "",
        why=blanks.why_blank(name, application) if is_important else "",
        is_filled=filled is not None,
        url=_url(application, name),
        is_copyable=name in ("policy_number", "confirmation_number"),
    )


def label_of(name: str) -> str:
    """What a field is called on the page."""
    if name in blanks.LABELS:
        return str(blanks.LABELS[name])
    words = str(_FIELDS[name].verbose_name)
    return words if words[:2].isupper() else words[:1].upper() + words[1:]


def linked_to(application: Application, *, user: User) -> Linked:
    """The linked rows that the user may see: of the carrier's book, and the newest lines."""
    book = next(iter(seen_books([application.pk], user=user)), None)
    lines, count = _lines_of(application, user)
    newest = lines[0] if lines else None
    return Linked(
        book=_matched(book, book.book_row) if book else None,
        lines=[_matched(one, one.line) for one in lines],
        more_lines=count - len(lines),
        facts=facts_of_linked(application, user=user, book=book, line=newest, lines=count),
    )


def _lines_of(application: Application, user: User) -> tuple[list[LineLink], int]:
    """The newest linked lines that the user may see, and how many there are of all."""
    if not user.has_perm(VIEW_LINES):
        return [], 0
    found = _LINES.rows(reach_of(user), application=application.pk)
    count = len(found)
    if count > SHOWN_LINES:
        count = _lines_seen(reach_of(user), application=application.pk).count()
    return found[:SHOWN_LINES], count


def _lines_seen(reach: Reach, *, application: Any) -> QuerySet[LineLink]:
    return LineLink.objects.filter(
        application=application,
        state=Link.State.LINKED,
        line__in=within(CommissionLine.objects.all(), reach),
    )


_LINES = Written(
    lambda reach, *, application: (
        _lines_seen(reach, application=application)
        .select_related("line__carrier")
        .order_by(*NEWEST_LINE)[: SHOWN_LINES + 1]
    )
)


def _matched(link: BookLink | LineLink, row: BookRow | CommissionLine) -> Matched:
    return Matched(row, in_words(link.reasons), link.get_method_display())


def _value(row: Application, name: str) -> str:
    if name in _WORDS:
        return _WORDS[name](row)
    value = getattr(row, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return columns.us_day(value)
    display = getattr(row, f"get_{name}_display", None)
    return str(display()) if display else str(value)


def _moment(row: Application) -> str:
    return str(ui.us_datetime(row.submitted_at)) if row.submitted_at else ""


_WORDS: dict[str, Callable[[Application], str]] = {
    "mbi": lambda row: row.masked_mbi,
    "phone": lambda row: format_phone(row.phone),
    "carrier": lambda row: row.carrier.name if row.carrier else "",
    "agent": lambda row: row.agent.full_name if row.agent else "",
    "premium": lambda row: "" if row.premium is None else str(ui.usd(row.premium)),
    "submitted_at": _moment,
}


def _said(row: Application, name: str, column: str) -> str:
    """Who said so, and when: a person, a source, or we by what sources said."""
    filled = row.filled.get(name)
    if filled:
        who = filled["name"] or _("a person")
        return _("Filled in by %(who)s, %(when)s") % {"who": who, "when": _when(filled["at"])}
    told = row.told.get(column) or row.told.get(name)
    if told:
        return _as_told(told)
    by = {"carrier": "carrier_name", "line": "plan_type", "agent": "agent_npn"}.get(name, "")
    if by and row.told.get(by):
        return str(_("Found by “%s”") % getattr(row, by))
    if by and row.told:  # a file gave the record itself
        return _as_told(max(row.told.values(), key=lambda said: said[1]))
    return ""


def _as_told(said: Sequence[str]) -> str:
    source = dict(Application.Source.choices).get(said[0], said[0])
    return _("%(source)s, as of %(when)s") % {"source": source, "when": _when(said[1])}


def _when(stamp: str) -> str:
    return str(ui.us_datetime(datetime.fromisoformat(stamp)))


def _url(row: Application, name: str) -> str:
    if name == "carrier" and row.carrier_id:
        return reverse("policies:carrier_detail", args=[row.carrier_id])
    return ""
