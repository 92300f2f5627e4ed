"""Reads of PlanCompare's pages: who may send, through which links, and what would be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.written import Written
from individuals.models import Address, Individual, SalesRecord
from integrations.plancompare import links, payload
from integrations.plancompare.models import Handoff, PlanCompareUser, QuotingLink, Site

HEADER = (
    "User name",
    "Email",
    "PlanCompare Username",
    "Servicing Agent NPN",
    "Servicing Agent",
)
ASK = _("Ask whoever manages integrations to")
RECORD_TYPES: dict[str, type[Individual] | type[SalesRecord]] = {
    payload.INDIVIDUAL: Individual,
    payload.SALES_RECORD: SalesRecord,
}


@dataclass(frozen=True)
class Sendability:
    """Whether a user may send records now, and if not, why, in words.

    ``fix`` says where it is put right: a tab of the site's settings, or blank.
    """

    allowed: bool
    reason: str
    site: Site | None = None
    username: str = ""
    menu: tuple[links.Link, ...] = ()
    fix: str = ""


def active_site() -> Site | None:
    """The account's PlanCompare site, if one is active."""
    return _active_sites().first()


def _active_sites() -> QuerySet[Site]:
    return Site.objects.filter(is_active=True).order_by("pk")


def _written_site(*, user: Any) -> QuerySet[Site]:
    names = PlanCompareUser.objects.filter(user=user).order_by("pk").values("username")[:1]
    return _active_sites().annotate(sender=Subquery(names))[:1]


_SITE = Written(_written_site)
_LINKS = Written(lambda *, site: QuotingLink.objects.filter(site=site).order_by("position", "pk"))


def can_send(user: User, *, on: date) -> Sendability:
    """Check what a hand-off needs: the site, its Partner ID, a link that works, a username."""
    site: Any = _SITE.one(user=user.pk)
    if site is None:
        reason = gettext("The PlanCompare integration is not active. %(ask)s add it.") % {
            "ask": ASK
        }
        return Sendability(allowed=False, reason=reason)
    menu = quoting_menu(site, on=on)
    username: str = site.sender or ""
    reason, fix = _missing(site, menu, username)
    return Sendability(not reason, reason, site, username, menu, fix)


def _missing(site: Site, menu: Sequence[links.Link], username: str) -> tuple[str, str]:
    if not site.partner_id.strip():
        return gettext("PlanCompare has no Partner ID yet. %(ask)s enter it.") % {
            "ask": ASK
        }, "setup"
    if not menu:
        return gettext("PlanCompare has no quoting link yet. %(ask)s enter the SSO URL.") % {
            "ask": ASK
        }, "setup"
    if not any(link.is_valid for link in menu):
        return _no_valid_link(menu), "setup"
    if not username:
        return gettext(
            "You have no PlanCompare username yet. %(ask)s enter it on the Users tab."
        ) % {"ask": ASK}, "users"
    return "", ""


def _no_valid_link(menu: Sequence[links.Link]) -> str:
    upcoming = [link.valid_from for link in menu if link.state is links.LinkState.UPCOMING]
    first = min((day for day in upcoming if day), default=None)
    if first:
        return gettext("No quoting link works today; the next one works from %(first)s.") % {
            "first": f"{first:%m/%d/%Y}"
        }
    last = max(link.valid_to for link in menu if link.valid_to)
    return gettext(
        "Every quoting link has expired, the last on %(last)s. %(ask)s enter the new SSO URL."
    ) % {"last": f"{last:%m/%d/%Y}", "ask": ASK}


def quoting_menu(site: Site, *, on: date) -> tuple[links.Link, ...]:
    """The site's links in menu order, as they stand ``on`` a day."""
    return tuple(
        links.read_link(
            pk=row.pk,
            label=row.label,
            plan_year=row.plan_year,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            on=on,
        )
        for row in _LINKS.rows(site=site.pk)
    )


def is_set_up(site: Site) -> bool:
    """Whether Setup is complete: a Partner ID and at least one saved link."""
    return bool(site.partner_id) and QuotingLink.objects.filter(site=site).exists()


def username_count() -> int:
    """How many users have a PlanCompare username."""
    return PlanCompareUser.objects.exclude(username="").count()


def record_type_of(record: Individual | SalesRecord) -> str:
    """The word of the hand-off for a record's model."""
    return payload.INDIVIDUAL if isinstance(record, Individual) else payload.SALES_RECORD


def handoffs_of(record: Individual | SalesRecord) -> QuerySet[Handoff]:
    """Every hand-off of a record, newest first, with who sent it."""
    rows = Handoff.objects.filter(record_type=record_type_of(record), record_id=record.pk)
    return rows.select_related("user").order_by("-pk")


def payload_of(
    record: Individual | SalesRecord,
    *,
    sending: Sendability,
    link: links.Link,
    as_of: date,
) -> payload.Payload:
    """What would be sent of ``record``. The full MBI is opened here, for the payload only."""
    sender = payload.Sender(
        partner_id=sending.site.partner_id if sending.site else "",
        username=sending.username,
        plan_year=link.plan_year,
    )
    return payload.build_payload(person_of(record), sender, today=as_of)


def person_of(record: Individual | SalesRecord) -> payload.Person:
    """Read the fields of a hand-off from a record, with its primary address."""
    return payload.Person(
        record_type=record_type_of(record),
        record_id=record.pk,
        first_name=record.first_name,
        last_name=record.last_name,
        date_of_birth=record.date_of_birth,
        mbi=record.mbi.reveal() if record.mbi else "",
        mbi_tail=record.mbi_tail,
        part_a_effective_date=record.part_a_effective_date,
        part_b_effective_date=record.part_b_effective_date,
        email=record.email,
        home_phone=record.home_phone,
        cell_phone=record.cell_phone,
        business_phone=record.business_phone,
        **_address_of(record),
    )


def _address_of(record: Individual | SalesRecord) -> dict[str, str]:
    """The sales record's own address; the individual's primary one, else the oldest."""
    if isinstance(record, SalesRecord):
        names = ("address_1", "address_2", "city", "state", "zip_code")
        return {name: getattr(record, name) for name in names}
    place = Address.objects.filter(individual=record).order_by("-is_primary", "pk").first()
    if place is None:
        return {}
    return {
        "address_1": place.line_1,
        "address_2": place.line_2,
        "city": place.city,
        "state": place.state,
        "zip_code": place.zip_code,
    }


def username_rows() -> list[list[str]]:
    """Today's users in the columns of ``HEADER``, to be edited and imported again."""
    users = User.objects.filter(is_active=True).select_related("plancompare__servicing_agent")
    rows = []
    for user in users.order_by("username", "pk"):
        access: PlanCompareUser | None = getattr(user, "plancompare", None)
        agent = access.servicing_agent if access else None
        username = access.username if access else ""
        npn, name = (agent.npn, agent.full_name) if agent else ("", "")
        rows.append([user.username, user.email, username, npn, name])
    return rows
