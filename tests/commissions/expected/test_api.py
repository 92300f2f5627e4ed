"""Missing pay over the API: months of the ledger, disputes about them, and packs for carriers."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from agencyhub.records.lists.models import ExportLog
from agencyhub.records.models import Batch
from agencyhub.records.services import undo
from commissions.expected import disputes
from commissions.models import Dispute, DisputePack
from tests.api.conftest import Script, errors_of
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.expected import DisputeFactory, ExpectedPayFactory
from tests.factories.policies import CarrierFactory, PolicyFactory

pytestmark = pytest.mark.django_db
WORK = ("commissions.view_dispute", "commissions.change_dispute")
RECONCILED = {"state": "in_reconciliation", "reference": "C-1", "note": "Asked by mail."}


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def agent():
    """Somebody who works on their own book, without the right to export personal data."""
    return AgentFactory(user=UserFactory(may=WORK, may__reach="own"))


def of_month(pay, **more):
    return {"policy": pay.policy_id, "month": f"{pay.month}", **more}


def days_ahead(days):
    return f"{timezone.localdate() + timedelta(days=days)}"


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


class TestMonths:
    def test_show_what_is_expected_beside_what_was_paid(self, script):
        pay = ExpectedPayFactory()

        shown = script.get(f"expected-pay/{pay.pk}/").json()

        assert shown == {
            "id": pay.pk, "page": f"/expected-pay/{pay.pk}/", "policy": pay.policy_id,
            "carrier": pay.carrier_id, "line": "med_adv", "month": "2026-10-01",
            "through": "2026-10-01", "kind": "renewal", "expected": "28.92", "paid": "0.00",
            "true_up": None, "state": "late_30", "due_date": "2026-11-15", "gap": "28.92",
            "is_open": True,
        }  # fmt: skip

    def test_are_read_only_and_filtered(self, script):
        late = ExpectedPayFactory()
        paid = ExpectedPayFactory(month="2026-09-01", state="paid", is_open=False)

        assert ids(script.get("expected-pay/?is_open=true")) == [late.pk]
        assert ids(script.get("expected-pay/?state=paid")) == [paid.pk]
        assert ids(script.get(f"expected-pay/?policy={late.policy_id}")) == [late.pk]
        assert ids(script.get("expected-pay/?month_to=2026-09-30")) == [paid.pk]
        for method in ("post", "patch", "delete"):
            path = "expected-pay/" + ("" if method == "post" else f"{late.pk}/")
            assert script.call(method, path, {}, if_match="*").status_code == 405


class TestBegin:
    def test_opens_the_dispute_of_a_month(self, script):
        pay = ExpectedPayFactory()

        made = script.post("disputes/", of_month(pay, **RECONCILED), idempotency_key="d-1")
        again = script.post("disputes/", of_month(pay, **RECONCILED), idempotency_key="d-1")

        one = Dispute.objects.get()
        assert (made.status_code, again.status_code) == (201, 201), made.content
        assert made.json() == again.json()
        shown = made.json()
        assert (shown["id"], shown["state"], shown["pay"]["id"]) == (
            one.pk, "in_reconciliation", pay.pk,
        )  # fmt: skip
        assert (one.state, one.reference, one.note, one.row_id) == (
            "in_reconciliation", "C-1", "Asked by mail.", pay.pk,
        )  # fmt: skip
        assert made["Location"].endswith(f"/api/v1/disputes/{one.pk}/")
        batch = Batch.objects.get(summary="Created a dispute over the API")
        assert batch.channel == Batch.Channel.API

    def test_takes_any_day_of_the_month_and_the_usual_kind(self, script):
        pay = ExpectedPayFactory()

        made = script.post("disputes/", {"policy": pay.policy_id, "month": "2026-10-19"})

        assert (made.status_code, made.json()["state"]) == (201, "to_do")
        assert (made.json()["month"], made.json()["kind"]) == ("2026-10-01", "renewal")

    @pytest.mark.parametrize(
        ("given", "status", "field", "code"),
        [
            ({"month": "2020-01-01"}, 409, "month", "month_not_in_ledger"),
            ({"kind": "initial"}, 409, "month", "month_not_in_ledger"),
            ({"policy": 987654321}, 422, "policy", "does_not_exist"),
            ({"kind": "bonus"}, 422, "kind", "invalid_choice"),
            ({"state": "withdrawn"}, 409, "state", "not_to_be_chosen"),
            ({"state": "lost"}, 422, "state", "invalid_choice"),
            ({"assigned_to": 987654321}, 422, "assigned_to", "does_not_exist"),
            ({"snoozed_until": "2020-01-01", "snooze_reason": "x"}, 409, "snoozed_until",
             "bad_day"),
            ({"snooze_reason": "x"}, 409, "snoozed_until", "half_snoozed"),
            ({"nonsense": 1}, 422, "nonsense", "unknown_field"),
        ],
    )  # fmt: skip
    def test_refuses_by_name_and_begins_nothing(self, script, given, status, field, code):
        pay = ExpectedPayFactory()

        answer = script.post("disputes/", of_month(pay) | given)

        assert answer.status_code == status, answer.content
        assert errors_of(answer) == {field: code}
        assert not Dispute.objects.exists()

    def test_refuses_a_month_that_has_one(self, script):
        one = DisputeFactory()

        answer = script.post("disputes/", of_month(one.row))

        assert (answer.status_code, errors_of(answer)) == (409, {"month": "already_begun"})
        assert f"{one.pk}" in answer.json()["detail"]


class TestChange:
    def test_says_how_far_it_is(self, script):
        one = DisputeFactory(state="in_reconciliation")
        path = f"disputes/{one.pk}/"

        answer = script.change(path, {"state": "denied", "note": "Not appointed."})

        assert answer.status_code == 200, answer.content
        one.refresh_from_db()
        assert (one.state, one.note, one.version) == ("denied", "Not appointed.", 2)
        assert script.get(path)["ETag"] == answer["ETag"]
        assert script.get(path, if_none_match=answer["ETag"]).status_code == 304

    def test_twice_is_once(self, script):
        one = DisputeFactory()
        script.change(f"disputes/{one.pk}/", RECONCILED)

        again = script.change(f"disputes/{one.pk}/", RECONCILED)

        one.refresh_from_db()
        assert (again.status_code, one.version) == (200, 2)
        assert Batch.objects.filter(summary="Edited a dispute over the API").count() == 1

    def test_needs_the_state_that_was_read(self, script):
        one = DisputeFactory()
        path = f"disputes/{one.pk}/"
        seen = script.get(path)["ETag"]
        script.change(path, {"note": "First"})

        assert script.call("patch", path, {"note": "x"}).status_code == 428
        assert script.call("patch", path, {"note": "x"}, if_match=seen).status_code == 412
        one.refresh_from_db()
        assert one.note == "First"

    def test_snoozes_and_wakes(self, script):
        one = DisputeFactory()
        path = f"disputes/{one.pk}/"

        slept = script.change(
            path, {"snoozed_until": days_ahead(9), "snooze_reason": "Waits for the carrier"}
        ).json()
        assert ids(script.get("disputes/?snoozed=true")) == [one.pk]
        woken = script.change(path, {"snoozed_until": None}).json()

        assert slept["snooze_reason"] == "Waits for the carrier"
        assert (woken["snoozed_until"], woken["snooze_reason"]) == (None, "")
        assert ids(script.get("disputes/?snoozed=true")) == []

    def test_closing_wakes_and_what_is_closed_does_not_rest(self, script):
        one = DisputeFactory()
        path = f"disputes/{one.pk}/"
        rest = {"snoozed_until": days_ahead(9), "snooze_reason": "Waits"}
        script.change(path, rest)

        closed = script.change(path, {"state": "already_paid"}).json()
        refused = script.change(path, rest)

        assert (closed["snoozed_until"], closed["snooze_reason"]) == (None, "")
        assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_dispute")

    def test_assigns_to_who_sees_the_policy_only(self, script, agent):
        mine = DisputeFactory(row__policy__servicing_agent=agent)
        other = DisputeFactory()
        nobody = UserFactory()

        given = script.change(f"disputes/{mine.pk}/", {"assigned_to": agent.user_id})
        refused = script.change(f"disputes/{other.pk}/", {"assigned_to": agent.user_id})
        unknown = script.change(f"disputes/{mine.pk}/", {"assigned_to": nobody.pk})

        assert given.json()["assigned_to"] == agent.user_id
        assert (refused.status_code, errors_of(refused)) == (409, {"assigned_to": "not_theirs"})
        assert errors_of(unknown) == {"assigned_to": "does_not_exist"}
        assert ids(script.get(f"disputes/?assigned_to={agent.user_id}")) == [mine.pk]

    def test_does_not_move_a_dispute_to_another_month(self, script):
        one = DisputeFactory()

        answer = script.change(f"disputes/{one.pk}/", {"month": "2026-01-01"})

        assert errors_of(answer) == {"month": "fixed"}

    def test_of_a_month_that_left_the_ledger_is_refused(self, script):
        one = DisputeFactory()
        Dispute.objects.filter(pk=one.pk).update(row=None)

        shown = script.get(f"disputes/{one.pk}/").json()
        answer = script.change(f"disputes/{one.pk}/", {"note": "x"})

        assert (shown["pay"], shown["page"]) == (None, f"/policies/{one.policy_id}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "month_not_in_ledger")

    def test_can_be_undone(self, script):
        one = DisputeFactory()
        script.change(f"disputes/{one.pk}/", RECONCILED)
        batch = Batch.objects.get(summary="Edited a dispute over the API")

        undo.undo_batch(batch_id=batch.pk, user=UserFactory(owner=True), at=timezone.now())

        one.refresh_from_db()
        assert (one.state, one.note) == ("to_do", "")


class TestRights:
    def test_to_see_is_not_to_work(self):
        viewer = Script(UserFactory(may=WORK[:1]))
        one = DisputeFactory()
        path = f"disputes/{one.pk}/"

        assert viewer.get(path).status_code == 200
        assert viewer.call("patch", path, {"note": "x"}, if_match="*").status_code == 403
        assert viewer.post("disputes/", of_month(one.row)).status_code == 403
        assert viewer.post("dispute-packs/", {"pay": [one.row_id]}).status_code == 403
        assert viewer.get("expected-pay/").status_code == 403
        assert Script(UserFactory()).get("disputes/").status_code == 403

    def test_reach_what_the_policy_does(self, agent):
        mine = DisputeFactory(row__policy__servicing_agent=agent)
        other = DisputeFactory()
        script = Script(agent.user)

        assert ids(script.get("disputes/")) == [mine.pk]
        assert script.get(f"disputes/{other.pk}/").status_code == 404
        foreign = script.post("disputes/", of_month(ExpectedPayFactory()))
        assert (foreign.status_code, errors_of(foreign)) == (422, {"policy": "does_not_exist"})


class TestFilters:
    def test_of_disputes(self, script):
        closed = DisputeFactory(state="denied", row__month="2026-03-01")
        fresh = DisputeFactory(state_at=timezone.now())

        assert ids(script.get("disputes/?open=true")) == [fresh.pk]
        assert ids(script.get("disputes/?open=false")) == [closed.pk]
        assert ids(script.get(f"disputes/?carrier={closed.policy.carrier_id}")) == [closed.pk]
        assert ids(script.get("disputes/?month_to=2026-03-31")) == [closed.pk]
        assert ids(script.get("disputes/?state=denied")) == [closed.pk]
        assert ids(script.get("disputes/?assigned_to=none&pack=none")) == [closed.pk, fresh.pk]


class TestPacks:
    def several(self, agent=None, number=2):
        carrier = CarrierFactory()
        return [
            ExpectedPayFactory(policy=PolicyFactory(carrier=carrier, servicing_agent=agent))
            for _ in range(number)
        ]

    def test_are_made_of_months_and_begin_their_disputes(self, script):
        months = self.several()
        body = {"pay": [one.pk for one in months]}

        made = script.post("dispute-packs/", body, idempotency_key="p-1")
        again = script.post("dispute-packs/", body, idempotency_key="p-1")

        pack = DisputePack.objects.get()
        assert (made.status_code, again.status_code) == (201, 201), made.content
        assert made.json() == {
            "id": pack.pk, "page": f"/missing-pay/packs/{pack.pk}/",
            "carrier": months[0].carrier_id, "made_by": None, "months": 2,
            "made_at": made.json()["made_at"],
        }  # fmt: skip
        asked = script.get(f"disputes/?pack={pack.pk}").json()["results"]
        assert [one["pay"]["id"] for one in asked] == body["pay"]
        assert {one["state"] for one in asked} == {disputes.IN_RECONCILIATION}

    def test_refuse_what_is_not_theirs_settled_or_of_two_carriers(self, agent):
        script = Script(agent.user)
        (mine,) = self.several(agent, 1)
        (other,) = self.several(agent, 1)
        (foreign,) = self.several(number=1)
        settled = ExpectedPayFactory(
            policy=mine.policy, month="2026-02-01", state="paid", is_open=False, gap=0
        )

        answers = [
            script.post("dispute-packs/", {"pay": pay})
            for pay in ([mine.pk, foreign.pk], [mine.pk, 987654321], [mine.pk, other.pk],
                        [settled.pk], [])
        ]  # fmt: skip

        assert [one.status_code for one in answers] == [422, 422, 409, 409, 422]
        assert answers[0].content == answers[1].content
        codes = [one.json()["code"] for one in answers[2:4]]
        assert codes == ["several_carriers", "nothing_to_pack"]
        assert not DisputePack.objects.exists()
        assert not Dispute.objects.exists()

    def test_show_only_what_the_caller_sees(self, script, agent):
        (mine,) = self.several(agent, 1)
        hidden = ExpectedPayFactory(policy=PolicyFactory(carrier=mine.carrier))
        made = script.post("dispute-packs/", {"pay": [mine.pk, hidden.pk]}).json()
        foreign = script.post("dispute-packs/", {"pay": [one.pk for one in self.several()]}).json()

        seen = Script(agent.user).get("dispute-packs/").json()["results"]

        assert [(one["id"], one["months"]) for one in seen] == [(made["id"], 1)]
        assert Script(agent.user).get(f"dispute-packs/{foreign['id']}/").status_code == 404

    def test_files_hold_what_is_missing_and_are_on_record(self, script):
        months = self.several()
        pack = script.post("dispute-packs/", {"pay": [one.pk for one in months]}).json()["id"]

        book = script.get(f"dispute-packs/{pack}/xlsx/")
        paper = script.get(f"dispute-packs/{pack}/pdf/", accept="application/pdf")

        lines = list(load_workbook(io.BytesIO(b"".join(book))).active.values)
        assert {line[0] for line in lines[1:]} == {one.policy.policy_number for one in months}
        assert b"".join(paper).startswith(b"%PDF")
        assert book["Content-Disposition"].startswith(f'attachment; filename="dispute-pack-{pack}-')
        assert book["Cache-Control"] == "no-store"
        logs = ExportLog.objects.order_by("pk")
        assert [(one.format, one.rows, one.api_key_id) for one in logs] == [
            ("xlsx", 2, script.key.key.pk), ("pdf", 2, script.key.key.pk),
        ]  # fmt: skip

    def test_files_need_the_right_to_export_personal_data_and_the_pack(self, script, agent):
        (mine,) = self.several(agent, 1)
        pack = script.post("dispute-packs/", {"pay": [mine.pk]}).json()["id"]
        foreign = script.post("dispute-packs/", {"pay": [one.pk for one in self.several()]}).json()[
            "id"
        ]
        may = (*WORK, "records.export_personal_data")
        exporter = AgentFactory(user=UserFactory(may=may, may__reach="own"))

        assert Script(agent.user).get(f"dispute-packs/{pack}/pdf/").status_code == 403
        for number in (pack, foreign, 987654321):
            assert Script(exporter.user).get(f"dispute-packs/{number}/xlsx/").status_code == 404
        assert not ExportLog.objects.exists()
