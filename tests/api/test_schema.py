"""The description of the API is complete and true."""

import re

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from agencyhub.api_urls import router
from tests.api.conftest import Script
from tests.factories.accounts import UserFactory
from tests.factories.imports import ImportFactory
from tests.factories.outgoing import EndpointFactory
from tests.factories.policies import CarrierProductFactory
from tests.factories.records import CustomFieldFactory, OptionFactory


@pytest.fixture(scope="module")
def schema():
    with GENERATOR_STATS.silence():
        GENERATOR_STATS.reset()
        made = SchemaGenerator().get_schema(request=None, public=True)
        assert not GENERATOR_STATS
    return made


def test_is_valid_openapi(schema):
    validate_schema(schema)


# Carriers tell their ledgers through files; applications are told anew, never edited.
ONLY_READ = {
    "book-of-business", "commission-lines", "eoi-requests", "expected-pay", "group-mappings",
}  # fmt: skip
ONLY_TOLD = {"applications", "dispute-packs", "imports"}
# What is left out of a dispute stays: blank would take back what somebody else noted.
ONLY_IN_PARTS = {"disputes", "at-risk"}
# Carriers and time put policies at risk, nobody else.
NEVER_ADDED = {"at-risk"}
MAY_GO = {"webhooks"}


@pytest.mark.parametrize("prefix", sorted(prefix for prefix, _, _ in router.registry))
def test_tells_of_every_kind_of_record_and_every_refusal(schema, prefix):
    listed, one = (
        schema["paths"][f"/api/v1/{prefix}/"],
        schema["paths"][f"/api/v1/{prefix}/{{id}}/"],
    )
    changes = set() if prefix in ONLY_READ | ONLY_TOLD else {"put", "patch"}
    changes -= {"put"} if prefix in ONLY_IN_PARTS else set()
    assert set(listed) == {"get"} | (set() if prefix in ONLY_READ | NEVER_ADDED else {"post"})
    assert set(one) == {"get"} | changes | ({"delete"} if prefix in MAY_GO else set())
    for verb in changes:
        assert {"401", "403", "404", "409", "412", "422", "428", "429"} <= set(
            one[verb]["responses"]
        )
        assert "If-Match" in {param["name"] for param in one[verb]["parameters"]}
    if "post" in listed:
        assert "Idempotency-Key" in {param["name"] for param in listed["post"]["parameters"]}


def test_never_answers_with_an_mbi(schema):
    parts = schema["components"]["schemas"]

    assert "mbi" not in parts["Individual"]["properties"]
    assert "mbi" in parts["IndividualRequest"]["properties"]
    assert "masked_mbi" not in parts["IndividualRequest"]["properties"]


def test_pages_open_for_who_is_signed_in(client, db):
    client.force_login(UserFactory(owner=True))

    assert client.get("/api/docs/").status_code == 200
    assert client.get("/api/schema/").status_code == 200


def test_is_open_to_anyone_and_says_nothing_of_an_agency(client, db):
    """It is part of the product, the same everywhere: nothing in it comes from records."""
    before = client.get("/api/schema/")
    CustomFieldFactory(label="Zanzibar field")
    OptionFactory(label="Zanzibar option")
    CarrierProductFactory(name="Zanzibar Gold", carrier__name="Zanzibar Health")
    ImportFactory(file_name="zanzibar.csv")
    EndpointFactory(name="Zanzibar hook", url="https://zanzibar.example.com/")
    UserFactory(username="zanzibar", may=["individuals.view_individual"])
    Script(UserFactory(owner=True))

    after = client.get("/api/schema/")
    client.force_login(UserFactory(owner=True))
    seen_by_owner = client.get("/api/schema/")

    assert (before.status_code, "/api/v1/individuals/" in before.text) == (200, True)
    assert before.content == after.content == seen_by_owner.content
    assert "zanzibar" not in after.text.casefold()


def test_links_lead_from_every_record_to_what_can_be_done_with_it(schema):
    operations = {
        operation["operationId"]: (path, operation)
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    }
    found = {
        (source, target)
        for source, (_path, operation) in operations.items()
        for answer in operation["responses"].values()
        for target in answer.get("links", {})
    }

    for target in {one for _source, one in found}:
        path, operation = operations[target]
        asked = {f"{one['in']}.{one['name']}" for one in operation["parameters"]}
        needed = {f"path.{name}" for name in re.findall(r"{(\w+)}", path)}
        for source, (_path, other) in operations.items():
            for answer in other["responses"].values():
                link = answer.get("links", {}).get(target)
                if link:
                    assert link["operationId"] == target
                    assert needed <= set(link["parameters"]) <= asked, (source, target)
    assert found >= {
        ("individuals_create", "individuals_partial_update"),
        ("individuals_list", "individuals_retrieve"),
        ("policies_search_create", "policies_retrieve"),
        ("webhooks_create", "webhooks_destroy"),
        ("webhooks_ping", "webhooks_deliveries_retrieve"),
        ("webhooks_deliveries_list", "webhooks_deliveries_retrieve"),
        ("imports_create", "imports_commit_create"),
        ("inbox_list", "inbox_message"),
        ("applications_create", "applications_retrieve"),
        ("at_risk_retrieve", "at_risk_call"),
        ("at_risk_partial_update", "at_risk_call"),
    }
    # A list tells no state, so nothing that needs one follows from it.
    assert ("individuals_list", "individuals_partial_update") not in found
