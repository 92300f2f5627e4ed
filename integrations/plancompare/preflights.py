"""Everything the pre-flight page says about one record and one link."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.fields import MASK
from agencyhub.lib.mbi import TAIL
from agencyhub.lib.phones import format_phone
from individuals.models import Individual, SalesRecord
from integrations.plancompare import links, payload, selectors
from integrations.plancompare.models import Site
from integrations.plancompare.services import handoff as handoffs

MASKED = ("mbi",)
DATES = ("date_of_birth", "part_a_effective_date", "part_b_effective_date")
TONES = {
    payload.Level.BLOCK: "danger",
    payload.Level.WARN: "warning",
    payload.Level.NOTE: "neutral",
}
SHOWN_HANDOFFS = 5


@dataclass(frozen=True)
class Line:
    """One field that goes out, as a screen may show it."""

    label: str
    value: str
    is_changed: bool
    is_masked: bool


@dataclass(frozen=True)
class Sent:
    """An earlier hand-off."""

    when: datetime
    who: str
    link_label: str
    changed: str


@dataclass(frozen=True)
class Preflight:
    """What to know before a record leaves."""

    record_type: str
    record_id: int
    name: str
    noun: str
    sending: selectors.Sendability
    link: links.Link | None = None
    offered: links.Link | None = None
    lines: tuple[Line, ...] = ()
    findings: tuple[tuple[str, payload.Finding], ...] = ()
    notes: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    call_script: str = ""
    converted_to: int | None = None
    is_deceased: bool = False
    change_words: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether the button is offered."""
        blocked = any(tone == "danger" for tone, _ in self.findings)
        return self.sending.allowed and bool(self.link and self.link.is_valid) and not blocked

    @property
    def warnings(self) -> int:
        """How many findings only warn."""
        return sum(1 for tone, _ in self.findings if tone == "warning")


def check(
    record: Individual | SalesRecord, *, link_id: int | None, user: User, as_of: date
) -> Preflight:
    """Look at ``record`` as it would go out through a link; without ``link_id`` the right one."""
    sending = selectors.can_send(user, on=as_of)
    kind = selectors.record_type_of(record)
    noun = gettext("Individual") if kind == payload.INDIVIDUAL else gettext("Sales Record")
    base = Preflight(kind, record.pk, record.full_name, noun, sending)
    link = next((one for one in sending.menu if one.pk == link_id), None)
    link = link or links.right_link(sending.menu) or (sending.menu[0] if sending.menu else None)
    if not link or not sending.site:
        return base
    try:
        built = selectors.payload_of(record, sending=sending, link=link, as_of=as_of)
    except UnreadableSecretError as error:
        return replace(base, sending=replace(sending, allowed=False, reason=error.message, fix=""))
    is_call_center = sending.site.variant == Site.Variant.CALL_CENTER
    return replace(
        _with_history(base, record, built),
        link=link,
        offered=None if link.is_valid else links.right_link(sending.menu, instead_of=link),
        findings=_loud(built),
        notes=tuple(one.text for one in built.findings if one.level is payload.Level.NOTE),
        call_script=sending.site.call_script if is_call_center else "",
        converted_to=None if isinstance(record, Individual) else _converted(record),
        is_deceased=isinstance(record, Individual) and record.deceased_date is not None,
    )


def _with_history(
    base: Preflight, record: Individual | SalesRecord, built: payload.Payload
) -> Preflight:
    """Add the earlier hand-offs, and mark what differs from the last one."""
    earlier = list(selectors.handoffs_of(record)[:SHOWN_HANDOFFS])
    digests = handoffs.digest_fields(built.fields)
    changed = handoffs.changed_fields(digests, earlier[0].field_digests) if earlier else []
    return replace(
        base,
        lines=_lines(built, changed),
        change_words=_labels(changed),
        sent=tuple(
            Sent(one.sent_at, one.user.display_name, one.link_label, _labels(one.changed_fields))
            for one in earlier
        ),
    )


def _loud(built: payload.Payload) -> tuple[tuple[str, payload.Finding], ...]:
    """What blocks or warns, with its tone."""
    return tuple(
        (TONES[one.level], one) for one in built.findings if one.level is not payload.Level.NOTE
    )


def _lines(built: payload.Payload, changed: list[str]) -> tuple[Line, ...]:
    return tuple(
        Line(payload.LABELS[name], _shown(name, value), name in changed, name in MASKED)
        for name, value in built.fields.items()
        if name in payload.PERSON_FIELDS
    )


def _shown(name: str, value: str) -> str:
    """A value the way screens show it; the MBI stays masked although it is sent in full."""
    if name == "mbi":
        return f"{MASK}{value[-TAIL:]}"
    if name == "phone":
        return format_phone(value)
    return f"{date.fromisoformat(value):%m/%d/%Y}" if name in DATES else value


def _labels(names: list[str]) -> str:
    return ", ".join(payload.LABELS.get(name, name) for name in names)


def _converted(record: SalesRecord) -> int | None:
    return None if record.is_open else record.individual_id
