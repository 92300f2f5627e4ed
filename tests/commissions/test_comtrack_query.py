"""POST /api/v1/comtrack/query: found, answered in order, in a constant number of queries."""

from datetime import date
from decimal import Decimal

import pytest

from agencyhub.lib.mbi import read_mbi
from commissions.models import Application, BookLink, BookRow, LineLink
from tests.api.conftest import Script
from tests.factories.accounts import UserFactory
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.policies import CarrierFactory

pytestmark = pytest.mark.django_db
PATH = "comtrack/query"
MBI = "1EG4TE5MK73"
State = Application.MatchState


@pytest.fixture
def partner():
    return Script(scope="comtrack")


def ask(partner, *questions):
    answer = partner.post(PATH, {"applications": list(questions)})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def linked(state=State.COMPLETE, **book):
    """An application with its book row and its commission."""
    application = ApplicationFactory(match_state=state)
    common = {"state": 1, "method": 3, "score": 1.0, "reasons": [1]}
    BookLink.objects.create(application=application, book_row=BookRowFactory(**book), **common)
    line = CommissionLineFactory(months=12)
    LineLink.objects.create(application=application, line=line, **common)
    return application


class TestAnswer:
    def test_tells_the_whole_of_a_complete_application(self, partner):
        application = linked(
            status=BookRow.Status.PENDING_TERMINATION,
            carrier_status="Active - future term",
            termination_date=date(2027, 6, 30),
        )

        [result] = ask(partner, {"application_id": application.external_id})

        assert result == {
            "application_id": application.external_id,
            "match_state": "complete",
            "policy_status": "pending_termination",
            "carrier_status_text": "Active - future term",
            "book_as_of": "2027-01-10",
            "termination_date": "2027-06-30",
            "last_commission": {
                "amount": "725.00",
                "paid_on": "2027-02-05",
                "payment_period": "2027-01 to 2027-12",
            },
            "reasons": [
                "Found by the application id",
                "Nothing to do: the carrier lists the policy and has paid for it.",
            ],
        }

    def test_answers_in_the_order_asked_even_twice_the_same(self, partner):
        ids = [ApplicationFactory(match_state=State.NOT_FOUND).external_id for _ in range(3)]
        asked = [ids[2], "unknown", ids[0], ids[2], ids[1]]

        results = ask(partner, *({"application_id": one} for one in asked))

        assert [result["application_id"] for result in results] == asked

    def test_says_that_nothing_fits(self, partner):
        [result] = ask(partner, {"application_id": "unknown", "mbi": MBI})

        assert result["match_state"] == "not_found"
        assert result["last_commission"] is None
        assert result["reasons"] == ["No application fits what was asked"]

    @pytest.mark.parametrize("state", [State.WAITING, State.UNSUPPORTED])
    def test_calls_not_found_what_is_not_matched(self, partner, state):
        application = ApplicationFactory(match_state=state)

        [result] = ask(partner, {"application_id": application.external_id})

        assert result["match_state"] == "not_found"
        assert len(result["reasons"]) == 2

    def test_needs_as_many_queries_for_one_as_for_many(self, partner, django_assert_num_queries):
        applications = [linked() for _ in range(12)]
        carrier = applications[0].carrier.name
        questions = [
            {"application_id": one.external_id, "mbi": MBI, "carrier_name": carrier}
            for one in applications
        ]
        ask(partner, *questions)
        expected = 6

        with django_assert_num_queries(expected):
            ask(partner, questions[0])
        with django_assert_num_queries(expected):
            ask(partner, *questions)


