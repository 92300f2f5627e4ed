"""PlanCompare (Broker), active and wired to the partners' sandbox."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from agencyhub.accounts.models import Agent, User
from agencyhub.home.demo.fields import CONFIRMATION, PLAN_ID
from agencyhub.records.models import CustomField, Option
from integrations.plancompare.models import PlanCompareUser, PlanTypeMapping, QuotingLink, Site

PARTNER_ID = "SB-PARTNER-1"
SSO_PATH = "/plancompare/sso/"
OCTOBER = 10
LINKS = 3
PLAN_TYPES = {
    "MA": "Medicare Advantage",
    "MAPD": "MAPD",
    "PDP": "PDP",
    "Medicare Supplement": "Medicare Supplement",
}
# The administrator has no username on purpose: the page says why nothing can be sent.
USERNAMES = {name: f"{name}.pc" for name in ("owner", "agent1", "agent2", "callcenter1")}


def configure(*, users: list[User], at: datetime) -> Site:
    """Activate and set up the Broker site, with usernames for those who sell."""
    site, _ = Site.objects.update_or_create(
        variant=Site.Variant.BROKER,
        defaults={"is_active": True, "activated_at": at, **_settings()},
    )
    QuotingLink.objects.bulk_create(
        [
            QuotingLink(
                site=site,
                label=_label(plan_year),
                sso_url=sso_url(plan_year),
                plan_year=plan_year,
                valid_from=date(plan_year - 1, OCTOBER, 1),
                valid_to=date(plan_year, 12, 31),
                position=position,
            )
            for position, plan_year in enumerate(plan_years(timezone.localdate(at)), start=1)
        ]
    )
    types = Option.objects.filter(list=Option.List.COVERAGE_TYPE)
    by_label = {option.label: option for option in types}
    PlanTypeMapping.objects.bulk_create(
        [
            PlanTypeMapping(
                site=site,
                plan_type=plan_type,
                coverage_type=by_label[label],
                coverage_type_label=label,
            )
            for plan_type, label in PLAN_TYPES.items()
        ]
    )
    _name_users(users)
    return site


def sso_url(plan_year: int) -> str:
    """Where the sandbox takes hand-offs for a plan year."""
    return f"{settings.SANDBOX_URL.rstrip('/')}{SSO_PATH}{plan_year}"


def point_links_at_sandbox() -> int:
    """Follow the sandbox to another port: mend the demo's own links; count the mended ones."""
    mended = 0
    for link in QuotingLink.objects.filter(site__partner_id=PARTNER_ID):
        is_own = link.label == _label(link.plan_year)
        is_away = link.sso_url != sso_url(link.plan_year)
        if is_own and is_away and link.sso_url.startswith("http://127.0.0.1:"):
            link.sso_url = sso_url(link.plan_year)
            link.save(update_fields=["sso_url"])
            mended += 1
    return mended


def plan_years(on: date) -> range:
    """The plan years of the links, the newest first: of the next year from October on."""
    latest = on.year + (on.month >= OCTOBER)
    return range(latest, latest - LINKS, -1)


def _label(plan_year: int) -> str:
    return f"{plan_year} quotes"


def _settings() -> dict[str, object]:
    def option(option_list: Option.List, label: str) -> Option:
        return Option.objects.get(list=option_list, label=label)

    fields = CustomField.objects.filter(target=CustomField.Target.POLICY)
    by_key = {field.key: field for field in fields}
    return {
        "partner_id": PARTNER_ID,
        "sync_enrollments": True,
        "address_type": option(Option.List.ADDRESS_TYPE, "Home"),
        "individual_type": option(Option.List.INDIVIDUAL_TYPE, "Client"),
        "individual_status": option(Option.List.INDIVIDUAL_STATUS, "Active"),
        "policy_status": option(Option.List.POLICY_STATUS, "Submitted"),
        "confirmation_field": by_key[CONFIRMATION],
        "plan_id_field": by_key[PLAN_ID],
        "carrier_products": Site.Products.CREATE,
        "match_products_by": Site.ProductName.NAME,
    }


def _name_users(users: list[User]) -> None:
    agents = {agent.user_id: agent for agent in Agent.objects.filter(user__in=users)}
    PlanCompareUser.objects.bulk_create(
        [
            PlanCompareUser(
                user=user,
                username=USERNAMES[user.username],
                servicing_agent=agents.get(user.pk),
            )
            for user in users
            if user.username in USERNAMES
        ]
    )
