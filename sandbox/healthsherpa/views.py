"""The HTML of HealthSherpa's pages."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.healthsherpa.people import EXAMPLES, SELLERS
from sandbox.healthsherpa.settings import CASINGS, ENVELOPES, Settings
from sandbox.html import (
    NOTHING,
    Input,
    Markup,
    badge,
    checkbox,
    error_summary,
    field,
    fill,
    join,
    render,
    select,
)
from sandbox.plancompare.catalogue import plans_for
from sandbox.plancompare.views import moment, table, us_date

Json = dict[str, Any]
HERE = "/healthsherpa/"
PERSON = (
    Input("first_name", "First name", is_required=True, limit=80),
    Input("last_name", "Last name", is_required=True, limit=80),
    Input("birth_date", "Date of birth", kind="date", is_required=True),
    Input("medicare_number", "Medicare number (MBI)", is_required=True, limit=20),
    Input("phone_number", "Phone", limit=20),
    Input("email", "E-mail"),
    Input("street", "Street"),
    Input("city", "City"),
    Input("state", "State", is_required=True, limit=2),
    Input("zip_code", "ZIP code", is_required=True, limit=10),
)
PLAN = Input("plan", "Plan")
AGENT = Input("npn", "Submitting agent", hint="Of an independent agent's client little is shared.")
EFFECTIVE = Input("effective_date", "Effective date", kind="date", is_required=True)
ELECTION = Input("sep", "Election period", is_required=True, limit=12)
SIGNATURE = Input("signature", "Signature")
SIGNATURES = (("voice_signature", "Voice signature"), ("e_signature", "E-signature"))
COPIES = Input("copies", "How often each is sent", kind="number", extra='min="1" max="5"')
DELAY = Input("delay_seconds", "Seconds late", kind="number", extra='min="0" max="3600" step="any"')
SPEED = Input(
    "retry_scale",
    "Speed of retries",
    kind="number",
    hint="1 waits 20 seconds, 10 minutes and an hour; 0.0167 is sixty times as fast.",
    extra='min="0" max="1" step="any"',
)
LABELS = {spec.name: spec.label for spec in (*PERSON, PLAN, AGENT, EFFECTIVE, ELECTION, SIGNATURE)}
STATES = {
    "waiting": ("Waiting", "busy"),
    "sending": ("Sending", "busy"),
    "sent": ("Sent", "good"),
    "given_up": ("Given up", "bad"),
}
MATCHES = {
    "complete": ("Complete", "good"),
    "commission_issue": ("Commission issue", "bad"),
    "commission_without_book": ("Commission without book", "bad"),
    "not_found": ("Not found", "calm"),
    "ambiguous": ("Ambiguous", "busy"),
}


def home(
    submissions: list[Json], states: Mapping[int, str], answers: Mapping[str, Json], news: str
) -> Markup:
    """The enrollments, how their delivery stands, and what ComTrack said at night."""
    rows = [
        (
            fill(
                '<a href="$url">$name</a>',
                url=f"{HERE}enrollments/{one['token']}",
                name=one["name"],
            ),
            one["plan_name"],
            one["agent"],
            moment(one["created_at"]),
            badge(*STATES[states.get(one["id"], "waiting")]),
            match_badge(answers.get(one["application_id"])),
        )
        for one in submissions
    ]
    heads = ("Contact", "Plan", "Agent", "Submitted", "Delivery", "ComTrack status")
    empty = "Nobody is enrolled yet. Submit an enrollment, and AgencyHub hears of it at once."
    return render(
        "healthsherpa/home.html",
        rows=table("Enrollments", heads, rows, empty),
        news=note(news),
    )


def new(values: Mapping[str, str], errors: dict[str, str], plan_year: int) -> Markup:
    """The form of an enrollment, filled with an example."""
    examples = join(
        fill(
            '<a href="${here}new?example=$number">$label</a>',
            here=HERE,
            number=number,
            label=e.label,
        )
        for number, e in enumerate(EXAMPLES)
    )
    plans = [(p.plan_id, f"{p.carrier_name}: {p.plan_name}") for p in plans_for(plan_year)]
    sellers = [(seller.agent.npn, seller.words) for seller in SELLERS]

    def value(spec: Input) -> tuple[str, str]:
        return values.get(spec.name, ""), errors.get(spec.name, "")

    return render(
        "healthsherpa/new.html",
        examples=examples,
        errors=error_summary(errors, LABELS),
        form_key=values["form_key"],
        person=join(field(spec, *value(spec)) for spec in PERSON),
        enrollment=join((
            select(PLAN, plans, *value(PLAN)),
            select(AGENT, sellers, *value(AGENT)),
            field(EFFECTIVE, *value(EFFECTIVE)),
            field(ELECTION, *value(ELECTION)),
            select(SIGNATURE, SIGNATURES, *value(SIGNATURE)),
        )),
    )  # fmt: skip


def enrollment(
    submission: Json, updates: list[Json], sent: list[Json], answer: Json | None
) -> Markup:
    """One application with its updates, its deliveries and ComTrack's answer."""
    payload = json.loads(updates[-1]["payload"])
    application = payload["medicare_application"]
    return render(
        "healthsherpa/enrollment.html",
        token=submission["token"],
        name=submission["name"],
        plan_name=application["plan_name"],
        carrier_name=application["carrier_name"],
        agent=submission["agent"],
        application_id=submission["application_id"],
        confirmation_number=application["confirmation_number"],
        effective_date=us_date(application["effective_date"]),
        premium=f"{application['total_premium_cents'] / 100:.2f}",
        updates=len(updates),
        deliveries=deliveries(sent),
        status=status(answer),
        effective_value=application["effective_date"],
        payload=json.dumps(payload, indent=2, ensure_ascii=False),
    )


