"""Policies at risk over the API: read, settled, and called about."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from agencyhub.accounts.models import Role
from agencyhub.records.models import Batch, Change, Entry
from policies.models import Risk
from policies.selectors import calls as of_calls
from policies.services import risks
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.policies import PolicyFactory, PremierTermFactory, RiskFactory, StandingFactory

pytestmark = pytest.mark.django_db
SEES, WORKS = "policies.view_risk", "policies.change_risk"
OCTOBER = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
CALLED = {"last_call": "no_answer", "call_note": "Mornings only"}
PAST_DUE = {"code": "past_due", "deadline": "2026-10-31", "month": "2026-10-01", "owed": "28.50"}


@pytest.fixture
def worker():
    """Somebody who works on the risks of the whole agency, and sees no commissions."""
    return Script(UserFactory(may=[SEES, WORKS]))


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


def path_of(risk):
    return f"at-risk/{risk.pk}/"


def said(risk):
    return Risk.objects.values_list("outcome", "outcome_reason", "closed_by").get(pk=risk.pk)


def past_due(at):
    """A policy that its carrier says is past due at a moment, and its risk."""
    policy = PolicyFactory(premium=28)
    PremierTermFactory(carrier=policy.carrier)
    standing = StandingFactory(
        policy=policy,
        status="past_due",
        is_binder=False,
        as_of=at,
        stale_at=at + timedelta(days=90),
    )
    risks.refresh(policy_ids=[policy.pk], at=at)
    return standing, Risk.objects.get(policy=policy)


class TestLook:
    def test_shows_what_the_board_shows(self, script):
        policy = PolicyFactory(servicing_agent=AgentFactory())
        StandingFactory(policy=policy, as_of=OCTOBER)
        risk = RiskFactory(
            policy=policy, reasons=[PAST_DUE], deadline=date(2026, 10, 31),
            premium_at_stake="28.50", commission_at_stake="313.00",
            commission_as_of=date(2026, 9, 30),
            as_of=datetime(2026, 10, 1, tzinfo=UTC),
        )  # fmt: skip

        shown = script.get(path_of(risk))

        assert shown.json() == {
            "id": risk.pk, "page": f"/policies/{policy.pk}/", "policy": policy.pk,
            "individual": policy.subscriber_id, "carrier": policy.carrier_id,
            "servicing_agent": policy.servicing_agent_id, "kind": "past_due", "severity": 3,
            "reasons": [{
                "code": "past_due", "deadline": "2026-10-31", "month": "2026-10-01",
                "since": None, "as_of": None, "owed": "28.50", "said": None,
                "text": "The payment is past due; the last day to pay is 10/31/2026."
                " $28.50 is owed.",
            }],
            "deadline": "2026-10-31", "premium_at_stake": "28.50",
            "commission_at_stake": "313.00", "commission_as_of": "2026-09-30",
            "as_of": "2026-10-16T15:00:00Z", "opened_at": "2026-10-02T06:00:00Z",
            "closed_at": None, "outcome": "", "outcome_reason": "", "closed_by": None,
            "calls": 0, "last_call": "", "last_called_at": None, "last_called_by": None,
            "call_note": "", "call_on": None,
        }  # fmt: skip
        assert script.get(path_of(risk), if_none_match=shown["ETag"]).status_code == 304

    def test_speaks_english_to_everybody(self, script):
        risk = RiskFactory(reasons=[PAST_DUE])

        first = script.get(path_of(risk))
        spanish = script.get(path_of(risk), accept_language="es")

        assert first.content == spanish.content
        assert first["ETag"] == spanish["ETag"]

    def test_keeps_commissions_from_who_may_not_see_their_lines(self, worker):
        risk = RiskFactory(commission_at_stake="313.00", commission_as_of=date(2026, 9, 30))
        teller = Script(UserFactory(may=[SEES, "commissions.view_commissionline"]))

        assert worker.get(path_of(risk)).json()["commission_at_stake"] is None
        assert worker.get(path_of(risk)).json()["commission_as_of"] is None
        assert teller.get(path_of(risk)).json()["commission_at_stake"] == "313.00"

    def test_is_filtered_as_the_board_is_and_by_what_became_of_it(self, script):
        today = timezone.localdate()
        agent = AgentFactory()
        late = RiskFactory(
            policy__servicing_agent=agent, deadline=date(2026, 10, 31), call_on=today
        )
        later = RiskFactory(kind="in_grace", severity=2, call_on=today + timedelta(days=1))
        saved = RiskFactory(outcome="saved", closed_at=OCTOBER)
        everything = [late.pk, later.pk, saved.pk]

        def found(query):
            return ids(script.get(f"at-risk/?{query}"))

        assert found("") == everything
        assert found("open=true") == everything[:2]
        assert found("open=false") == found("outcome=saved") == [saved.pk]
        assert found("kind=in_grace") == [later.pk]
        assert found(f"servicing_agent={agent.pk}") == [late.pk]
        assert found("servicing_agent=none&open=true") == [later.pk]
        assert found("next_call=due") == [late.pk]
        assert found("next_call=later") == [later.pk]
        assert found("next_call=unplanned") == [saved.pk]
        assert found("deadline_from=2026-10-31&deadline_to=2026-10-31") == [late.pk]
        assert found(f"policy={later.policy_id}") == [later.pk]
        assert found(f"individual={later.policy.subscriber_id}") == [later.pk]
        assert found(f"carrier={later.policy.carrier_id}") == [later.pk]
        assert found("opened_since=2026-10-03T00:00:00Z") == []
        assert found("closed_since=2026-10-16T15:00:00Z") == [saved.pk]
        assert script.get("at-risk/?next_call=never").status_code == 400

    def test_reaches_as_far_as_the_user_does(self):
        agent = AgentFactory(user=UserFactory(may=[SEES, WORKS], may__reach=Role.Scope.OWN))
        mine, other = RiskFactory(policy__servicing_agent=agent), RiskFactory()
        script = Script(agent.user)

        assert ids(script.get("at-risk/")) == [mine.pk]
        for method, path, body in (
            ("get", path_of(other), None),
            ("patch", path_of(other), {"outcome": "lost"}),
            ("post", f"{path_of(other)}calls/", CALLED),
        ):
            assert script.call(method, path, body, if_match="*").status_code == 404, path
        assert said(other) == ("", "", None)

    def test_is_no_right_to_work(self):
        risk, viewer = RiskFactory(), Script(UserFactory(may=[SEES]))

        for method, path in (("patch", path_of(risk)), ("post", f"{path_of(risk)}calls/")):
            assert viewer.call(method, path, {}, if_match="*").status_code == 403
        assert viewer.post("at-risk/", {}).status_code == 405


class TestOutcome:
    def test_is_said_with_its_reason(self, worker):
        risk = RiskFactory()

        answer = worker.change(path_of(risk), {"outcome": "saved", "outcome_reason": "Paid"})

        user = worker.key.key.user
        assert (answer.status_code, answer.json()["outcome"]) == (200, "saved"), answer.content
        assert said(risk) == ("saved", "Paid", user.pk)
        assert answer["ETag"] == worker.get(path_of(risk))["ETag"]
        batch = Batch.objects.get(summary="Edited a policy at risk over the API")
        assert (batch.channel, batch.user) == (Batch.Channel.API, user)
        line = Entry.objects.get(batch=batch)
        assert (line.record_id, line.text, line.reasons) == (
            risk.policy_id, "At risk: logged as saved", ["Paid"],
        )  # fmt: skip

    def test_twice_is_once(self, worker):
        risk = RiskFactory()
        body = {"outcome": "lost", "outcome_reason": "Moved away"}
        first = worker.change(path_of(risk), body)
        changes = Change.objects.count()

        again = worker.change(path_of(risk), body)

        assert (again.status_code, again.content) == (200, first.content)
        assert Change.objects.count() == changes

    def test_can_be_explained_and_taken_back_by_who_said_it(self, worker):
        _standing, risk = past_due(timezone.now())
        worker.change(path_of(risk), {"outcome": "saved"})

        explained = worker.change(path_of(risk), {"outcome_reason": "Paid by phone"})
        assert said(risk)[:2] == ("saved", "Paid by phone"), explained.content
        back = worker.change(path_of(risk), {"outcome": ""})

        assert (back.status_code, said(risk)) == (200, ("", "", None))
        assert back.json()["closed_at"] is None

    def test_of_somebody_else_stands(self, worker):
        risk = RiskFactory(outcome="lost", closed_at=OCTOBER, closed_by=UserFactory())
        before = said(risk)

        for body, code in (
            ({"outcome": "saved"}, "closed_meanwhile"),
            ({"outcome": ""}, "not_reopened"),
            ({"outcome_reason": "Why not"}, "not_reopened"),
        ):
            for script in (worker, Script()):
                answer = script.change(path_of(risk), body)
                assert (answer.status_code, answer.json()["code"]) == (409, code), body
        assert said(risk) == before

    @pytest.mark.parametrize(
        ("body", "status", "problems"),
        [
            ({"outcome": "passed"}, 422, {"outcome": "invalid_choice"}),
            ({"outcome": "won"}, 422, {"outcome": "invalid_choice"}),
            ({"outcome": None}, 422, {"outcome": "null"}),
            ({"outcome_reason": "Paid"}, 409, {"outcome": "no_outcome"}),
            ({"outcome": "saved", "outcome_reason": "x" * 201}, 422,
             {"outcome_reason": "max_length"}),
            ({"why": "Paid"}, 422, {"why": "unknown_field"}),
        ],
    )  # fmt: skip
    def test_is_refused_by_name(self, worker, body, status, problems):
        risk = RiskFactory()

        answer = worker.change(path_of(risk), body)

        assert (answer.status_code, errors_of(answer)) == (status, problems), answer.content
        assert said(risk) == ("", "", None)

    def test_needs_the_state_that_was_read(self, worker):
        risk = RiskFactory()
        read = worker.get(path_of(risk))["ETag"]
        Risk.objects.update(calls=1)

        assert worker.call("patch", path_of(risk), {"outcome": "lost"}).status_code == 428
        stale = worker.call("patch", path_of(risk), {"outcome": "lost"}, if_match=read)

        assert (stale.status_code, said(risk)) == (412, ("", "", None))

    def test_of_a_key_of_the_agency_counts_as_everybody_s(self, script):
        """It is in nobody's name, holds against the same word of the carrier, and goes back."""
        at = timezone.now()
        standing, risk = past_due(at)

        script.change(path_of(risk), {"outcome": "lost", "outcome_reason": "Moved away"})
        risks.refresh(policy_ids=[standing.pk], at=at + timedelta(days=1))

        assert said(risk) == ("lost", "Moved away", None)
        assert Risk.objects.filter(policy=standing.pk).count() == 1
        back = script.change(path_of(risk), {"outcome": ""})
        assert (back.status_code, said(risk)) == (200, ("", "", None)), back.content


