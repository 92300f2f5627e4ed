"""What the contract says of every refusal, and of what holds for every collection."""

import pytest
from django.test import Client

from agencyhub.accounts import api_keys
from agencyhub.api_urls import router
from tests.api.conftest import Script
from tests.factories.accounts import UserFactory
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
DOCUMENT = {"type", "title", "status", "detail", "code", "errors"}
COLLECTIONS = {
    "individuals", "sales-records", "agents", "carriers", "carrier-products", "policies",
    "applications", "book-of-business", "commission-lines", "expected-pay", "disputes",
    "dispute-packs", "at-risk", "groups", "group-plans", "eoi-requests", "imports", "webhooks",
}  # fmt: skip
DOORS = ["/hooks/plancompare/enrollments/", "/hooks/healthsherpa/", "/hooks/premier/aetna/status/"]


def assert_problem(answer, status):
    """Hold an answer against RFC 9457 and the contract."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert set(document) == DOCUMENT
    assert document["status"] == status
    assert document["detail"]
    assert all(set(one) == {"field", "code", "detail"} for one in document["errors"])


def test_every_collection_is_there_and_pages_by_cursor(script):
    assert {prefix for prefix, _, _ in router.registry} >= COLLECTIONS
    for prefix in sorted(COLLECTIONS | {"inbox"}):
        page = script.get(f"{prefix}/")
        assert (page.status_code, set(page.json())) == (200, {"results", "next", "previous"})
        assert page["Cache-Control"] == "no-store", prefix


class TestRefusalsOfTheApi:
    def test_are_problem_documents(self, script, settings):
        carrier = CarrierFactory()
        path = f"carriers/{carrier.pk}/"
        viewer = Script(UserFactory())
        form = {"content_type": "application/x-www-form-urlencoded"}

        assert_problem(Client().get("/api/v1/carriers/"), 401)
        assert_problem(viewer.get("policies/"), 403)
        assert_problem(Script(scope="comtrack").get("carriers/"), 403)
        assert_problem(script.get("carriers/999999/"), 404)
        assert_problem(script.get("nothing/"), 404)
        assert_problem(script.call("delete", path, if_match="*"), 405)
        assert_problem(script.get("carriers/?nonsense=1"), 400)
        assert_problem(script.post("carriers/", "{"), 400)
        assert_problem(script.post("carriers/", {"name": carrier.name}), 409)
        assert_problem(script.call("patch", path, {"name": "x"}, if_match='"old"'), 412)
        assert_problem(script.post("carriers/", {"name": "x" * 1_100_000}), 413)
        key = {"X-API-Key": script.key.raw}
        assert_problem(Client().post("/api/v1/carriers/", "a=b", headers=key, **form), 415)
        assert_problem(script.post("carriers/", {}), 422)
        assert_problem(script.call("patch", path, {"name": "x"}), 428)
        settings.API_CALLS_A_MINUTE = 0
        throttled = script.get("carriers/")
        assert_problem(throttled, 429)
        assert int(throttled["Retry-After"]) > 0

    @pytest.mark.parametrize("path", ["/api/v1/groups/", "/api/v1/inbox/x/", "/api/nothing/"])
    def test_are_so_for_who_is_not_signed_in(self, path):
        answer = Client().get(path)

        assert_problem(answer, answer.status_code)
        assert answer.status_code in (401, 404)

    @pytest.mark.parametrize("path", ["/api/v1/carriers/", "/hooks/plancompare/enrollments/"])
    def test_are_so_when_we_are_broken(self, path, monkeypatch):
        """Neither a page for people, nor a word of what broke."""

        def breaks(*_args, **_named):
            msg = "of ours: 1EG4TE5MK73"
            raise ValueError(msg)

        monkeypatch.setattr(api_keys, "authenticate", breaks)
        client = Client(raise_request_exception=False, headers={"X-API-Key": "ahk_x"})

        answer = client.post(path, "{}", content_type="application/json")

        assert_problem(answer, 500)
        assert "1EG4TE5MK73" not in answer.content.decode()

    @pytest.mark.parametrize("path", ["/api/v1/carriers/", "/hooks/noyo/"])
    def test_are_so_for_a_host_that_is_not_ours(self, path):
        assert_problem(Client(headers={"Host": "evil.example.com"}).get(path), 400)


class TestRefusalsOfTheDoors:
    @pytest.mark.parametrize("door", DOORS)
    def test_are_problem_documents(self, door, settings):
        CarrierFactory(name="Aetna")
        key = api_keys.create_key(name="other", scope="comtrack").raw

        def post(body, key="wrong", content_type="application/json"):
            headers = {"X-API-Key": key}
            return Client().post(door, body, content_type=content_type, headers=headers)

        assert_problem(post("{}"), 401)
        assert_problem(post("{}", key=key), 403)
        assert_problem(post("{}", content_type="text/plain"), 415)
        assert_problem(Client().get(door), 405)
        settings.HOOK_MAX_BYTES = 10
        assert_problem(post("{" + " " * 20 + "}"), 413)
