"""Webhooks and the inbox over the API."""

import pytest

from agencyhub.accounts.models import Role
from integrations.outgoing.models import Endpoint
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.outgoing import EndpointFactory

pytestmark = pytest.mark.django_db
BODY = {
    "name": "Warehouse",
    "url": "https://93.184.216.34/hook?token=x",
    "types": ["individual.created", "policy.updated"],
}


class TestWebhooks:
    def test_are_added_once_with_a_secret_that_is_told_once(self, script):
        owner = UserFactory(owner=True)
        body = {**BODY, "owner": owner.pk}

        first = script.post("webhooks/", body, idempotency_key="w1")
        again = script.post("webhooks/", body, idempotency_key="w1")

        assert (first.status_code, again.status_code) == (201, 201)
        endpoint = Endpoint.objects.get()
        assert first.json()["secret"] == endpoint.secret.reveal()
        assert "secret" not in again.json()
        shown = script.get(f"webhooks/{endpoint.pk}/")
        assert "secret" not in shown.content.decode()
        assert (shown.json()["types"], shown.json()["owner"]) == (BODY["types"], owner.pk)

    def test_are_changed_and_removed_by_who_saw_them(self, script):
        endpoint = EndpointFactory(url="https://93.184.216.34/")
        path = f"webhooks/{endpoint.pk}/"

        assert script.call("patch", path, {"name": "x"}).status_code == 428
        changed = script.change(path, {"is_active": False})
        assert (changed.status_code, changed.json()["off_because"]) == (200, "person")
        assert script.call("delete", path).status_code == 428
        assert script.call("delete", path, if_match='"old"').status_code == 412
        assert script.call("delete", path, if_match=changed["ETag"]).status_code == 204
        assert script.get(path).status_code == 404

    @pytest.mark.parametrize(
        "url",
        [
            "http://93.184.216.34/", "ftp://93.184.216.34/", "https://169.254.169.254/latest/",
            "https://10.0.0.8/", "https://[::1]/", "https://[::ffff:10.0.0.8]/", "https://2130706433/",
            "https://user:word@93.184.216.34/", "nonsense",
        ],
    )  # fmt: skip
    def test_lead_nowhere_inside(self, script, settings, url):
        settings.ALLOWED_PRIVATE_HOSTS = []
        body = {**BODY, "owner": UserFactory(owner=True).pk, "url": url}

        answer = script.post("webhooks/", body)

        assert answer.status_code == 422
        assert set(errors_of(answer)) == {"url"}
        assert not Endpoint.objects.exists()

    def test_of_somebody_who_may_more_are_not_given_out(self):
        rights = [f"outgoing.{verb}_endpoint" for verb in ("view", "add", "change", "delete")]
        user = UserFactory(may=rights, may__reach=Role.Scope.OWN)
        script, foreign = Script(user), EndpointFactory()

        answer = script.post("webhooks/", {**BODY, "owner": foreign.owner_id})

        assert answer.status_code == 422
        assert script.get("webhooks/").json()["results"] == []
        assert script.get(f"webhooks/{foreign.pk}/").status_code == 404
        assert script.call("delete", f"webhooks/{foreign.pk}/", if_match="*").status_code == 404

    def test_are_not_for_everybody(self):
        script = Script(UserFactory())

        assert script.get("webhooks/").status_code == 403
        assert script.post("webhooks/", BODY).status_code == 403

    def test_are_removed_only_with_the_right_to(self):
        user = UserFactory(may=["outgoing.view_endpoint"])
        endpoint = EndpointFactory()

        answer = Script(user).call("delete", f"webhooks/{endpoint.pk}/", if_match="*")

        assert answer.status_code == 403
        assert Endpoint.objects.exists()


class TestInbox:
    def test_lists_what_came_without_what_it_holds(self, script):
        message = InboundMessageFactory()

        (shown,) = script.get(f"inbox/?partner={message.partner}").json()["results"]

        assert shown["message_id"] == str(message.public_id)
        assert "body" not in shown
        assert script.get("inbox/?state=failed").json()["results"] == []
        assert script.get("inbox/?body=x").status_code == 400

    def test_is_for_who_may_open_the_page(self):
        message = InboundMessageFactory()
        script = Script(UserFactory())

        assert script.get("inbox/").status_code == 403
        assert script.get(f"inbox/{message.public_id}/").status_code == 404
        allowed = Script(UserFactory(may=["integrations.review_inbound"]))
        assert allowed.get(f"inbox/{message.public_id}/").status_code == 200
