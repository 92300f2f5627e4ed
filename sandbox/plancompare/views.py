"""The HTML of PlanCompare's pages."""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sandbox.html import NOTHING, Markup, badge, error_summary, field, fill, join, render
from sandbox.plancompare import profile
from sandbox.plancompare.beneficiaries import Beneficiary
from sandbox.plancompare.catalogue import PLAN_TYPE_WORDS, PLAN_TYPES, Plan, plans_for
from sandbox.plancompare.handoff import RECORD_TYPES

SITES = {"broker": "Broker", "call_center": "Call center"}
STATES = {
    "pending": ("Pending", "calm"),
    "sending": ("Sending", "busy"),
    "retrying": ("Trying again", "busy"),
    "sent": ("Sent", "good"),
    "refused": ("Refused", "bad"),
}


def us_date(text: str) -> str:
    """Write an ISO date as MM/DD/YYYY; what is no date stays as it is."""
    return f"{date.fromisoformat(text):%m/%d/%Y}" if profile.is_date(text) else text


def moment(seconds: float | None) -> str:
    """Write a time of this machine."""
    return time.strftime("%m/%d/%Y %H:%M:%S", time.localtime(seconds)) if seconds else ""


def name_of(values: Mapping[str, Any]) -> str:
    """Name a person, also one of whom only the zip is known."""
    both = (values.get("first_name"), values.get("last_name"))
    return " ".join(str(part) for part in both if part) or "Unnamed beneficiary"


def state_badge(state: str) -> Markup:
    """Show a delivery's state."""
    return badge(*STATES[state])


def table(
    caption: str, head: Iterable[str], rows: Iterable[Iterable[object]], empty: str
) -> Markup:
    """Draw a table whose cells stack on small screens, or say that there is nothing."""
    heads = list(head)
    lines = [
        join(
            fill('<td data-label="$label"><div>$cell</div></td>', label=label, cell=cell)
            for label, cell in zip(heads, row, strict=True)
        )
        for row in rows
    ]
    if not lines:
        return fill('<p class="empty">$empty</p>', empty=empty)
    return fill(
        '<table class="stack"><caption class="hidden">$caption</caption>'
        "<thead><tr>$heads</tr></thead><tbody>$rows</tbody></table>",
        caption=caption,
        heads=join(fill('<th scope="col">$label</th>', label=label) for label in heads),
        rows=join(fill("<tr>$cells</tr>", cells=line) for line in lines),
    )


def agent_home(people: Iterable[Beneficiary], enrollments: Iterable[Mapping[str, Any]]) -> Markup:
    """Show whom and what the agents worked on last."""
    rows = (
        (
            _link(f"/plancompare/beneficiaries/{person.token}", name_of(person.profile)),
            record_words(person),
            person.username,
            person.plan_year,
            moment(person.changed_at),
        )
        for person in people
    )
    beneficiaries = table(
        "Beneficiaries",
        ("Name", "AgencyHub record", "Agent", "Plan year", "Last change"),
        rows,
        "Nobody yet. Send somebody over from AgencyHub, or add a new beneficiary.",
    )
    listed = enrollment_table(enrollments, "No enrollments yet.")
    return render("plancompare/agent_home.html", beneficiaries=beneficiaries, enrollments=listed)


def enrollment_table(enrollments: Iterable[Mapping[str, Any]], empty: str) -> Markup:
    """List enrollments with how their delivery stands."""
    rows = (
        (
            _link(f"/plancompare/enrollments/{row['token']}", row["enrollment_id"]),
            row["confirmation_number"],
            row["payload"]["plan"].get("plan_name", ""),
            us_date(str(row["payload"]["submission_date"])),
            state_badge(row["state"]),
        )
        for row in enrollments
    )
    head = ("Enrollment", "Confirmation number", "Plan", "Submitted", "Delivery")
    return table("Enrollments", head, rows, empty)


def profile_groups(values: Mapping[str, str], errors: Mapping[str, str]) -> Markup:
    """Draw the profile's form fields in their groups."""
    return join(
        fill(
            '<fieldset class="panel"><legend>$title</legend><div class="grid">$fields</div>'
            "</fieldset>",
            title=title,
            fields=join(
                field(spec, values.get(spec.name, ""), errors.get(spec.name, "")) for spec in group
            ),
        )
        for title, group in profile.GROUPS
    )


