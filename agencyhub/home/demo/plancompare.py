"""PlanCompare (Broker), active and wired to the partners' sandbox."""

from datetime import date, datetime

from django.conf import settings

from agencyhub.accounts.models import Agent, User
from agencyhub.home.demo.fields import CONFIRMATION, PLAN_ID
from agencyhub.records.models import CustomField, Option
from integrations.plancompare.models import PlanCompareUser, PlanTypeMapping, QuotingLink, Site

PARTNER_ID = "SB-PARTNER-1"
SSO_PATH = "/plancompare/sso/"
# label, plan year, first and last day
LINKS = (
    ("2027 quotes", 2027, date(2026, 10, 1), date(2027, 12, 31)),
    ("2026 quotes", 2026, date(2025, 10, 1), date(2026, 12, 31)),
    ("2025 quotes", 2025, date(2024, 10, 1), date(2025, 12, 31)),
)
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
                label=label,
                sso_url=sso_url(plan_year),
                plan_year=plan_year,
                valid_from=first,
                valid_to=last,
                position=position,
            )
            for position, (label, plan_year, first, last) in enumerate(LINKS, start=1)
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
    for link in QuotingLink.objects.filter(site__partner_id=PARTNER_ID, label__in=_labels()):
        if link.sso_url != sso_url(link.plan_year) and link.sso_url.startswith("http://127.0.0.1:"):
            link.sso_url = sso_url(link.plan_year)
            link.save(update_fields=["sso_url"])
            mended += 1
    return mended


def _labels() -> list[str]:
    return [label for label, *_ in LINKS]


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