def deliveries(rows: list[Json]) -> Markup:
    """Every delivery of an application."""
    heads = ("Owed since", "Shape", "State", "Tries", "Answer", "Next try")
    lines = [
        (
            moment(row["created_at"]),
            row["shape"],
            badge(*STATES[row["state"]]),
            row["tries"],
            " ".join(str(part) for part in (row["status"], row["outcome"]) if part) or "None yet",
            moment(row["due_at"]),
        )
        for row in rows
    ]
    return table("Deliveries", heads, lines, "Nothing was owed yet.")


def status(answer: Json | None) -> Markup:
    """What ComTrack answered at night."""
    if answer is None:
        return Markup('<p class="empty">ComTrack was not asked yet. Press Midnight.</p>')
    paid = answer["last_commission"] or {}
    facts = {
        "ComTrack status": match_badge(answer),
        "Policy status": answer["policy_status"],
        "Book of business": answer["carrier_status_text"],
        "Book as of": us_date(answer["book_as_of"] or ""),
        "Terminates": us_date(answer["termination_date"] or ""),
        "Last commission": f"${paid['amount']} on {us_date(paid['paid_on'] or '')}" if paid else "",
        "Payment period": paid.get("payment_period", ""),
        "As of": f"{datetime.fromisoformat(answer['as_of']).astimezone():%m/%d/%Y %H:%M:%S}",
        "Why": " ".join(f"{reason.rstrip('.')}." for reason in answer["reasons"]),
    }
    line = "<div><dt>$label</dt><dd>$value</dd></div>"
    lines = join(fill(line, label=label, value=value) for label, value in facts.items() if value)
    return fill(
        '<dl class="facts row" data-status="$state">$lines</dl>',
        lines=lines,
        state=answer["match_state"],
    )


def match_badge(answer: Json | None) -> Markup:
    """The state of match, or a dash."""
    if answer is None:
        return Markup("–")
    return badge(*MATCHES.get(answer["match_state"], (answer["match_state"], "calm")))


def control(settings: Settings, errors: dict[str, str], news: str, *, has_key: bool) -> Markup:
    """How submissions are delivered."""
    values = {
        COPIES: settings.copies,
        DELAY: f"{settings.delay_seconds:g}",
        SPEED: f"{settings.retry_scale:.4f}",
    }
    fields = join((
        select(Input("envelope", "Envelope"), list(ENVELOPES.items()), settings.envelope),
        select(Input("casing", "Names of fields"), list(CASINGS.items()), settings.casing),
        *(field(spec, value, errors.get(spec.name, "")) for spec, value in values.items()),
    ))  # fmt: skip
    return render(
        "healthsherpa/control.html",
        errors=error_summary(errors, {"hub": "AgencyHub's address"}),
        news=note(news),
        fields=fields,
        only_name=checkbox(
            "only_name", "Contact with only id and name",
            "As for an independent agent's client, whoever submits.", is_checked=settings.only_name,
        ),
        webhook=settings.webhook,
        key=badge("A key is set", "good") if has_key else badge("No key is set", "bad"),
    )  # fmt: skip


def note(words: str) -> Markup:
    """A line of news above a page."""
    if not words:
        return NOTHING
    return fill('<div class="note" role="status"><p>$words</p></div>', words=words)
