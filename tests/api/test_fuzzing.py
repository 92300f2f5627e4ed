"""No answer of the API breaks, and each is as described, whatever is asked, and in which order."""

from itertools import count

import pytest
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from agencyhub.accounts import api_keys
from agencyhub.api_urls import router
from commissions.models import PaySettings
from tests.api import fuzzing
from tests.factories.accounts import UserFactory
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.expected import DisputePackFactory, ExpectedPayFactory
from tests.factories.groups import BenefitFactory, GroupPlanFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import AddressFactory, SalesRecordFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.noyo import MappingFactory
from tests.factories.outgoing import DeliveryFactory
from tests.factories.policies import CarrierProductFactory, PolicyFactory, RiskFactory

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
    pytest.mark.filterwarnings("ignore"),
]
COLLECTIONS = ["inbox", *(prefix for prefix, _, _ in router.registry)]
# Files come as forms, applications are told anew, and what is not here carriers tell.
CREATED = {
    "agents", "applications", "carrier-products", "carriers", "disputes", "dispute-packs",
    "group-plans", "groups", "individuals", "policies", "sales-records", "webhooks",
}  # fmt: skip
CHANGED = CREATED - {"applications", "dispute-packs"} | {"at-risk"}


@pytest.fixture
def key(settings):
    """A key of the whole agency, and one record of each kind."""
    settings.API_CALLS_A_MINUTE = 10**9
    AddressFactory()
    SalesRecordFactory()
    PolicyFactory(product=CarrierProductFactory())
    ApplicationFactory()
    BookRowFactory()
    CommissionLineFactory()
    EoiRequestFactory()
    ImportFactory()
    InboundMessageFactory()
    MappingFactory()
    GroupPlanFactory()
    DeliveryFactory()
    PaySettings.objects.get_or_create(pk=1)  # which migrations bring
    DisputePackFactory()
    RiskFactory(reasons=[{"code": "past_due"}])
    return api_keys.create_key(name="Fuzz", scope="api").raw


@pytest.fixture
def bodies():
    """What the rules of the agency accept, another one each time."""
    numbers = count(1)
    person, product = AddressFactory().individual, CarrierProductFactory()
    benefit, owner = BenefitFactory(), UserFactory(owner=True)
    made = {
        "agents": lambda: {"first_name": "Sam", "last_name": f"Seller {next(numbers)}"},
        "applications": lambda: {"external_id": f"fuzz-{next(numbers)}", "first_name": "Ana"},
        "carrier-products": lambda: {"carrier": product.carrier_id, "name": f"P{next(numbers)}"},
        "carriers": lambda: {"name": f"Fuzz Mutual {next(numbers)}"},
        "group-plans": lambda: {
            "group": benefit.group_id, "benefit": benefit.pk, "carrier": product.carrier_id,
            "name": f"Life {next(numbers)}", "effective_date": "2026-01-01",
        },
        "disputes": lambda: {"policy": ExpectedPayFactory().policy_id, "month": "2026-10-01"},
        "dispute-packs": lambda: {"pay": [ExpectedPayFactory().pk]},
        "groups": lambda: {"name": f"Fuzz Works {next(numbers)}", "status": "active"},
        "individuals": lambda: {"first_name": "Ana", "last_name": f"Fuzz {next(numbers)}"},
        "policies": lambda: {
            "subscriber": person.pk, "carrier": product.carrier_id, "status": "Active",
            "coverage_type": "MAPD", "policy_number": f"FUZZ-{next(numbers)}",
            "effective_date": "2026-01-01",
        },
        "sales-records": lambda: {
            "first_name": "Ana", "last_name": f"Fuzz {next(numbers)}", "stage": "New",
        },
        "webhooks": lambda: {
            "name": f"Fuzz {next(numbers)}", "url": "https://93.184.216.34/hook",
            "owner": owner.pk, "types": ["individual.created"],
        },
    }  # fmt: skip
    return {f"POST /api/v1/{prefix}/": body for prefix, body in made.items()}


def problems_of(attempt):
    """What an attempt found, in words."""
    try:
        attempt()
    except BaseExceptionGroup as group:
        return [str(one) for one in group.exceptions]
    except AssertionError as error:
        return [str(error)]
    return []


def told(broken):
    return "\n\n".join(f"{name}\n{words}" for name, words in broken.items() if words)


@pytest.mark.parametrize("mode", fuzzing.MODES, ids=lambda mode: mode.value)
def test_every_operation_answers_as_described(live_server, key, mode):
    broken = {}
    for name, operation in fuzzing.operations().items():

        def attack(name=name, operation=operation):
            try:
                fuzzing.attack(
                    operation,
                    mode=mode,
                    base_url=live_server.url,
                    key=key,
                    examples=fuzzing.EXAMPLES,
                )
            except Unsatisfiable:
                assert mode == GenerationMode.NEGATIVE, name  # nothing of it can be wrong

        broken[name] = problems_of(attack)
    assert not any(broken.values()), told(broken)


def test_every_link_leads_where_it_says(live_server, key, bodies):
    broken, seen = {}, {}
    described = fuzzing.description()
    for prefix in COLLECTIONS:

        def walk(prefix=prefix):
            seen[prefix] = fuzzing.walk(
                described,
                prefix,
                base_url=live_server.url,
                key=key,
                examples=fuzzing.WALKS,
                bodies=bodies,
            )

        broken[prefix] = problems_of(walk)
    assert not any(broken.values()), told(broken)
    assert {one for one in COLLECTIONS if not fuzzing.reached(seen[one], "GET")} == set()
    changes = ("PATCH", "PUT", "DELETE")
    assert {one for one in CHANGED if not fuzzing.reached(seen[one], *changes)} == set()
