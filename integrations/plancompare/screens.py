"""PlanCompare on the shared pages of the integrations."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.errors import DomainError
from agencyhub.lib.fields import MASK
from agencyhub.lib.mbi import Mbi
from agencyhub.lib.phones import format_phone
from agencyhub.lib.text import tidy, zip5
from agencyhub.records.models import Option
from individuals.models import Individual, SalesRecord
from integrations import receiving
from integrations.errors import PartnerContractError
from integrations.models import InboundMessage
from integrations.plancompare import selectors
from integrations.plancompare.mapping import Beneficiary, Enrollment, read_enrollment
from integrations.plancompare.models import QuotingLink, Site
from integrations.plancompare.partner import PlanCompare
from integrations.plancompare.services import settings
from integrations.reports import Ending, Report
from integrations.screens import Candidate, Card, Cell, CompareRow, Notice, Review
from integrations.selectors import PAGES

TEXT = {
    Site.Variant.BROKER: _("Send records to your broker site and take enrollments back."),
    Site.Variant.CALL_CENTER: _("The call center site, with a call script beside the hand-off."),
}
SOON = timedelta(days=30)
TITLES = {
    "ambiguous_person": _("More than one record could be this person"),
    "mbi_contradiction": _("The MBI contradicts the record that matches"),
    "person_contradiction": _("The record that was sent is about somebody else"),
}


class UnmappableError(DomainError):
    """The plan type cannot be mapped to that now."""

    code = "plancompare_plan_type_unmappable"


class PlanCompareScreens:
    """Both variants share one inbox."""

    def cards(self) -> Sequence[Card]:
        """Broker and Call Center; one of them may be active."""
        sites = {site.variant: site for site in Site.objects.all()}
        active = next((site for site in sites.values() if site.is_active), None)
        return [_card(variant, sites.get(variant.value), active) for variant in Site.Variant]

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """Its deliveries; it is expired once no quoting link or no key works any more."""
        site = selectors.active_site()
        day = timezone.localdate(now)
        ending = _links_ending(site, on=day)
        url = _page_of(site)
        partner = PlanCompare()
        scope = partner.api_key_scope
        return [
            receiving.report(
                slug=partner.slug,
                title=partner.title,
                url=url,
                icon="heart-handshake",
                refusal="" if site else partner.refusal(),
                now=now,
                endings=(
                    *(_link_ending(link, on=day, url=url) for link in ending),
                    *receiving.keys_ending(scope, now=now),
                ),
                is_expired=bool(
                    (ending and not _has_valid_link(site, on=day))
                    or receiving.has_lost_its_keys(scope, now=now)
                ),
            )
        ]

    def settings_url(self) -> str:
        """The active variant's page, or the first one's."""
        return _page_of(selectors.active_site())

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Links that are over or end within 30 days, and a site that is half set up."""
        site = selectors.active_site()
        if site is None:
            return []
        url = reverse("plancompare:site_detail", args=[site.variant])
        found = [_ending(link, on, url) for link in _links_ending(site, on=on)]
        if not selectors.is_set_up(site):
            text = gettext(
                "Records cannot be sent before a Partner ID and a quoting link are saved."
            )
            found.append(Notice("warning", gettext("Setup is not complete"), text, url, "settings"))
        if not selectors.username_count():
            users = reverse("plancompare:site_users", args=[site.variant])
            text = gettext("Nobody can send records before their username is entered.")
            found.append(
                Notice(
                    "warning", gettext("No user has a PlanCompare username"), text, users, "users"
                )
            )
        return found

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """The coverage types that a plan type can be."""
        options = Option.objects.active(Option.List.COVERAGE_TYPE)
        return [(str(option.pk), option.words) for option in options]

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """Map a plan type to a coverage type, as the Sync tab does."""
        site = selectors.active_site()
        if site is None:
            msg = gettext("PlanCompare is not active. Activate it, then map the plan type.")
            raise UnmappableError(msg)
        if choice not in dict(self.value_choices()):
            msg = gettext("Choose a coverage type for “%(value)s”.") % {"value": value}
            raise UnmappableError(msg)
        option = Option.objects.get(pk=choice)
        settings.map_plan_type(site=site, user=user, plan_type=value, option=option)

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """The enrolled person beside each candidate; differences are marked."""
        title = TITLES.get(message.code, "Somebody has to decide about this enrollment")
        try:
            enrollment = read_enrollment(json.loads(message.body.reveal()))
        except (ValueError, PartnerContractError, UnreadableSecretError):
            return Review(
                message, gettext("The enrollment cannot be read"), (), (), (), may_be_new=False
            )
        found = _records(message.details.get("candidates", []), user)
        people = [record for _, _, record in found]
        return Review(
            message=message,
            title=str(title),
            facts=_facts(enrollment),
            candidates=tuple(_candidate(kind, pk, record) for kind, pk, record in found),
            rows=_rows(enrollment.beneficiary, people),
            may_be_new=True,
        )


