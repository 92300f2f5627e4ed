"""The demo agency itself: agents, users, carriers, products. Everything here may run twice."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Value

from agencyhub.accounts import roles
from agencyhub.accounts.models import Agent, Role, User
from agencyhub.home.demo import catalogue, people
from agencyhub.home.demo.policies import Product
from agencyhub.lib.db import NameKey
from agencyhub.records.models import Option
from policies.models import Carrier, CarrierAlias, CarrierProduct

# first name, last name, NPN (of a range not handed out), phone, share of the book
AGENTS = (
    ("Grace", "Whitfield", "990014207", "5155550111", 20),
    ("Luis", "Ortega", "990027316", "5155550112", 18),
    ("Olivia", "Marsh", "990003584", "5155550101", 8),
    ("Dana", "Reyes", "990031942", "5155550120", 14),
    ("Marcus", "Feld", "990045118", "4025550113", 12),
    ("Priya", "Nair", "990052673", "6125550114", 11),
    ("Walter", "Stroud", "990060439", "3055550115", 9),
    ("Inés", "Cordero", "990078820", "2105550116", 8),
)


@dataclass(frozen=True)
class SignIn:
    """A user of the demo."""

    username: str
    first_name: str
    last_name: str
    role: str
    npn: str
    is_staff: bool = False


SIGN_INS = (
    SignIn("owner", "Olivia", "Marsh", roles.OWNER, "990003584", is_staff=True),
    SignIn("admin", "Adam", "Keller", roles.ADMIN, "", is_staff=True),
    SignIn("agent1", "Grace", "Whitfield", roles.AGENT, "990014207"),
    SignIn("agent2", "Luis", "Ortega", roles.AGENT, "990027316"),
    SignIn("callcenter1", "Dana", "Reyes", roles.CALL_CENTER, "990031942"),
)
# Beside the sign-ins that scripts know: older demos live without it.
BENEFITS = SignIn("benefits1", "Nora", "Lindqvist", roles.BENEFITS, "")


def ensure_agents() -> list[Agent]:
    """Add the agents that are missing; answer all eight, in order."""
    Agent.objects.bulk_create(
        [
            Agent(first_name=first, last_name=last, npn=npn, phone=phone, email=_email(first, last))
            for first, last, npn, phone, _ in AGENTS
        ],
        ignore_conflicts=True,
    )
    by_npn = {
        agent.npn: agent for agent in Agent.objects.filter(npn__in=[row[2] for row in AGENTS])
    }
    return [by_npn[row[2]] for row in AGENTS]


def ensure_users() -> list[User]:
    """Add the demo's users with their roles and linked agents, which exist already."""
    by_name = {role.name: role for role in Role.objects.all()}
    users = []
    for sign_in in (*SIGN_INS, BENEFITS):
        user, is_new = User.objects.get_or_create(
            username=sign_in.username,
            defaults={
                "first_name": sign_in.first_name,
                "last_name": sign_in.last_name,
                "email": f"{sign_in.username}@example.com",
                "is_staff": sign_in.is_staff,
                "time_zone": "America/Chicago",
            },
        )
        if is_new:
            user.set_password(settings.DEMO_PASSWORD)
            user.save(update_fields=["password"])
            user.groups.add(by_name[sign_in.role])
            if sign_in.npn:
                Agent.objects.filter(npn=sign_in.npn, user=None).update(user=user)
        users.append(user)
    return users


def ensure_catalogue() -> list[Product]:
    """Add carriers, aliases and products that are missing (by name); answer the demo's products."""
    Carrier.objects.bulk_create(
        [Carrier(name=row.name, abbreviation=row.abbreviation) for row in catalogue.CARRIERS],
        ignore_conflicts=True,
    )
    types = Option.objects.filter(list=Option.List.COVERAGE_TYPE)
    type_ids = {option.label: option.pk for option in types}
    products = []
    for row in catalogue.CARRIERS:
        carrier = Carrier.objects.get(name_key=NameKey(Value(row.name)))
        _ensure_names(row, carrier, type_ids)
        known = {product.name: product for product in carrier.products.all()}
        products += [
            Product(
                product_id=known[name].pk,
                carrier_id=carrier.pk,
                plan_id=plan_id,
                coverage_type=coverage_type,
                weight=row.weight,
                states=catalogue.STATES.get(row.name, frozenset()),
            )
            for name, plan_id, coverage_type in row.products
            if name in known
        ]
    return products


def _ensure_names(row: catalogue.CarrierRow, carrier: Carrier, type_ids: dict[str, int]) -> None:
    CarrierAlias.objects.bulk_create(
        [CarrierAlias(carrier=carrier, name=alias) for alias in row.aliases],
        ignore_conflicts=True,
    )
    CarrierProduct.objects.bulk_create(
        [
            CarrierProduct(
                carrier=carrier,
                name=name,
                plan_id=plan_id,
                coverage_type_id=type_ids.get(coverage_type),
            )
            for name, plan_id, coverage_type in row.products
        ],
        ignore_conflicts=True,
    )


def _email(first_name: str, last_name: str) -> str:
    return f"{people.plain(first_name)}.{people.plain(last_name)}@example.com"