def beneficiary_page(
    person: Beneficiary,
    enrollments: Iterable[Mapping[str, Any]],
    values: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Markup:
    """Show a profile for editing, with what a failed save had typed."""
    unknown = NOTHING
    if person.unknown_fields:
        unknown = fill(
            '<p class="note warn">Fields that came but are not known here: $names</p>',
            names=", ".join(person.unknown_fields),
        )
    news = fill(
        '<p class="note good" role="status">Profile $news<span class="muted"> · $when</span></p>',
        news=person.news,
        when=moment(person.changed_at),
    )
    return render(
        "plancompare/beneficiary.html",
        token=person.token,
        name=name_of(person.profile),
        news=NOTHING if errors else news,
        unknown=unknown,
        record=record_words(person),
        username=person.username,
        plan_year=person.plan_year,
        site=SITES[person.site],
        times=person.times_received,
        errors=error_summary(errors or {}, profile.LABELS),
        groups=profile_groups(person.profile if values is None else values, errors or {}),
        enrollments=enrollment_table(enrollments, "None yet. Shop plans to enroll."),
    )


def record_words(person: Beneficiary) -> str:
    """Say which record of AgencyHub a profile belongs to."""
    if person.record_type is None:
        return "None: typed here"
    return f"{RECORD_TYPES[person.record_type]} {person.record_id}"


def plans_page(person: Beneficiary, plan_type: str) -> Markup:
    """Show the plans on sale, of one type or of all."""
    plans = plans_for(person.plan_year, plan_type)
    base = f"/plancompare/beneficiaries/{person.token}"
    pills = join(
        fill(
            '<a href="$url"$current>$words <span class="count">$number</span></a>',
            url=f"{base}/plans?type={kind.replace(' ', '+')}" if kind else f"{base}/plans",
            current=Markup(' aria-current="true"') if kind == plan_type else NOTHING,
            words=kind or "All",
            number=len(plans_for(person.plan_year, kind)),
        )
        for kind in ("", *PLAN_TYPES)
    )
    return render(
        "plancompare/plans.html",
        token=person.token,
        name=name_of(person.profile),
        plan_year=person.plan_year,
        incomplete=incomplete_note(person),
        pills=pills,
        count=f"{len(plans)} plans",
        rows=join(_plan_row(person.token, plan) for plan in plans),
    )


def incomplete_note(person: Beneficiary) -> Markup:
    """Say what the profile lacks for an enrollment."""
    missing = profile.missing_to_enroll(person.profile)
    if not missing:
        return NOTHING
    return fill(
        '<p class="note warn">To enroll, first complete the <a href="$url">profile</a>: '
        "$names.</p>",
        url=f"/plancompare/beneficiaries/{person.token}",
        names=", ".join(missing),
    )


def enrollment_page(row: Mapping[str, Any], beneficiary_token: str | None, hub: str) -> Markup:
    """Show an enrollment, how its delivery stands, and where in AgencyHub (``hub``) it leads."""
    payload = row["payload"]
    plan = payload["plan"]
    name = name_of(payload["beneficiary"])
    back = NOTHING
    if beneficiary_token:
        back = fill(
            " &rsaquo; $link", link=_link(f"/plancompare/beneficiaries/{beneficiary_token}", name)
        )
    return render(
        "plancompare/enrollment.html",
        back=back,
        token=row["token"],
        name=name,
        enrollment_id=row["enrollment_id"],
        confirmation_number=row["confirmation_number"],
        plan_name=plan.get("plan_name"),
        carrier_name=plan.get("carrier_name"),
        plan_type=plan.get("plan_type"),
        plan_id=plan.get("plan_id"),
        premium=f"${plan.get('premium_per_month')}",
        submission_date=us_date(str(payload["submission_date"])),
        effective_date=us_date(str(payload["application_effective_date"])),
        username=payload["username"],
        delivery=delivery(row),
        record=_record_at(hub, payload),
        payload=json.dumps(payload, indent=2, ensure_ascii=False),
    )


def _record_at(hub: str, payload: Mapping[str, Any]) -> Markup:
    """A link to the record that was handed over; without one, to everybody."""
    for key, path in (("sales_record_id", "sales-records"), ("individual_id", "individuals")):
        if str(payload.get(key) or "").isdigit():
            return _link(f"{hub}/{path}/{payload[key]}/", "Open the record in AgencyHub")
    return _link(f"{hub}/individuals/", "Open AgencyHub")


def delivery(row: Mapping[str, Any]) -> Markup:
    """Show how a delivery stands: the part of the page that refreshes."""
    more = {
        "Reason": row["reason"] if row["state"] in ("retrying", "refused") else None,
        "AgencyHub says": row["answer_state"],
        "Message": row["message_id"],
        "Next attempt": moment(row["due_at"]) if row["state"] == "retrying" else None,
    }
    line = "<div><dt>$label</dt><dd>$value</dd></div>"
    return render(
        "plancompare/delivery.html",
        state=row["state"],
        badge=state_badge(row["state"]),
        status=row["status"] or "None yet",
        attempts=row["attempts"],
        more=join(fill(line, label=label, value=value) for label, value in more.items() if value),
    )


def _plan_row(token: str, plan: Plan) -> Markup:
    return render(
        "plancompare/plan_row.html",
        key=plan.plan_id,
        token=token,
        plan_name=plan.plan_name,
        carrier_name=plan.carrier_name,
        plan_type=plan.plan_type,
        type_words=PLAN_TYPE_WORDS[plan.plan_type],
        plan_id=plan.plan_id,
        year=plan.year,
        premium=plan.premium_per_month,
    )


def _link(url: str, words: object) -> Markup:
    return fill('<a href="$url">$words</a>', url=url, words=words)