def _page_of(site: Site | None) -> str:
    variant = site.variant if site else Site.Variant.BROKER.value
    return reverse("plancompare:site_detail", args=[variant])


def _links_ending(site: Site | None, *, on: date) -> list[QuotingLink]:
    rows = QuotingLink.objects.filter(site=site, valid_to__lte=on + SOON)
    return list(rows.order_by("valid_to", "pk")) if site else []


def _has_valid_link(site: Site | None, *, on: date) -> bool:
    return QuotingLink.objects.filter(site=site).exclude(valid_to__lt=on).exists()


def _link_ending(link: QuotingLink, *, on: date, url: str) -> Ending:
    words = gettext("Link “%(label)s”") % {"label": link.label}
    day = link.valid_to or on
    return Ending(words, day, url, is_over=day < on)


def _card(variant: Site.Variant, site: Site | None, active: Site | None) -> Card:
    title = str(variant.label)
    is_active = bool(site and site.is_active)
    refusal = ""
    if active and not is_active:
        refusal = gettext("Deactivate %(variant)s first: an account has one site.") % {
            "variant": active.get_variant_display()
        }
    return Card(
        title=title,
        text=TEXT[variant],
        url=reverse("plancompare:site_detail", args=[variant.value]),
        icon="phone" if variant == Site.Variant.CALL_CENTER else "heart-handshake",
        is_active=is_active,
        state=_state(site),
        add_url="" if active else reverse("plancompare:site_activate", args=[variant.value]),
        refusal=refusal,
    )


def _state(site: Site | None) -> str:
    if site is None:
        return gettext("Not added")
    if not site.is_active:
        return gettext("Deactivated, settings kept") if site.partner_id else gettext("Not added")
    if not selectors.is_set_up(site):
        return gettext("Setup is not complete")
    return (
        gettext("Active, enrollments synced")
        if site.sync_enrollments
        else gettext("Active, hand-off only")
    )


def _ending(link: QuotingLink, on: date, url: str) -> Notice:
    day = f"{link.valid_to:%m/%d/%Y}"
    if link.valid_to and link.valid_to < on:
        title = gettext("“%(label)s” expired on %(day)s") % {"label": link.label, "day": day}
        return Notice(
            "neutral", title, gettext("Remove it, or enter this year's SSO URL."), url, "unlink"
        )
    text = gettext("Ask PlanCompare Client Services for the SSO URL of the next enrollment period.")
    return Notice(
        "warning",
        gettext("“%(label)s” expires on %(day)s") % {"label": link.label, "day": day},
        text,
        url,
        "clock",
    )


Found = tuple[str, int, Individual | SalesRecord | None]