class TestCall:
    def test_is_logged_and_leaves_the_policy_at_risk(self, worker):
        risk = RiskFactory()
        tomorrow = timezone.localdate() + timedelta(days=1)

        answer = worker.post(
            f"{path_of(risk)}calls/", {**CALLED, "call_on": f"{tomorrow}"},
            if_match=worker.get(path_of(risk))["ETag"],
        )  # fmt: skip

        user = worker.key.key.user
        assert answer.status_code == 200, answer.content
        shown = answer.json()
        assert [shown[name] for name in ("calls", "last_call", "call_note", "call_on")] == [
            1, "no_answer", "Mornings only", f"{tomorrow}",
        ]  # fmt: skip
        assert (shown["last_called_by"], shown["outcome"]) == (user.pk, "")
        assert answer["ETag"] == worker.get(path_of(risk))["ETag"]
        batch = Batch.objects.get(channel=Batch.Channel.API)
        assert Entry.objects.get(batch=batch).text == "At risk: call logged"
        assert of_calls.own_call(user, batch.pk).risk == risk  # to be taken back on the board

    def test_is_logged_once_for_each_key_whatever_was_read(self, worker):
        risk, other = RiskFactory(), RiskFactory()
        sent = {"if_match": worker.get(path_of(risk))["ETag"], "idempotency_key": "dialer-1"}

        first = worker.post(f"{path_of(risk)}calls/", CALLED, **sent)
        again = worker.post(f"{path_of(risk)}calls/", CALLED, **sent)
        elsewhere = worker.post(f"{path_of(other)}calls/", CALLED, **sent)

        assert (first.status_code, again.status_code) == (200, 200), again.content
        assert first.content == again.content
        assert Risk.objects.get(pk=risk.pk).calls == 1
        assert (elsewhere.status_code, Risk.objects.get(pk=other.pk).calls) == (422, 0)

    def test_needs_the_call_before_to_be_known(self, worker):
        risk = RiskFactory()
        read = worker.get(path_of(risk))["ETag"]
        worker.post(f"{path_of(risk)}calls/", CALLED, if_match=read, idempotency_key="a")

        blind = worker.post(f"{path_of(risk)}calls/", CALLED)
        late = worker.post(f"{path_of(risk)}calls/", CALLED, if_match=read, idempotency_key="b")
        next_one = worker.post(
            f"{path_of(risk)}calls/", CALLED, if_match=worker.get(path_of(risk))["ETag"],
            idempotency_key="b",
        )  # fmt: skip

        assert (blind.status_code, late.status_code) == (428, 412)
        assert (next_one.status_code, next_one.json()["calls"]) == (200, 2)

    @pytest.mark.parametrize(
        ("more", "status", "problems"),
        [
            ({"last_call": "shouted"}, 422, {"last_call": "invalid_choice"}),
            ({"last_call": ""}, 422, {"last_call": "invalid_choice"}),
            ({"call_on": "2020-01-01"}, 409, {"call_on": "bad_call_day"}),
            ({"call_on": "9999-12-31"}, 409, {"call_on": "bad_call_day"}),
            ({"call_on": "tomorrow"}, 422, {"call_on": "invalid"}),
            ({"call_note": "123-45-6789"}, 409, {"call_note": "holds_identifier"}),
            ({"call_note": "1EG4-TE5-MK73"}, 409, {"call_note": "holds_identifier"}),
            ({"call_note": "x" * 201}, 422, {"call_note": "max_length"}),
            ({"seen": 0}, 422, {"seen": "unknown_field"}),
        ],
    )
    def test_is_refused_by_name(self, worker, more, status, problems):
        risk = RiskFactory()

        answer = worker.post(f"{path_of(risk)}calls/", {**CALLED, **more}, if_match="*")

        assert (answer.status_code, errors_of(answer)) == (status, problems), answer.content
        assert more.get("call_note", "never") not in answer.content.decode()
        assert Risk.objects.get(pk=risk.pk).calls == 0

    def test_about_what_is_closed_is_refused(self, worker):
        risk = RiskFactory(outcome="passed", closed_at=OCTOBER)

        answer = worker.post(f"{path_of(risk)}calls/", CALLED, if_match="*")

        assert (answer.status_code, answer.json()["code"]) == (409, "closed_meanwhile")
        assert Risk.objects.get(pk=risk.pk).calls == 0

    def test_of_a_key_of_the_agency_is_in_nobody_s_name(self, script):
        risk = RiskFactory()

        answer = script.post(f"{path_of(risk)}calls/", CALLED, if_match="*")

        assert (answer.status_code, answer.json()["calls"]) == (200, 1), answer.content
        assert answer.json()["last_called_by"] is None


@pytest.mark.django_db(transaction=True)
def test_calls_of_two_at_once_are_two_or_one_is_told_of_the_other(default_options):
    """Whoever was second has not read of the first call."""
    risk, user = RiskFactory(), UserFactory(may=[SEES, WORKS])
    scripts = [Script(user), Script(user)]
    read = scripts[0].get(path_of(risk))["ETag"]

    def call(script):
        try:
            return script.post(f"{path_of(risk)}calls/", CALLED, if_match=read).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(call, scripts))

    assert answers == [200, 412]
    assert Risk.objects.get(pk=risk.pk).calls == 1
