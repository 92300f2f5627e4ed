"""The description of the API is complete and true."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from agencyhub.api_urls import router
from tests.factories.accounts import UserFactory


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
ONLY_READ = {"book-of-business", "commission-lines", "eoi-requests", "group-mappings"}
ONLY_TOLD = {"applications", "imports"}
MAY_GO = {"webhooks"}


@pytest.mark.parametrize("prefix", sorted(prefix for prefix, _, _ in router.registry))
def test_tells_of_every_kind_of_record_and_every_refusal(schema, prefix):
    listed, one = (
        schema["paths"][f"/api/v1/{prefix}/"],
        schema["paths"][f"/api/v1/{prefix}/{{id}}/"],
    )
    changes = set() if prefix in ONLY_READ | ONLY_TOLD else {"put", "patch"}
    assert set(listed) == {"get"} | (set() if prefix in ONLY_READ else {"post"})
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
