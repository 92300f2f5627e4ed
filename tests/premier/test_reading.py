"""Statements as JSON: wrong rows are named, the others are read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.errors import PartnerContractError
from integrations.premier import reading

ROW = {
    "policy_number": "H1", "member_id": None, "policy_status": "Effectuated",
    "payment_month": "2026-11", "payment_status": "Past Due", "due_date": "2026-11-01",
    "paid_through_date": "2026-10-31", "amount_due": "28.50", "past_due_amount": 28.5,
    "grace_period_start_date": "2026-11-01", "autopay": False,
}  # fmt: skip


def read(*rows, as_of="2026-11-22T06:00:00Z"):
    return reading.read({"as_of": as_of, "rows": list(rows)})


class TestRead:
    def test_reads_every_field(self):
        (row,) = read(ROW).rows.to_dicts()

        assert row == {
            "row": 0, "policy_number": "H1", "member_id": None, "policy_status": "Effectuated",
            "payment_status": "Past Due", "due_date": date(2026, 11, 1),
            "paid_through_date": date(2026, 10, 31),
            "grace_period_start_date": date(2026, 11, 1), "termination_date": None,
            "amount_due": Decimal("28.50"), "past_due_amount": Decimal("28.50"),
            "payment_month": date(2026, 11, 1), "autopay": False,
            "as_of": datetime(2026, 11, 22, 6, tzinfo=UTC),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("due_date", "11/01/2026"),
            ("due_date", "2026-02-30"),
            ("payment_month", "2026-13"),
            ("payment_month", "November"),
            ("amount_due", "1,000.00"),
            ("amount_due", "NaN"),
            ("past_due_amount", "1.234"),
            ("autopay", "perhaps"),
            ("policy_number", "9" * 61),
            ("payment_status", "x" * 121),
            ("paid_through_date", ["2026-10-31"]),
        ],
    )
    def test_names_row_and_field_and_keeps_the_others(self, field, value):
        found = read(ROW, {**ROW, field: value})

        assert found.rows["row"].to_list() == [0]
        assert [(one.field, one.code) for one in found.problems] == [
            (f"rows[1].{field}", "invalid")
        ]
        assert found.refused == 1
        assert str(value) not in found.problems[0].detail

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ({**ROW, "policy_number": " "}, "rows[1].policy_number"),
            ({"policy_number": "H1"}, "rows[1].payment_status"),
            ("H1", "rows[1]"),
            (None, "rows[1]"),
        ],
    )
    def test_refuses_rows_that_say_nothing(self, row, field):
        found = read(ROW, row)

        assert [one.field for one in found.problems] == [field]
        assert found.rows.height == 1

    @pytest.mark.parametrize(
        ("payload", "field"),
        [
            ([], ""),
            ({"rows": [ROW]}, "as_of"),
            ({"as_of": "yesterday", "rows": [ROW]}, "as_of"),
            ({"as_of": "2026-11-22T06:00:00", "rows": [ROW]}, "as_of"),
            ({"as_of": 5, "rows": [ROW]}, "as_of"),
            ({"as_of": "2026-11-22T06:00:00Z"}, "rows"),
            ({"as_of": "2026-11-22T06:00:00Z", "rows": []}, "rows"),
            ({"as_of": "2026-11-22T06:00:00Z", "rows": [{**ROW, "due_date": "x"}]},
             "rows[0].due_date"),
        ],
    )  # fmt: skip
    def test_refuses_a_statement_of_which_nothing_can_be_used(self, payload, field):
        with pytest.raises(PartnerContractError) as refusal:
            reading.read(payload)

        assert [one.field for one in refusal.value.problems] == [field]