class TestFinding:
    def test_finds_by_our_own_id(self, partner):
        application = ApplicationFactory(match_state=State.COMPLETE)

        [result] = ask(partner, {"application_id": str(application.pk)})

        assert result["match_state"] == "complete"

    def test_does_not_take_another_systems_number_for_ours(self, partner):
        application = ApplicationFactory(match_state=State.COMPLETE)

        [result] = ask(
            partner, {"application_id": str(application.pk), "date_of_birth": "1940-01-01"}
        )

        assert result["match_state"] == "not_found"

    def test_finds_by_mbi_carrier_plan_and_effective_date(self, partner):
        carrier = CarrierFactory(name="Humana")
        for year, state in ((2026, State.NOT_FOUND), (2027, State.COMPLETE)):
            application = ApplicationFactory(
                carrier=carrier, effective_date=date(year, 1, 1), match_state=state
            )
            application.set_mbi(read_mbi(MBI))
            application.save()

        told = {"mbi": "1EG4-TE5-MK73", "carrier_name": "HUMANA", "cms_plan_id": "H5216-001"}
        exact, vague = ask(partner, told | {"effective_date": "2027-01-01"}, told)

        assert exact["match_state"] == "complete"
        assert exact["reasons"][0] == "Found by the MBI"
        assert vague["match_state"] == "ambiguous"

    def test_finds_by_policy_number(self, partner):
        ApplicationFactory(policy_number="H-0012345", match_state=State.COMPLETE)

        [result] = ask(partner, {"policy_number": "h0012345"})

        assert result["match_state"] == "complete"

    def test_finds_by_name_and_date_of_birth(self, partner):
        ApplicationFactory(first_name="José", last_name="O'Dell", match_state=State.COMPLETE)
        name = {"first_name": "JOSE", "last_name": "ODELL"}

        right, wrong, alone = ask(
            partner,
            name | {"date_of_birth": "1958-03-14"},
            name | {"date_of_birth": "1958-03-15"},
            name,
        )

        assert right["match_state"] == "complete"
        assert wrong["match_state"] == "not_found"
        assert alone["reasons"] == ["Nothing was asked that tells applications apart"]

    def test_tells_ids_of_two_sources_apart_by_the_rest(self, partner):
        for source, year in (("healthsherpa", 2026), ("plancompare", 2027)):
            ApplicationFactory(
                source=source,
                external_id="77",
                effective_date=date(year, 1, 1),
                match_state=State.COMPLETE,
            )

        told, untold = ask(
            partner,
            {"application_id": "77", "effective_date": "2027-01-01"},
            {"application_id": "77"},
        )

        assert told["match_state"] == "complete"
        assert untold["match_state"] == "ambiguous"

    def test_says_that_an_mbi_was_not_used(self, partner):
        application = ApplicationFactory(match_state=State.COMPLETE)

        [result] = ask(partner, {"application_id": application.external_id, "mbi": "nonsense"})

        assert "The MBI breaks the position rules and was not used" in result["reasons"]


class TestRefusal:
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "applications"),
            ({"applications": []}, "applications"),
            ({"applications": [{}] * 501}, "applications"),
            ({"applications": [{"effective_date": "soon"}]}, "applications.0.effective_date"),
        ],
    )
    def test_names_what_is_wrong(self, partner, body, field):
        answer = partner.post(PATH, body)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"].startswith(field)

    def test_asks_for_a_key_of_its_scope(self):
        assert Script(scope="api").post(PATH, {"applications": [{}]}).status_code == 403

    def test_asks_for_a_key(self, client):
        answer = client.post("/api/v1/comtrack/query", "{}", content_type="application/json")

        assert answer.status_code == 401

    def test_shows_a_users_key_what_the_user_sees(self):
        user = UserFactory(may=["commissions.view_application"], may__reach="own")
        hidden = ApplicationFactory(match_state=State.COMPLETE)

        [result] = ask(Script(user=user, scope="comtrack"), {"application_id": hidden.external_id})

        assert result["match_state"] == "not_found"

    def test_refuses_a_user_without_the_right(self):
        answer = Script(user=UserFactory(), scope="comtrack").post(PATH, {"applications": [{}]})

        assert answer.status_code == 403


def test_writes_amounts_with_cents(partner):
    application = linked()
    LineLink.objects.get().line.__class__.objects.update(amount=Decimal("-12.5"), months=1)

    [result] = ask(partner, {"application_id": application.external_id})

    assert result["last_commission"]["amount"] == "-12.50"
    assert result["last_commission"]["payment_period"] == "2027-01"
