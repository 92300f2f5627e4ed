"""Retrying a group or a range: what it would do, that it does it once, and what became of it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from integrations import registry, tasks
from integrations.models import InboundMessage, Retry
from integrations.services import retries
from integrations.services.retries import NothingToRetryError, Wanted
from tests.factories.accounts import UserFactory
from tests.factories.integrations import InboundMessageFactory
from tests.factories.plancompare import PlanTypeMappingFactory, SiteFactory

State = InboundMessage.State
START = reverse("integrations:retry_create")
ERRORS = reverse("integrations:problem_list")
REVIEW = "integrations.review_inbound"
HTMX = {"HX-Request": "true"}


def failed(**changes) -> InboundMessage:
    return InboundMessageFactory(**{"state": State.FAILED, "code": "database", **changes})


def start(user, *, token=None, **wanted) -> Retry:
    return retries.start(
        wanted=Wanted(**wanted),
        user=user,
        token=token or uuid.uuid4(),
        at=timezone.now(),
        partners=registry.PARTNERS,
    )


@pytest.mark.django_db
class TestLook:
    def test_says_how_many_match_and_why_some_cannot(self):
        SiteFactory()
        failed()
        failed(body=None)
        failed(partner="noyo")
        failed(state=State.REJECTED)
        failed(state=State.HELD, code="ambiguous_person")
        failed(state=State.HELD, code="unmapped_plan_type")
        failed(state=State.APPLIED)

        found = retries.look(wanted=Wanted(), partners=registry.PARTNERS)

        assert (found.total, found.able) == (6, 2)
        assert found.left_out == {"emptied": 1, "inactive": 1, "refused": 1, "undecided": 1}

    @pytest.mark.parametrize(
        ("_case", "wanted", "total"),
        [
            ("all", lambda old, new: {}, 2),
            ("since", lambda old, new: {"since": timezone.localdate()}, 1),
            ("until", lambda old, new: {"until": timezone.localdate() - timedelta(days=1)}, 1),
            ("from number", lambda old, new: {"first": new.pk}, 1),
            ("to number", lambda old, new: {"last": old.pk}, 1),
            ("other partner", lambda old, new: {"partner": "noyo"}, 0),
            ("other code", lambda old, new: {"code": "conflict"}, 0),
        ],
    )
    def test_keeps_to_the_range(self, _case, wanted, total):
        SiteFactory()
        old, new = failed(), failed()
        days_ago = timezone.now() - timedelta(days=3)
        InboundMessage.objects.filter(pk=old.pk).update(received_at=days_ago)

        found = retries.look(wanted=Wanted(**wanted(old, new)), partners=registry.PARTNERS)

        assert found.total == total


@pytest.mark.django_db
class TestStart:
    def test_gives_what_failed_back_to_the_workers_and_nothing_else(self):
        PlanTypeMappingFactory(site=SiteFactory())
        one, refused = failed(), failed(state=State.REJECTED)

        retry = start(UserFactory())
        tasks.process_inbox()

        one.refresh_from_db()
        refused.refresh_from_db()
        assert (one.state, one.code, refused.state) == (State.APPLIED, "", State.REJECTED)
        assert (retry.total, retry.left_out) == (1, {"refused": 1})

    def test_the_same_token_starts_nothing_new(self):
        SiteFactory()
        failed()
        user, token = UserFactory(), uuid.uuid4()

        first = start(user, token=token)
        failed()
        second = start(user, token=token)

        assert first == second
        assert InboundMessage.objects.filter(state=State.FAILED).count() == 1

    def test_refuses_when_nothing_can_be_retried(self):
        SiteFactory()
        failed(state=State.REJECTED)

        with pytest.raises(NothingToRetryError):
            start(UserFactory())

        assert not Retry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_retry_each_message_once():
    SiteFactory()
    for _number in range(6):
        failed()
    user, token = UserFactory(), uuid.uuid4()

    def press(again: uuid.UUID) -> int:
        try:
            return start(user, token=again).pk
        except NothingToRetryError:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(press, [token, token, token, uuid.uuid4()]))

    assert sum(Retry.objects.values_list("total", flat=True)) == 6
    assert len(set(found[:3])) == 1
    assert not InboundMessage.objects.filter(state=State.FAILED).exists()


@pytest.fixture
def browser(client):
    client.force_login(UserFactory(may=[REVIEW, "integrations.manage_integrations"]))
    return client


@pytest.mark.django_db
class TestPages:
    def test_equal_errors_are_one_line_with_its_remedy_and_its_rows(self, browser):
        SiteFactory()
        held = {"state": State.HELD, "code": "unmapped_plan_type"}
        for value in ("MA ONLY", "MA ONLY", "PDP"):
            failed(**held, value=value, details={"plan_type": value})
        failed(state=State.REJECTED, code="required", value="plan.plan_year")

        rows = browser.get(ERRORS).context["rows"]

        found = {(row.code, row.value): row for row in rows}
        assert {key: row.count.value for key, row in found.items()} == {
            ("unmapped_plan_type", "MA ONLY"): 2,
            ("unmapped_plan_type", "PDP"): 1,
            ("required", "plan.plan_year"): 1,
        }
        line = found["unmapped_plan_type", "MA ONLY"]
        assert line.remedy_url == reverse("integrations:held_list")
        assert "MA" not in line.rows_url + line.retry_url
        assert len(browser.get(line.rows_url).context["rows"]) == 2
        assert browser.get(line.retry_url).context["outlook"].able == 2
        assert found["required", "plan.plan_year"].retry_url == ""

    def test_a_group_is_retried_and_its_summary_leads_to_the_rows(self, browser):
        SiteFactory()
        failed()
        failed(code="conflict", value="some rule")
        page = browser.get(START, {"partner": "plancompare", "code": "database"})
        assert "1</strong> message matches" in page.content.decode()

        answer = browser.post(
            START,
            {"partner": "plancompare", "code": "database", "token": page.context["token"]},
        )
        tasks.process_inbox()
        retry = Retry.objects.get()
        summary = browser.get(answer.url)

        assert answer.url == reverse("integrations:retry_detail", args=[retry.pk])
        assert "1 of 1 messages done." in summary.content.decode()
        (ended,) = summary.context["ended"]
        assert len(browser.get(ended["url"]).context["rows"]) == ended["count"] == 1

    def test_says_what_is_wrong_with_a_range(self, browser):
        answer = browser.get(START, {"since": "2026-11-02", "until": "2026-11-01"})

        assert answer.status_code == 422
        assert "It is before the start." in answer.content.decode()

    @pytest.mark.parametrize(
        ("url", "part"),
        [(ERRORS, '<div class="card" id="problems"'), (START, '<section class="card measure"')],
    )
    def test_answers_htmx_with_the_part(self, browser, url, part):
        assert browser.get(url, headers=HTMX).content.decode().strip().startswith(part)

    @pytest.mark.parametrize("url", [ERRORS, START])
    def test_needs_a_permission(self, client, url):
        assert client.get(url).status_code == 302
        client.force_login(UserFactory(may=["individuals.view_individual"]))
        assert client.get(url).status_code == 403

    def test_managing_alone_retries_nothing(self, client):
        client.force_login(UserFactory(may=["integrations.manage_integrations"]))
        failed()

        assert client.get(ERRORS).status_code == 200
        assert client.post(START, {}).status_code == 403

    def test_stays_within_its_queries(self, browser, django_assert_max_num_queries):
        SiteFactory()
        for number in range(12):
            failed(code=f"code_{number}")

        with django_assert_max_num_queries(50):
            browser.get(ERRORS)
