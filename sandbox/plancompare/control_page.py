"""The HTML form of the control panel."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.html import Input, Markup, checkbox, error_summary, field, fill, join, render, select
from sandbox.plancompare import views
from sandbox.plancompare.behaviour import BAD_DATA, Behaviour

FLAGS = {
    "paused": ("Pause pushing", "Enrollments wait in the outbox until this is off."),
    "duplicates_concurrent": ("Copies at the same moment", "Else one after another."),
    "envelope": ("Batch envelope", 'Send {"enrollments": [...]} instead of one object.'),
}
NUMBERS = (
    Input("duplicates", "Extra copies", "number",
          "Of each delivery, at most 20", extra='min="0" max="20"'),
    Input("reorder", "Reverse batches of", "number",
          "Held back until so many wait; 0 is off", extra='min="0" max="500"'),
    Input("lost_answers", "Lost answers", "number",
          "Per delivery: ignored, then sent again", extra='min="0" max="20"'),
    Input("delay_seconds", "Delay in seconds", "number",
          "Wait after the enrollment", extra='min="0" max="3600" step="any"'),
    Input("envelope_size", "Enrollments per envelope", "number",
          "At most 500", extra='min="1" max="500"'),
)  # fmt: skip
BAD_CHOICE = Input("bad_data", "Bad data", hint="Spoils every delivery while it is on")
TEXTS = (
    Input("hub", "AgencyHub's address", "url", "Enrollments are posted there"),
    Input("partner_id", "Partner ID", hint="Hand-offs must carry it"),
    Input("usernames", "Accepted usernames", hint="Comma list; * stands for anything", limit=2000),
    Input("open_years", "Open plan years", hint="Comma list; earlier years' links are outdated"),
    Input("field_map", "Renamed hand-off fields",
          hint='JSON such as {"zip": "ZipCode"}; {} renames none', limit=2000),
)  # fmt: skip
LABELS = {spec.name: spec.label for spec in (*NUMBERS, *TEXTS, BAD_CHOICE)}


def read_settings(form: Mapping[str, str]) -> dict[str, Any]:
    """Turn the page's form into settings; what is no number or JSON stays text and is refused."""
    settings: dict[str, Any] = {name: name in form for name in FLAGS}
    settings |= {spec.name: number(form.get(spec.name, "")) for spec in NUMBERS}
    settings |= {name: form.get(name, "").strip() for name in ("hub", "partner_id", "bad_data")}
    settings["usernames"] = form.get("usernames", "").split(",")
    settings["open_years"] = [number(year) for year in form.get("open_years", "").split(",")]
    try:
        settings["field_map"] = json.loads(form.get("field_map", "").strip() or "{}")
    except ValueError:
        settings["field_map"] = None
    return settings


def number(text: str) -> Any:
    """Read a number, whole where it can be; other text comes back for a check to refuse."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def draw(
    behaviour: Behaviour,
    deliveries: list[dict[str, Any]],
    counts: Mapping[str, int],
    form: Mapping[str, str] | None,
    errors: dict[str, str],
) -> Markup:
    """Draw the panel; after a refused save with what had been typed."""
    flags = {name: getattr(behaviour, name) if form is None else name in form for name in FLAGS}
    values = _texts(behaviour) if form is None else form
    return render(
        "plancompare/control.html",
        errors=error_summary(errors, LABELS),
        trouble=_trouble(behaviour),
        flags=join(checkbox(n, *words, is_checked=flags[n]) for n, words in FLAGS.items()),
        numbers=join(
            field(spec, values.get(spec.name, ""), errors.get(spec.name, "")) for spec in NUMBERS
        ),
        bad=select(
            BAD_CHOICE,
            list(BAD_DATA.items()),
            values.get("bad_data", ""),
            errors.get("bad_data", ""),
        ),
        texts=join(
            field(spec, values.get(spec.name, ""), errors.get(spec.name, "")) for spec in TEXTS
        ),
        counts=join(
            fill("<div><dt>$badge</dt><dd>$number</dd></div>", badge=views.state_badge(s), number=n)
            for s, n in counts.items()
        ),
        outbox=_outbox(deliveries),
    )


def _texts(behaviour: Behaviour) -> dict[str, str]:
    values = {name: str(value) for name, value in behaviour.as_json().items()}
    return values | {
        "usernames": ", ".join(behaviour.usernames),
        "open_years": ", ".join(str(year) for year in behaviour.open_years),
        "field_map": json.dumps(behaviour.field_map),
        "delay_seconds": f"{behaviour.delay_seconds:g}",
    }


def _trouble(behaviour: Behaviour) -> Markup:
    """Say in one line what is switched on."""
    on = [
        words
        for is_on, words in (
            (behaviour.paused, "pushing is paused"),
            (behaviour.duplicates, f"{behaviour.duplicates} copies more of each delivery"),
            (behaviour.reorder > 1, f"batches of {behaviour.reorder} reversed"),
            (behaviour.lost_answers, f"{behaviour.lost_answers} answers lost per delivery"),
            (behaviour.bad_data != "none", BAD_DATA[behaviour.bad_data].lower()),
            (behaviour.delay_seconds, f"{behaviour.delay_seconds:g} s late"),
            (behaviour.envelope, f"envelopes of up to {behaviour.envelope_size}"),
        )
        if is_on
    ]
    if not on:
        return fill('<p class="note good">PlanCompare behaves well.</p>')
    return fill('<p class="note warn">Misbehaving: $words.</p>', words="; ".join(on))


def _outbox(deliveries: list[dict[str, Any]]) -> Markup:
    button = (
        '<form method="post" action="/control/send"><input type="hidden" name="delivery" '
        'value="$id"><button class="button quiet small" aria-label="Send $number again">'
        "Send again</button></form>"
    )
    link = '<a href="/plancompare/enrollments/$token">$number</a>'
    rows = (
        (
            fill(link, token=row["token"], number=row["enrollment_id"]),
            views.state_badge(row["state"]),
            row["status"] or "None yet",
            row["attempts"],
            row["answer_state"] or row["reason"] or "",
            fill(button, id=row["id"], number=row["enrollment_id"]),
        )
        for row in deliveries
    )
    head = ("Enrollment", "State", "Answer code", "Attempts", "Answer", "Action")
    return views.table("Outbox", head, rows, "Nothing has been sent or queued yet.")