def _records(candidates: Sequence[dict[str, Any]], user: User) -> list[Found]:
    """The candidates that ``user`` may see; of the others only the id is shown."""
    found: list[Found] = []
    for kind, model in selectors.RECORD_TYPES.items():
        ids = [one["id"] for one in candidates if one["kind"] == kind]
        seen: dict[int, Any] = model.objects.visible_to(user).in_bulk(ids) if ids else {}
        found += [(kind, pk, seen.get(pk)) for pk in ids]
    return found


def _candidate(kind: str, pk: int, record: Individual | SalesRecord | None) -> Candidate:
    noun, page = PAGES[kind]
    title = record.full_name if record else gettext("Outside your book")
    url = reverse(page, args=[pk]) if record else ""
    return Candidate(f"{kind}-{pk}" if record else "", f"{noun} {pk}", title, url)


def _facts(enrollment: Enrollment) -> tuple[tuple[str, str], ...]:
    plan = enrollment.plan
    return (
        (gettext("Carrier"), plan.carrier_name),
        (gettext("Plan"), plan.plan_name),
        (gettext("Plan type"), plan.plan_type),
        (gettext("Effective date"), _day(enrollment.application_effective_date)),
        (gettext("Confirmation number"), enrollment.confirmation_number),
        (gettext("PlanCompare username"), enrollment.username),
    )


Values = list[tuple[str, str, str]]
"""Label, text for the screen, and the text by which two values are compared."""


def _rows(
    beneficiary: Beneficiary, people: Sequence[Individual | SalesRecord | None]
) -> tuple[CompareRow, ...]:
    incoming = _incoming(beneficiary)
    columns = [_stored(person) if person else None for person in people]
    rows = []
    for place, (label, text, key) in enumerate(incoming):
        cells = []
        for column in columns:
            shown, own = column[place][1:] if column else ("hidden", key)
            cells.append(Cell(shown, is_different=bool(key) and own != key))
        rows.append(CompareRow(label, text, tuple(cells)))
    return tuple(rows)


@dataclass(frozen=True)
class _Who:
    """A person as both sides of the comparison know one."""

    name: str
    birth: date | None
    mbi: Mbi
    email: str
    phone: str
    street: str
    city: str
    state: str
    zip_code: str

    def values(self) -> Values:
        """Each compared field: label, text for the screen, comparison key."""
        place = " ".join(filter(None, (self.city, self.state, self.zip_code)))
        street = tidy(self.street)
        return [
            (gettext("Name"), self.name, _fold(self.name)),
            (gettext("Date of birth"), _day(self.birth), _day(self.birth)),
            ("MBI", f"{MASK}{self.mbi.tail}" if self.mbi.tail else "", _mbi_key(self.mbi)),
            (gettext("Email"), self.email, self.email.casefold()),
            (gettext("Phone"), format_phone(self.phone), self.phone),
            (
                gettext("Address"),
                ", ".join(filter(None, (street, place))),
                f"{_fold(street)} {zip5(self.zip_code)}".strip(),
            ),
        ]


def _incoming(one: Beneficiary) -> Values:
    return _Who(
        name=f"{one.first_name} {one.last_name}",
        birth=one.date_of_birth,
        mbi=one.mbi or Mbi("", ""),
        email=one.email,
        phone=one.phone,
        street=one.address_1,
        city=one.city,
        state=one.state,
        zip_code=one.zip_code,
    ).values()


def _stored(person: Individual | SalesRecord) -> Values:
    fields = selectors.person_of(person)
    return _Who(
        name=f"{person.first_name} {person.last_name}",
        birth=person.date_of_birth,
        mbi=Mbi(fields.mbi, fields.mbi_tail),
        email=person.email,
        phone=person.phone,
        street=fields.address_1,
        city=fields.city,
        state=fields.state,
        zip_code=fields.zip_code,
    ).values()


def _mbi_key(mbi: Mbi) -> str:
    return mbi.full or mbi.tail


def _day(value: date | None) -> str:
    return f"{value:%m/%d/%Y}" if value else ""


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
