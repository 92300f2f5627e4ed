"""The outbox, opt-outs and rules, for those who may see them."""

import pytest

from agencyhub.accounts.models import Role, User
from agencyhub.mailing.models import MailSettings, OptOut, OutgoingMail
from agencyhub.records.models import Batch, Option
from tests.factories.accounts import UserFactory
from tests.factories.mailing import OutgoingMailFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PAGES = ["/settings/mail/", "/settings/mail/opt-outs/", "/settings/mail/rules/"]
MAY = ["mailing.view_outgoingmail", "mailing.change_outgoingmail"]


@pytest.fixture
def owner(client) -> User:
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


class TestMailList:
    def test_shows_masked_addresses_and_why(self, client, owner, django_assert_max_num_queries):
        OutgoingMailFactory.create_batch(11)
        OutgoingMailFactory(state="suppressed", reason="opted_out")

        with django_assert_max_num_queries(8):
            page = client.get("/settings/mail/")

        assert "a•••@example.com" in page.text
        assert "ana@example.com" not in page.text
        assert "The address is opted out." in page.text

    @pytest.mark.parametrize(
        ("query", "expected"),
        [("", 2), ("?state=failed", 1), ("?kind=agent_digest", 1), ("?state=unsure", 0)],
    )
    def test_shows_one_state_or_kind(self, client, owner, query, expected):
        OutgoingMailFactory(state="failed", reason="refused")
        OutgoingMailFactory(kind="agent_digest")

        page = client.get(f"/settings/mail/{query}")

        assert len(page.context["page"]) == expected

    def test_answers_with_the_table_alone(self, client, owner):
        page = client.get("/settings/mail/", headers=HTMX)

        assert page.text.strip().startswith('<div id="mail-table">')

    @pytest.mark.parametrize("path", PAGES)
    def test_is_not_for_everybody(self, client, path):
        client.force_login(UserFactory())

        assert client.get(path).status_code == 403

    @pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/html/"])
    def test_is_not_for_whoever_sees_a_part(self, client, path):
        client.force_login(UserFactory(may=MAY, may__reach=Role.Scope.OWN))
        mail = OutgoingMailFactory()

        assert client.get(f"/settings/mail/{path}".format(pk=mail.pk)).status_code == 403


class TestMailDetail:
    def test_shows_the_mail_in_a_frame_that_can_do_nothing(self, client, owner):
        mail = OutgoingMailFactory(html="<p>Hello</p><script>alert(1)</script>", text="<b>Hi</b>")

        page = client.get(f"/settings/mail/{mail.pk}/")
        frame = client.get(f"/settings/mail/{mail.pk}/html/")

        assert (
            f'<iframe class="mail-frame" src="/settings/mail/{mail.pk}/html/" sandbox' in page.text
        )
        assert "&lt;b&gt;Hi&lt;/b&gt;" in page.text
        policy = frame.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "style-src 'unsafe-inline'" in policy
        assert "script-src" not in policy
        assert "sandbox" in policy
        assert "frame-ancestors 'self'" in policy
        assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"

    def test_sends_again_what_failed(self, client, owner):
        mail = OutgoingMailFactory(state="failed", reason="no_answer")

        client.post(f"/settings/mail/{mail.pk}/again/")

        mail.refresh_from_db()
        assert mail.state == "waiting"

    def test_says_why_it_does_not_send_again(self, client, owner):
        mail = OutgoingMailFactory(state="sent")

        page = client.post(f"/settings/mail/{mail.pk}/again/", follow=True)

        assert "it is not sent again" in page.text
        mail.refresh_from_db()
        assert mail.state == "sent"

    def test_shows_that_a_text_is_no_longer_kept(self, client, owner):
        mail = OutgoingMailFactory(state="sent", subject="", emptied_at="2026-11-23T00:00:00Z")

        page = client.get(f"/settings/mail/{mail.pk}/")

        assert "Its text is no longer kept" in page.text
        assert "iframe" not in page.text


class TestOptOutList:
    def test_takes_what_somebody_says_on_the_phone(self, client, owner):
        client.post("/settings/mail/opt-outs/", {"address": "Ana@Example.com", "kind": ""})

        optout = OptOut.objects.get()
        assert (optout.masked, optout.cause) == ("A•••@Example.com", "staff")
        assert "A•••@Example.com" in client.get("/settings/mail/opt-outs/").text

    def test_refuses_what_is_no_address(self, client, owner):
        page = client.post("/settings/mail/opt-outs/", {"address": "ana", "kind": ""})

        assert page.status_code == 422
        assert not OptOut.objects.exists()

    def test_lets_an_admin_resubscribe(self, client, owner):
        client.post("/settings/mail/opt-outs/", {"address": "ana@example.com", "kind": ""})
        optout = OptOut.objects.get()

        client.post(f"/settings/mail/opt-outs/{optout.pk}/end/")

        optout.refresh_from_db()
        assert optout.ended_by == owner
        assert "a•••@example.com" in client.get("/settings/mail/opt-outs/?ended=1").text


class TestMailSettings:
    def test_starts_with_statuses_that_are_not_written_to(self):
        labels = MailSettings.objects.get().silent_statuses.values_list("label", flat=True)

        assert set(labels) == {"Inactive", "Do not contact", "Deceased"}

    def test_saves_the_rules_with_who_did(self, client, owner):
        status = Option.objects.get(list="individual_status", label="Deceased")
        values = {
            "sends_digests": "on",
            "agency_name": "Midwest Benefits Agency",
            "quiet_from": "20:00",
            "quiet_to": "09:00",
            "silent_statuses": [status.pk],
            "most_per_minute": "60",
        }

        client.post("/settings/mail/rules/", values)

        rules = MailSettings.objects.get()
        assert (rules.sends_digests, rules.sends_reminders) == (True, False)
        assert rules.quiet_from.hour == 20
        assert list(rules.silent_statuses.all()) == [status]
        assert Batch.objects.filter(user=owner, summary="Email settings changed").exists()


class TestOutgoingMail:
    def test_tells_nobody_who_got_it(self):
        mail = OutgoingMailFactory()

        assert str(mail) == f"mail {mail.pk}"
        assert OutgoingMail.objects.get().dedupe_key.startswith("test:")
