import pytest
from django.urls import reverse

from agencyhub.records.models import Entry
from integrations.models import InboundMessage, TouchedRecord
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory

pytestmark = pytest.mark.django_db
INBOX = reverse("integrations:inbox_list")
State = InboundMessage.State
HTMX = {"HX-Request": "true"}
PERSONAL = ("Ana", "Lopez", "1958", "1EG4TE5MK73", "5155550100", "12 Oak St")


def url_of(name: str, message: InboundMessage) -> str:
    return reverse(f"integrations:{name}", args=[message.public_id])


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=["integrations.review_inbound"]))
    return client


class TestInboxList:
    def test_lists_the_newest_first_without_personal_data(self, browser):
        first = InboundMessageFactory(external_id="PC-1")
        second = InboundMessageFactory(external_id="PC-2")

        answer = browser.get(INBOX)

        page = answer.content.decode()
        assert [row["message"].pk for row in answer.context["rows"]] == [second.pk, first.pk]
        assert not any(value in page for value in PERSONAL)

    @pytest.mark.parametrize(
        ("state", "wanted"),
        [
            ("failed", ["failed"]),
            ("attention", ["attention"]),
            ("nonsense", ["attention", "failed"]),
        ],
    )
    def test_filters_by_state(self, browser, state, wanted):
        InboundMessageFactory(external_id="failed", state=State.FAILED)
        InboundMessageFactory(external_id="attention", state=State.APPLIED, needs_attention=True)

        rows = browser.get(INBOX, {"state": state}).context["rows"]

        assert [row["message"].external_id for row in rows] == wanted

    def test_pages_by_row_and_keeps_the_filter(self, browser):
        for _ in range(51):
            InboundMessageFactory(state=State.FAILED)

        first = browser.get(INBOX, {"state": "failed"})
        second = browser.get(first.context["next_url"])

        assert "state=failed&" in first.context["next_url"]
        assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)

    def test_answers_htmx_with_the_table(self, browser):
        answer = browser.get(INBOX, headers=HTMX)

        assert answer.content.decode().strip().startswith('<div class="card" id="inbox-table"')

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        for _ in range(12):
            InboundMessageFactory()

        with django_assert_max_num_queries(11):
            browser.get(INBOX)

    @pytest.mark.parametrize("name", ["inbox_list", "inbox_detail"])
    def test_needs_a_permission(self, client, name):
        url = INBOX if name == "inbox_list" else url_of(name, InboundMessageFactory())

        assert client.get(url).status_code == 302
        client.force_login(UserFactory(may=["individuals.view_individual"]))
        assert client.get(url).status_code == 403


class TestInboxDetail:
    def test_tells_reasons_attempts_duration_and_records(self, browser):
        message = InboundMessageFactory(
            state=State.APPLIED,
            attempts=2,
            duration_ms=1234,
            details={"reasons": ["Matched Sales Record 12 by id"], "attention": ["No agent"]},
        )
        for kind in ("policy", "carrier_product"):
            TouchedRecord.objects.create(message=message, kind=kind, record_id=7, action="created")

        page = browser.get(url_of("inbox_detail", message)).content.decode()

        assert "Matched Sales Record 12 by id" in page
        assert "No agent" in page
        assert "1,234 ms" in page
        assert f'href="{reverse("policies:policy_detail", args=[7])}"' in page
        assert f'href="{reverse("policies:carrierproduct_detail", args=[7])}"' in page
        assert not any(value in page for value in PERSONAL)

    def test_hides_the_raw_body_from_those_who_may_not(self, browser):
        message = InboundMessageFactory()

        assert "Raw body" not in browser.get(url_of("inbox_detail", message)).content.decode()
        assert browser.post(url_of("inbox_body", message)).status_code == 403
        assert not Entry.objects.exists()

    def test_shows_the_raw_body_on_request_and_notes_who_looked(self, client):
        user = UserFactory(may=["integrations.review_inbound", "integrations.view_raw_body"])
        client.force_login(user)
        message = InboundMessageFactory()
        before = client.get(url_of("inbox_detail", message)).content.decode()

        answer = client.post(url_of("inbox_body", message))

        page = answer.content.decode()
        assert "Lopez" not in before
        assert "Lopez" in page
        assert "no-store" in answer["Cache-Control"]
        entry = Entry.objects.get(table_name="integrations_inboundmessage", record_id=message.pk)
        assert (entry.user, entry.text) == (user, "Raw message body shown")
        assert user.display_name in page

    def test_says_that_a_body_cannot_be_opened_and_notes_no_look(self, client, settings):
        client.force_login(UserFactory(owner=True))
        message = InboundMessageFactory()
        settings.FIELD_ENCRYPTION_KEYS = ["n" * 42 + "A"]

        answer = client.post(url_of("inbox_body", message))

        assert answer.status_code == 200
        assert "sealed with a key that is not configured" in answer.text
        assert not Entry.objects.exists()

    def test_does_not_show_the_raw_body_to_a_get(self, client):
        client.force_login(UserFactory(owner=True))

        assert client.get(url_of("inbox_body", InboundMessageFactory())).status_code == 405


class TestSettle:
    def test_takes_a_message_off_the_list_and_notes_who_did(self, browser):
        message = InboundMessageFactory(
            state=State.APPLIED, needs_attention=True, details={"attention": ["No agent"]}
        )

        answer = browser.post(url_of("inbox_settle", message), follow=True)

        message.refresh_from_db()
        assert not message.needs_attention
        assert "Was left for a person, and is done" in answer.content.decode()
        assert Entry.objects.get().text == "What was left to do is done"

    def test_changes_nothing_the_second_time(self, browser):
        message = InboundMessageFactory(state=State.APPLIED)

        browser.post(url_of("inbox_settle", message))

        assert not Entry.objects.exists()

    def test_needs_the_right_to_review(self, client):
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))
        message = InboundMessageFactory(state=State.APPLIED, needs_attention=True)

        assert client.post(url_of("inbox_settle", message)).status_code == 403
        message.refresh_from_db()
        assert message.needs_attention


class TestRetry:
    def test_applies_a_failed_message_once_more(self, browser):
        PlanTypeMappingFactory(site=SiteFactory())
        message = InboundMessageFactory(state=State.FAILED, reason="Not active")

        answer = browser.post(url_of("inbox_retry", message), follow=True)

        message.refresh_from_db()
        assert message.state == State.APPLIED
        assert "The message is applied now." in answer.content.decode()

    def test_offers_no_retry_for_what_was_applied(self, browser):
        message = InboundMessageFactory(state=State.APPLIED)

        page = browser.get(url_of("inbox_detail", message)).content.decode()
        answer = browser.post(url_of("inbox_retry", message), follow=True)

        assert "Retry" not in page
        assert "is applied now; somebody else was faster" in answer.content.decode()

    def test_needs_the_right_to_review(self, client):
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))
        message = InboundMessageFactory(state=State.FAILED)

        assert client.post(url_of("inbox_retry", message)).status_code == 403
        message.refresh_from_db()
        assert message.state == State.FAILED
