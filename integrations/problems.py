"""Equal errors as one line, over messages, runs and unknown values; and what settles each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import MD5
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.records import questions
from agencyhub.records.kinds import KINDS
from integrations.models import InboundMessage
from integrations.receiving import UNWANTED, inbox
from integrations.reports import Counted, Problem, Report
from integrations.screens import PartnerScreens

State = InboundMessage.State
TO_SETTLE = (State.FAILED, State.REJECTED, State.HELD)
REFUSED_SHOWN = timedelta(days=30)
"""A refused body is no longer a problem of today after so long."""
MOST_PROBLEMS = 100
UNMAPPED = "unmapped_plan_type"
KEYS = ("unknown_key", "wrong_scope", "wrong_signature")
WORDS: Mapping[str, StrOrPromise] = {
    UNMAPPED: _("Nobody has said which coverage type this plan type is"),
    "ambiguous_person": _("More than one record could be the person"),
    "mbi_contradiction": _("The MBI contradicts the record that matches"),
    "person_contradiction": _("The record that was sent is about somebody else"),
    "conflict": _("Another record is in the way"),
    "contract": _("The body cannot be read"),
    "invalid": _("The delivery does not have the agreed shape."),
    "invalid_json": _("The body is not JSON in UTF-8."),
    "unknown_key": _("Sent with a wrong, revoked or missing key"),
    "wrong_signature": _("The signature is missing, or made with another secret."),
    "integration_inactive": _("It came while the integration was not active"),
    "no_such_feed": _("The carrier of this statement no longer has a feed."),
    "database": _("The database refused it"),
    "worker_died": _("The worker stopped while applying it"),
}
DECIDED_EACH = ("ambiguous_person", "mbi_contradiction", "person_contradiction")
DECIDE = (_("Decide each in the queue"), "integrations:held_list")
REMEDIES: Mapping[str, tuple[StrOrPromise, str]] = {
    UNMAPPED: (_("Map it once"), "integrations:held_list"),
    **dict.fromkeys(DECIDED_EACH, DECIDE),
}


def like(value: str, rows: QuerySet[InboundMessage]) -> QuerySet[InboundMessage]:
    """Messages whose value has a digest: addresses carry no values, whatever partners write."""
    return rows.annotate(value_digest=MD5("value")).filter(value_digest=value)


def to_settle(*, now: datetime) -> QuerySet[InboundMessage]:
    """Messages that did not get through, and that somebody can do something about."""
    old = Q(state=State.REJECTED, received_at__lt=now - REFUSED_SHOWN)
    return InboundMessage.objects.filter(state__in=TO_SETTLE).exclude(old)


def of_messages(
    screens: Mapping[str, PartnerScreens], titles: Mapping[str, str], *, now: datetime
) -> list[Problem]:
    """What failed, was refused or is held, by partner, code and value; the most first."""
    groups = (
        to_settle(now=now)
        .order_by()
        .values("partner", "state", "code", "value", like=MD5("value"))
        .annotate(number=Count("pk"), oldest=Min("received_at"), newest=Max("received_at"))
        .order_by("-number", "partner", "code", "value", "state")[:MOST_PROBLEMS]
    )
    found = list(groups)
    urls = {slug: screens[slug].settings_url() for slug in {row["partner"] for row in found}}
    return [
        _problem(row, title=titles.get(row["partner"], row["partner"]), url=urls[row["partner"]])
        for row in found
    ]


def _problem(row: Mapping[str, object], *, title: str, url: str) -> Problem:
    code, state = str(row["code"]), str(row["state"])
    meant = {"partner": row["partner"], "code": code, "like": row["like"]}
    remedy, page = REMEDIES.get(code, ("", ""))
    if not remedy:
        is_body = state == State.REJECTED and code not in UNWANTED
        remedy = gettext("Correct a body, or ask the partner") if is_body else _settings_of(code)
    rows_url = inbox(**meant, state=state)
    return Problem(
        title=title,
        words=WORDS.get(code, code.replace("_", " ").capitalize()),
        value=str(row["value"]),
        count=Counted(int(str(row["number"]))),
        oldest=row["oldest"],  # type: ignore[arg-type]
        newest=row["newest"],  # type: ignore[arg-type]
        rows_url=rows_url,
        remedy=remedy,
        remedy_url=reverse(page) if page else rows_url if state == State.REJECTED else url,
        retry_url="" if state == State.REJECTED or code in DECIDED_EACH else _retry(meant),
        code=code,
    )


def _settings_of(code: str) -> str:
    return gettext("Check the key") if code in KEYS else gettext("Check the settings")


def _retry(meant: Mapping[str, object]) -> str:
    return f"{reverse('integrations:retry_create')}?{urlencode(dict(meant))}"


def of_values() -> list[Problem]:
    """Values from outside that no list knows, the most wanted first."""
    found = list(questions.open_values().order_by("-times", "pk")[:MOST_PROBLEMS])  # type: ignore[misc]
    if not found:
        return []
    url = reverse("records:value_list")
    return [
        Problem(
            title=gettext("Unknown values"),
            words=gettext("%(kind)s is unknown") % {"kind": KINDS[value.kind].noun},
            value=value.text,
            count=Counted(value.times),  # type: ignore[attr-defined]
            oldest=value.first_seen_at,
            newest=value.last_seen_at,
            rows_url=f"{url}?kind={value.kind}",
            remedy=gettext("Map it once"),
            remedy_url=f"{url}?kind={value.kind}",
            code=f"unknown_{value.kind}",
        )
        for value in found
    ]


def of_reports(reports: Sequence[Report]) -> Iterator[Problem]:
    """What runs and connections say."""
    for report in reports:
        yield from report.problems
