"""No answer of the API breaks, and each is as described, whatever is asked."""

import pytest
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from agencyhub.accounts import api_keys
from tests.api import fuzzing
from tests.factories.commissions import ApplicationFactory, BookRowFactory, CommissionLineFactory
from tests.factories.eoi import EoiRequestFactory
from tests.factories.imports import ImportFactory
from tests.factories.individuals import AddressFactory, SalesRecordFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.noyo import MappingFactory
from tests.factories.outgoing import EndpointFactory
from tests.factories.policies import CarrierProductFactory, PolicyFactory

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
    pytest.mark.filterwarnings("ignore"),
]


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
    EndpointFactory()
    return api_keys.create_key(name="Fuzz", scope="api").raw


@pytest.mark.parametrize("mode", fuzzing.MODES, ids=lambda mode: mode.value)
def test_every_operation_answers_as_described(live_server, key, mode):
    broken = {}
    for name, operation in fuzzing.operations().items():
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
        except BaseExceptionGroup as group:
            broken[name] = [str(one) for one in group.exceptions]
        except AssertionError as error:
            broken[name] = [str(error)]
    assert not broken, "\n\n".join(f"{name}\n{words}" for name, words in broken.items())
