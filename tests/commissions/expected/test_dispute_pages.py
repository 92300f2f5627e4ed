"""The queue of missing pay: what it shows, and what is done in it one by one and for many."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import Role
from commissions.expected import disputes
from commissions.lists.disputes import PAY_QUEUE, SHOWN, STATES, TONES
from commissions.models import Dispute
from commissions.paywords import DISPUTED, next_action
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.expected import DisputeFactory, ExpectedPayFactory

pytestmark = pytest.mark.django_db
LIST = reverse("commissions:dispute_list")


@pytest.fixture
def user():
    return UserFactory(owner=True, first_name="Ana", last_name="Soto")


@pytest.fixture
def page(client, user):
    client.force_login(user)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def url(pay, act):
    return reverse("commissions:dispute_act", args=[pay.pk, act])


def shown(answer):
    return [one.pay.pk for one in answer.context["items"]]


class TestWords:
    def test_every_state_has_words_and_a_look(self):
        assert set(STATES) == set(TONES)
        assert set(DISPUTED) == set(disputes.WITH_CARRIER)

    def test_after_a_month_without_answer_one_asks_again(self):
        now = timezone.now()
        today = timezone.localdate(now)
        asked = now - timedelta(days=40)

        said = [
            str(next_action("late_90", state, since, today))
            for state, since in (
                ("", None), ("to_do", now), ("in_reconciliation", now),
                ("in_reconciliation", asked), ("denied", now),
            )
        ]  # fmt: skip

        assert said == [
            "Dispute it", "Dispute it", "Wait for the carrier’s answer",
            "Ask again: no answer for 40 days", "Nothing: the dispute is closed",
        ]  # fmt: skip


class TestList:
    def test_most_dollars_first_then_age(self, page):
        small = ExpectedPayFactory(gap=5)
        young = ExpectedPayFactory(gap=90, due_date="2026-11-01")
        old = ExpectedPayFactory(gap=90, due_date="2026-09-01")
        ExpectedPayFactory(gap=0, is_open=False, state="paid")

        assert shown(page.get(LIST)) == [old.pk, young.pk, small.pk]

    def test_each_part_holds_its_own(self, page, user):
        today = timezone.localdate()
        later = {"snoozed_until": today + timedelta(days=3), "snooze_reason": "Waits"}
        over = {"snoozed_until": today, "snooze_reason": "Waited"}
        new = ExpectedPayFactory(gap=9)
        sent = DisputeFactory(row__gap=8, state="in_reconciliation").row
        mine = DisputeFactory(row__gap=7, assigned_to=user).row
        rests = DisputeFactory(row__gap=6, **later).row
        woke = DisputeFactory(row__gap=5, **over).row
        denied = DisputeFactory(row__gap=4, state="denied").row

        found = {key: shown(page.get(LIST, {"show": key})) for key in SHOWN}

        assert found == {
            "open": [new.pk, sent.pk, mine.pk, woke.pk],
            "new": [new.pk, mine.pk, woke.pk],
            "carrier": [sent.pk],
            "mine": [mine.pk],
            "snoozed": [rests.pk],
            "closed": [denied.pk],
        }

    def test_is_a_fragment_for_htmx(self, page):
        ExpectedPayFactory()
        answer = page.get(LIST, headers={"HX-Request": "true", "HX-Target": "list"})

        assert "<html" not in words(answer)
        assert 'id="list"' in words(answer)

    def test_asks_the_same_number_of_questions_for_any_number_of_rows(
        self, page, django_assert_max_num_queries
    ):
        for _ in range(12):
            DisputeFactory(assigned_to=UserFactory())
        page.get(LIST)

        with django_assert_max_num_queries(24):
            page.get(LIST)

    def test_shows_nobody_elses_book(self, client):
        ExpectedPayFactory()
        reader = UserFactory(
            may=["commissions.view_dispute", "commissions.change_dispute"],
            may__reach=Role.Scope.OWN,
        )
        client.force_login(reader)

        assert shown(client.get(LIST)) == []

    def test_is_forbidden_without_the_right(self, client):
        client.force_login(UserFactory(may=["commissions.view_expectedpay"]))
        pay = ExpectedPayFactory()

        assert client.get(LIST).status_code == 403
        assert client.post(url(pay, "assign")).status_code == 403
        assert client.get(reverse("commissions:disputepack_list")).status_code == 403

    def test_who_may_only_look_has_no_buttons(self, client):
        client.force_login(UserFactory(may=["commissions.view_dispute"]))
        pay = ExpectedPayFactory()

        answer = client.get(LIST)

        assert shown(answer) == [pay.pk]
        assert 'data-key="a"' not in words(answer)
        assert client.get(url(pay, "assign")).status_code == 403


class TestActs:
    def test_assign_offers_me_first(self, page, user):
        UserFactory(roles=[RoleFactory(permissions=["commissions.change_dispute"])])
        UserFactory()
        pay = ExpectedPayFactory()

        form = page.get(url(pay, "assign")).context["form"]

        assert [str(words) for _key, words in form.fields["to"].choices][0::2] == ["Me", "Nobody"]
        assert len(form.fields["to"].choices) == 3

    def test_assign_in_the_row(self, page, user):
        pay = ExpectedPayFactory()
        htmx = {"HX-Request": "true", "HX-Target": f"pay-{pay.pk}"}
        asked = page.get(url(pay, "assign"), headers=htmx)
        assert asked["HX-Retarget"] == f"#act-{pay.pk}"

        answer = page.post(url(pay, "assign"), {"seen": 0, "to": user.pk}, headers=htmx)

        assert "Ana Soto" in words(answer)
        assert 'data-key-any="u"' in words(answer)
        assert Dispute.objects.get().assigned_to == user

    def test_snooze_takes_the_row_away_and_undo_brings_it_back(self, page):
        pay = ExpectedPayFactory()
        until = timezone.localdate() + timedelta(days=14)
        said = {"seen": 0, "until": until.isoformat(), "reason": "Waits for the carrier"}
        htmx = {"HX-Request": "true", "HX-Target": f"pay-{pay.pk}"}

        answer = page.post(url(pay, "snooze"), said, headers=htmx)

        assert f'id="pay-{pay.pk}"' not in words(answer)
        assert shown(page.get(LIST)) == []
        batch = answer.context["done"]
        page.post(reverse("commissions:dispute_undo", args=[batch.pk]))
        assert shown(page.get(LIST)) == [pay.pk]
        assert not Dispute.objects.exists()

    def test_a_refusal_names_the_field(self, page):
        pay = ExpectedPayFactory()
        said = {"seen": 0, "until": "2020-01-01", "reason": "Waits"}

        answer = page.post(url(pay, "snooze"), said)

        assert answer.status_code == 422
        assert "Choose a day to come" in words(answer)
        assert not Dispute.objects.exists()

    def test_a_reason_is_asked_for(self, page):
        pay = ExpectedPayFactory()
        until = timezone.localdate() + timedelta(days=14)

        answer = page.post(url(pay, "snooze"), {"seen": 0, "until": until.isoformat()})

        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors

    def test_state_note_and_case_number_stand_on_the_months_page(self, page):
        pay = ExpectedPayFactory()
        said = {
            "seen": 0, "state": "late_payment", "note": "Comes in May", "reference": "C-77",
            "back": "month",
        }  # fmt: skip

        answer = page.post(url(pay, "state"), said, follow=True)

        assert answer.redirect_chain[-1][0] == reverse(
            "commissions:expectedpay_detail", args=[pay.pk]
        )
        for text in ("Late payment", "Comes in May", "C-77", "History of the dispute"):
            assert text in words(answer)

    def test_a_month_that_nobody_disputed_is_about_to_be(self, page):
        pay = ExpectedPayFactory()

        assert page.get(url(pay, "state")).context["form"]["state"].value() == "in_reconciliation"

        page.post(url(pay, "state"), {"seen": 0, "state": "late_payment"})
        assert page.get(url(pay, "state")).context["form"]["state"].value() == "late_payment"

    def test_nobody_says_that_it_closed_by_itself(self, page):
        pay = ExpectedPayFactory()

        answer = page.post(url(pay, "state"), {"seen": 0, "state": disputes.WITHDRAWN})

        assert answer.status_code == 422

    def test_somebody_elses_act_is_not_taken_back(self, page, client):
        pay = ExpectedPayFactory()
        answer = page.post(url(pay, "state"), {"seen": 0, "state": "denied"})
        batch = answer["Location"].rpartition("=")[2]
        client.force_login(UserFactory(owner=True))

        assert client.post(reverse("commissions:dispute_undo", args=[batch])).status_code == 404
        assert Dispute.objects.get().state == "denied"


def _edit(page, pks, values, rows="selected"):
    start = reverse("records:bulkedit_start", args=[PAY_QUEUE.key])
    detail = page.post(start, {"pk": pks, "rows": rows, "state": ""})["Location"]
    looked = page.post(detail, {"step": "preview", **values})
    page.post(detail, {"step": "confirm"})
    return looked


class TestManyAtOnce:
    def test_says_how_many_of_how_many(self, page):
        ExpectedPayFactory.create_batch(3)

        assert 'data-words="of 3 selected"' in words(page.get(LIST))

    def test_assigns_disputes_and_snoozes(self, page, user):
        pays = ExpectedPayFactory.create_batch(3)
        pks = [one.pk for one in pays[:2]]

        looked = _edit(
            page, pks,
            {"assigned": user.pk, "dispute": "in_reconciliation", "snoozed": "carrier-14"},
        )  # fmt: skip

        assert "2 months of pay" in words(looked)
        found = Dispute.objects.order_by("pk")
        assert [(one.row_id, one.assigned_to, one.state) for one in found] == [
            (pk, user, "in_reconciliation") for pk in pks
        ]
        assert {one.snoozed_until for one in found} == {timezone.localdate() + timedelta(days=14)}

    def test_who_does_not_see_the_policy_is_not_given_it(self, page):
        stranger = UserFactory(may=["commissions.change_dispute"], may__reach=Role.Scope.OWN)
        pay = ExpectedPayFactory()

        looked = _edit(page, [pay.pk], {"assigned": stranger.pk})

        assert "they do not see the policy" in words(looked)
        assert not Dispute.objects.exists()
