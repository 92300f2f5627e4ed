"""Unsubscribing with one click, and taking mail up again."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from agencyhub.mailing import addresses, unsubscribing
from agencyhub.mailing.models import OptOut
from agencyhub.mailing.services import optouts
from tests.factories.accounts import UserFactory
from tests.factories.mailing import OutgoingMailFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def link() -> str:
    """The path of Ana's way out of digests."""
    OutgoingMailFactory()
    found = unsubscribing.link(address="Ana@example.com", kind="agent_digest")
    return found.removeprefix("http://127.0.0.1:8000")


class TestUnsubscribe:
    def test_shows_a_button_and_changes_nothing(self, client, link):
        page = client.get(link)

        assert page.status_code == 200
        assert "Daily digest to agents" in page.text
        assert not OptOut.objects.exists()

    def test_does_it_for_a_mail_program_without_a_token_of_forms(self, link):
        strict = Client(enforce_csrf_checks=True)

        answers = [strict.post(link, {"List-Unsubscribe": "One-Click"}) for _time in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        optout = OptOut.objects.get()
        assert (optout.masked, optout.kind, optout.cause) == (
            "a•••@example.com",
            "agent_digest",
            "link",
        )
        assert optout.to_index == addresses.index_of("ana@example.com")

    def test_holds_no_personal_data(self, link):
        assert "ana" not in link.removeprefix("/mail/unsubscribe/").partition(":")[0]
        assert "example" not in link

    @pytest.mark.parametrize("change", ["x", ""])
    def test_refuses_a_link_that_was_changed(self, client, link, change):
        broken = f"{link.rstrip('/')[:-3]}{change}/"

        page = client.post(broken)

        assert page.status_code == 404
        assert not OptOut.objects.exists()

    @pytest.mark.parametrize("method", ["put", "delete"])
    def test_takes_no_other_method(self, client, link, method):
        assert getattr(client, method)(link).status_code == 405


class TestResubscribe:
    def test_ends_an_optout_once(self):
        admin = UserFactory()
        index = addresses.index_of("ana@example.com")
        optout = optouts.opt_out(to_index=index, kind="", cause=OptOut.Cause.LINK, at=AT)

        first = optouts.resubscribe(optout_id=optout.pk, user=admin, at=AT)
        optouts.resubscribe(optout_id=optout.pk, user=UserFactory(), at=AT)

        optout.refresh_from_db()
        assert (optout.ended_at, optout.ended_by) == (AT, admin)
        assert first.pk == optout.pk

    def test_lets_somebody_opt_out_anew(self):
        index = addresses.index_of("ana@example.com")
        values = {"to_index": index, "kind": "", "cause": OptOut.Cause.LINK, "at": AT}
        first = optouts.opt_out(**values)
        optouts.resubscribe(optout_id=first.pk, user=UserFactory(), at=AT)

        second = optouts.opt_out(**values)

        assert second.pk != first.pk
        assert second.masked == "•••"
