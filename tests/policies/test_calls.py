"""Calls that settled nothing: the rules, the service, the board's form, filter and export."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from agencyhub.accounts.models import Role
from agencyhub.lib.identifiers import HoldsIdentifierError
from agencyhub.records.models import Batch, Entry
from agencyhub.records.services import undo
from policies import calls
from policies.models import Risk
from policies.services import outcomes, risks
from policies.services.calls import FIELDS, BadCallDayError, CalledMeanwhileError, log_call
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory, PremierTermFactory, RiskFactory, StandingFactory

HTMX = {"HX-Request": "true"}
BOARD = reverse("policies:risk_list")
NOW = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
TODAY = NOW.date()  # a Friday
MONDAY = date(2026, 10, 19)
SAID = {"last_call": "no_answer", "call_on": MONDAY, "call_note": "Mornings only"}
WAIT = 60


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def at_risk(today):
    person = IndividualFactory(first_name="Ana", last_name="Lopez")
    return RiskFactory(policy__subscriber=person, reasons=[{"code": "past_due"}])


def call(risk, user, *, seen=0, at=NOW, **more):
    said = {**SAID, **more}
    return log_call(risk_id=risk.pk, seen=seen, user=user, at=at, today=TODAY, **said)


def facts(risk):
    return Risk.objects.values(*FIELDS).get(pk=risk.pk)


class TestRules:
    @pytest.mark.parametrize(
        ("day", "following"),
        [(15, 16), (16, 19), (17, 19), (18, 19), (19, 20)],
    )
    def test_the_next_weekday_is_no_day_of_a_weekend(self, day, following):
        assert calls.next_weekday(date(2026, 10, day)) == date(2026, 10, following)

    @pytest.mark.parametrize(
        ("days", "is_possible"), [(-1, False), (0, True), (366, True), (367, False)]
    )
    def test_a_call_is_planned_for_today_up_to_a_year_ahead(self, days, is_possible):
        assert calls.is_possible(TODAY + timedelta(days=days), today=TODAY) is is_possible

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, ""),
            ({"calls": 1}, "Called once · no answer 10/16/2026"),
            ({"calls": 1, "call_on": TODAY},
             "Called once · no answer 10/16/2026 · call again today"),
            ({"calls": 2, "call_on": MONDAY, "call_note": "Mornings"},
             "Called 2 times · no answer 10/16/2026 · call again 10/19/2026 · “Mornings”"),
            ({"calls": 2, "call_on": date(2026, 10, 15)},
             "Called 2 times · no answer 10/16/2026 · call again since 10/15/2026"),
        ],
    )  # fmt: skip
    def test_says_what_was_done_and_what_is_to_do(self, values, words):
        risk = Risk(last_call="no_answer", last_called_at=NOW, **values)

        assert calls.in_words(risk, today=TODAY) == words


@pytest.mark.django_db
class TestLogCall:
    def test_keeps_the_policy_on_the_board_and_tells_its_timeline(self, at_risk):
        user = UserFactory()

        batch = call(at_risk, user)

        assert facts(at_risk) == {
            **SAID, "calls": 1, "last_called_at": NOW, "last_called_by": user.pk,
        }  # fmt: skip
        assert Risk.objects.open().filter(pk=at_risk.pk).exists()
        line = Entry.objects.get()
        assert (line.batch, line.text) == (batch, "At risk: call logged")
        assert line.reasons == ["No answer", "Call again on 10/19/2026", "Mornings only"]
        assert line.individual_id == at_risk.policy.subscriber_id
        assert "Ana" not in batch.summary

    def test_counts_the_same_press_once(self, at_risk):
        user = UserFactory()

        assert call(at_risk, user) == call(at_risk, user)

        assert facts(at_risk)["calls"] == 1
        assert Batch.objects.filter(user=user).count() == 1

    def test_counts_the_next_call(self, at_risk):
        user = UserFactory()
        call(at_risk, user)

        call(at_risk, user, seen=1)

        assert facts(at_risk)["calls"] == 2

    @pytest.mark.parametrize("changed", [{}, {"call_note": "At noon"}, {"last_call": "promised"}])
    def test_tells_who_was_late_of_the_other_call(self, at_risk, changed):
        call(at_risk, UserFactory())

        with pytest.raises(CalledMeanwhileError, match="Called once · no answer 10/16/2026"):
            call(at_risk, UserFactory(), **changed)

        assert facts(at_risk)["call_note"] == "Mornings only"

    def test_refuses_what_is_closed(self, at_risk):
        user = UserFactory()
        outcomes.log_outcome(risk_id=at_risk.pk, outcome="lost", why="", user=user, at=NOW)

        with pytest.raises(outcomes.ClosedMeanwhileError, match="lost"):
            call(at_risk, user)

        assert facts(at_risk)["calls"] == 0

    @pytest.mark.parametrize("days", [-1, 367])
    def test_refuses_a_day_on_which_nobody_calls(self, at_risk, days):
        with pytest.raises(BadCallDayError) as refused:
            call(at_risk, UserFactory(), call_on=TODAY + timedelta(days=days))

        assert refused.value.field == "call_on"
        assert facts(at_risk)["calls"] == 0

    def test_refuses_numbers_that_tell_who_somebody_is(self, at_risk):
        with pytest.raises(HoldsIdentifierError) as refused:
            call(at_risk, UserFactory(), call_note="SSN 123-45-6789")

        assert refused.value.field == "call_note"
        assert "6789" not in refused.value.message
        assert facts(at_risk)["calls"] == 0

    def test_is_taken_back_as_one_act(self, at_risk):
        user = UserFactory(owner=True)
        call(at_risk, user)
        batch = call(at_risk, user, seen=1, last_call="promised", call_on=None, call_note="")

        undo.undo_batch(batch_id=batch.pk, user=user, at=NOW)

        assert facts(at_risk) == {
            **SAID, "calls": 1, "last_called_at": NOW, "last_called_by": user.pk,
        }  # fmt: skip

    def test_stays_through_a_refresh_and_a_new_risk_begins_anew(self, today):
        user = UserFactory()
        policy = PolicyFactory(premium=30)
        PremierTermFactory(carrier=policy.carrier)
        standing = StandingFactory(
            policy=policy, status="past_due", deadline=date(2026, 11, 30),
            as_of=NOW - timedelta(hours=5), stale_at=NOW + timedelta(days=30),
        )  # fmt: skip
        risks.refresh(policy_ids=[policy.pk], at=NOW)
        first = Risk.objects.get()
        call(first, user)
        standing.status, standing.deadline = "in_grace", date(2026, 12, 31)
        standing.save()

        risks.refresh(policy_ids=[policy.pk], at=NOW)
        first.refresh_from_db()
        assert (first.kind, first.calls, first.call_on) == ("in_grace", 1, MONDAY)
        first.closed_at, first.outcome = NOW, Risk.Outcome.PASSED
        first.save()
        risks.refresh(policy_ids=[policy.pk], at=NOW)

        assert facts(first)["calls"] == 1
        again = Risk.objects.open().get()
        assert (again.calls, again.last_call, again.call_on) == (0, "", None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
def test_two_presses_at_once_log_one_call(at_risk):
    user = UserFactory()

    def press(_):
        try:
            return call(at_risk, user).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        acts = list(pool.map(press, range(4), timeout=WAIT))

    assert len(set(acts)) == 1
    assert facts(at_risk)["calls"] == 1


def url(risk):
    return reverse("policies:risk_call", args=[risk.pk])


def sent(**more):
    return {"seen": "0", "last_call": "no_answer", "call_on": "2026-10-19", "call_note": "", **more}


@pytest.mark.django_db
class TestPage:
    def test_is_asked_for_by_each_row(self, client, owner, at_risk):
        page = client.get(BOARD, {"kind": "past_due"}).content.decode()

        assert f'hx-get="{url(at_risk)}?state=kind%3Dpast_due&amp;back="' in page
        assert f'hx-target="#call-{at_risk.pk}" data-key="n"' in page

    def test_is_a_page_of_its_own_without_javascript(self, client, owner, at_risk):
        page = client.get(url(at_risk), {"state": "kind=past_due"}).content.decode()

        assert "<html" in page
        assert "Log a call · Ana Lopez" in page
        assert 'value="2026-10-19"' in page  # the next weekday
        response = client.post(url(at_risk), sent(state="kind=past_due"))
        batch = Batch.objects.get(user=owner)
        assert response.url == f"{BOARD}?kind=past_due&called={batch.pk}"
        board = client.get(response.url).content.decode()
        assert "The call to Ana Lopez is logged" in board
        assert "Called once · no answer 10/16/2026 · call again 10/19/2026" in board

    def test_answers_htmx_with_the_form_only(self, client, owner, at_risk):
        response = client.get(url(at_risk), headers=HTMX)

        page = response.content.decode()
        assert page.strip().startswith("<form")
        assert (response["HX-Retarget"], response["HX-Reswap"]) == (
            f"#call-{at_risk.pk}", "innerHTML",
        )  # fmt: skip

    def test_puts_the_row_back_as_it_is_now(self, client, owner, at_risk):
        response = client.post(url(at_risk), sent(call_note="<b>Noon</b>"), headers=HTMX)

        page = response.content.decode()
        assert page.strip().startswith(f'<li class="risk dims" id="risk-{at_risk.pk}"')
        assert "“&lt;b&gt;Noon&lt;/b&gt;”" in page
        assert "The call to Ana Lopez is logged" in page
        assert "<strong>1</strong> left" in page

    def test_takes_the_row_away_that_left_the_filter(self, client, owner, at_risk):
        Risk.objects.update(call_on=TODAY)

        response = client.post(url(at_risk), sent(state="next_call=due"), headers=HTMX)

        page = response.content.decode()
        assert f'id="risk-{at_risk.pk}"' not in page
        assert "<strong>0</strong> left" in page

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"call_on": "2026-10-15"}, "Choose today or a later day"),
            ({"call_on": "soon"}, "Enter a valid date"),
            ({"last_call": "asleep"}, "Select a valid choice"),
            ({"call_note": "x" * 201}, "at most 200 characters"),
            ({"call_note": "123-45-6789"}, "Leave it out"),
        ],
    )
    def test_says_what_is_wrong(self, client, owner, at_risk, wrong, words):
        response = client.post(url(at_risk), sent(**wrong), headers=HTMX)

        assert response.status_code == 422
        assert words in response.content.decode()
        assert facts(at_risk)["calls"] == 0

    def test_logs_another_call_once_the_other_one_was_read_of(self, client, owner, at_risk):
        call(at_risk, UserFactory())

        page = client.post(url(at_risk), sent(), headers=HTMX).content.decode()

        assert "Another call was logged meanwhile: Called once" in page
        assert 'name="seen" value="1"' in page
        assert client.post(url(at_risk), sent(seen="1")).status_code == 302
        assert facts(at_risk)["calls"] == 2

    def test_goes_back_to_the_client_that_it_stood_on(self, client, owner, at_risk):
        person = reverse("individuals:individual_detail", args=[at_risk.policy.subscriber_id])

        response = client.post(url(at_risk), sent(back="client"))

        assert response.url == person
        page = client.get(person).content.decode()
        assert "Called once · no answer 10/16/2026" in page
        assert f"{url(at_risk)}?state=&amp;back=client" in page
        row = client.post(url(at_risk), sent(seen="1", back="client"), headers=HTMX)
        assert f'id="risk-{at_risk.pk}"' in row.content.decode()
        assert "risk-kinds" not in row.content.decode()

    def test_stands_on_the_payment_card_of_the_policy(self, client, owner, at_risk):
        PremierTermFactory(carrier=at_risk.policy.carrier)
        call(at_risk, owner)

        page = client.get(reverse("policies:policy_detail", args=[at_risk.policy_id]))

        assert "Called once · no answer 10/16/2026" in page.content.decode()

    def test_is_taken_back_by_who_logged_it_alone(self, client, owner, at_risk):
        other = call(at_risk, UserFactory(owner=True))
        batch = call(at_risk, owner, seen=1)

        def take_back(act):
            return client.post(reverse("policies:risk_call_undo", args=[act.pk]), {"state": ""})

        assert take_back(other).status_code == 404
        assert take_back(batch).url == BOARD
        assert facts(at_risk)["calls"] == 1
        assert take_back(batch).status_code == 404

    def test_is_out_of_reach_of_others(self, client, agent, at_risk):
        names = ["policies.view_risk", "policies.change_risk"]
        agent.user.groups.add(RoleFactory(permissions=names, scope=Role.Scope.OWN))

        assert client.get(url(at_risk)).status_code == 404
        assert client.post(url(at_risk), sent()).status_code == 404
        assert facts(at_risk)["calls"] == 0

    def test_asks_for_the_right(self, client, agent, at_risk):
        names = ["policies.view_risk"]
        agent.user.groups.add(RoleFactory(permissions=names, scope=Role.Scope.ALL))

        assert client.get(url(at_risk)).status_code == 403
        assert client.post(url(at_risk), sent()).status_code == 403
        assert client.post(reverse("policies:risk_call_undo", args=[1])).status_code == 403
        assert url(at_risk) not in client.get(BOARD).content.decode()


@pytest.mark.django_db
class TestNextCall:
    @pytest.mark.parametrize(
        ("asked", "wanted"),
        [
            (["due"], {0, 1}), (["later"], {2}), (["unplanned"], {3}),
            (["due", "unplanned"], {0, 1, 3}), ([], {0, 1, 2, 3}),
        ],
    )  # fmt: skip
    def test_filters_the_board(self, client, owner, today, asked, wanted):
        days = [TODAY - timedelta(days=1), TODAY, MONDAY, None]
        kept = [RiskFactory(call_on=day, reasons=[{"code": "past_due"}]).pk for day in days]

        items = client.get(BOARD, {"next_call": asked}).context["items"]

        assert {kept.index(one.pk) for one in items} == wanted

    def test_is_exported(self, client, owner, at_risk):
        call(at_risk, owner)
        export = reverse("records:list_export", args=["risks"])

        file = client.post(export, {"state": "", "format": "csv"})

        head, line = b"".join(file.streaming_content).decode().splitlines()
        assert head.endswith("Next call,Last call,Last called")
        assert line.endswith("10/19/2026,No answer,10/16/2026")

    def test_is_work_of_today_with_a_door_to_exactly_that(self, client, owner, today):
        cache.clear()
        for day in (TODAY - timedelta(days=1), TODAY, MONDAY, None):
            RiskFactory(call_on=day, reasons=[{"code": "past_due"}])
        RiskFactory(call_on=TODAY, closed_at=NOW, outcome="lost")

        found = client.get("/dashboard/work/", headers=HTMX).context["lines"]

        (line,) = [one for one in found if one.queue.key == "calls"]
        assert line.words == "2 to do"
        assert len(client.get(line.queue.url).context["items"]) == 2
