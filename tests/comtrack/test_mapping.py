"""Reading ComTrack's answers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.comtrack.mapping import read_answer
from integrations.errors import PartnerContractError

RESULT = {
    "application_id": "a",
    "match_state": "complete",
    "policy_status": "active",
    "carrier_status_text": "Active Policy",
    "book_as_of": "2027-01-10",
    "termination_date": None,
    "last_commission": {"amount": "725.00", "paid_on": "2027-02-05", "payment_period": "2027-01"},
    "reasons": ["Found by the application id"],
}


def read(*results, asked=None, as_of="2027-02-06T05:00:00Z"):
    asked = asked or [one["application_id"] for one in results]
    return read_answer({"as_of": as_of, "results": list(results)}, asked=asked)


def test_reads_a_whole_result():
    answer = read(RESULT)

    assert answer.as_of == datetime(2027, 2, 6, 5, tzinfo=UTC)
    [result] = answer.results
    assert result is not None
    assert (result.match_state, result.carrier_status) == ("complete", "Active Policy")
    assert (result.book_as_of_date, result.termination_date) == (date(2027, 1, 10), None)
    assert (result.last_commission, result.payment_period) == (Decimal("725.00"), "2027-01")


def test_reads_a_result_that_knows_nothing():
    nothing = dict.fromkeys(RESULT, None) | {"application_id": "a", "match_state": "not_found"}

    [result] = read(nothing).results

    assert result is not None
    assert (result.policy_status, result.last_commission, result.reasons) == ("", None, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"application_id": "b"},
        {"match_state": "fine"},
        {"match_state": ["complete"]},
        {"book_as_of": "soon"},
        {"carrier_status_text": "x" * 121},
        {"policy_status": 7},
        {"last_commission": {"amount": "NaN"}},
        {"last_commission": [1]},
    ],
)
def test_leaves_out_one_result_that_cannot_be_read(wrong):
    answer = read(RESULT | wrong, RESULT | {"application_id": "c"}, asked=["a", "c"])

    assert answer.results[0] is None
    assert answer.results[1] is not None


@pytest.mark.parametrize(
    "payload",
    [None, [], {}, {"results": [RESULT]}, {"as_of": "2027-02-06T05:00:00Z", "results": []}],
)
def test_refuses_an_answer_that_cannot_belong_to_the_questions(payload):
    with pytest.raises(PartnerContractError):
        read_answer(payload, asked=["a"])
