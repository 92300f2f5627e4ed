"""PlanCompare on the shared pages of the integrations."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records.models import Option
from integrations import asked, receiving
from integrations.models import InboundMessage
from integrations.plancompare import comparing, selectors
from integrations.plancompare.models import QuotingLink, Site
from integrations.plancompare.partner import PlanCompare
from integrations.plancompare.services import settings
from integrations.reports import Ending, Report
from integrations.screens import Card, Notice, Review

TEXT = {
    Site.Variant.BROKER: _("Send records to your broker site and take enrollments back."),
    Site.Variant.CALL_CENTER: _("The call center site, with a call script beside the hand-off."),
}
SOON = timedelta(days=30)
_active_site = asked.shared(selectors.active_site)


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
        site = _active_site()
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
        return _page_of(_active_site())

    def notices(self, *, on: date) -> Sequence[Notice]:
        """Links that are over or end within 30 days, and a site that is half set up."""
        site = _active_site()
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
        return comparing.review(message, user=user)


def _page_of(site: Site | None) -> str:
    variant = site.variant if site else Site.Variant.BROKER.value
    return reverse("plancompare:site_detail", args=[variant])


@asked.shared
def _links_of(site: Site | None) -> list[QuotingLink]:
    """The links of a site, those that end first first."""
    return list(QuotingLink.objects.filter(site=site).order_by("valid_to", "pk")) if site else []


def _links_ending(site: Site | None, *, on: date) -> list[QuotingLink]:
    return [link for link in _links_of(site) if link.valid_to and link.valid_to <= on + SOON]


def _has_valid_link(site: Site | None, *, on: date) -> bool:
    return any(link.valid_to is None or link.valid_to >= on for link in _links_of(site))


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
