"""What ``bench faults`` calls lost and doubled: a benchmark that finds nothing must be able to."""

import pytest
from django.db import connection

from bench import eoi_stock, faults_truth
from bench.faults_load import Noted
from bench.faults_stock import BOOK, INDIVIDUALS, File


class TestCompare:
    @pytest.mark.parametrize(
        ("_case", "found", "lost", "doubled", "is_equal"),
        [
            ("all, in another order", ["b|2", "a|1"], 0, 0, True),
            ("one missing", ["a|1"], 1, 0, False),
            ("one twice", ["a|1", "b|2", "b|2"], 0, 1, False),
            ("other words", ["a|1", "b|3"], 1, 1, False),
            ("somebody nobody told of", ["a|1", "b|2", "c|3"], 0, 1, False),
        ],
    )
    def test_counts_each_line_once(self, _case, found, lost, doubled, is_equal):
        compared = faults_truth.compare("rows", ["a|1", "b|2"], found)

        assert (compared.expected, compared.lost, compared.doubled) == (2, lost, doubled)
        assert compared.is_equal is is_equal


@pytest.mark.django_db(transaction=True)
class TestCompareAll:
    def test_everything_that_was_acknowledged_is_lost_in_an_empty_database(
        self, monkeypatch, tmp_path
    ):
        monkeypatch.setattr(faults_truth.databases, "MAIN", connection.settings_dict["NAME"])
        body = {
            "confirmation_number": "CNB1", "application_effective_date": "2027-01-01",
            "beneficiary": {"last_name": "A", "first_name": "B", "date_of_birth": "1950-01-01"},
            "plan": {"premium_per_month": "1.50"},
        }  # fmt: skip
        noted = Noted(
            enrollments={"PC-1": body},
            files=[
                File(INDIVIDUALS, tmp_path, ("BF-0000001", "BF-0000002")),
                File(BOOK, tmp_path, ("BB-0000001",)),
            ],
            decided=[range(6)],
        )

        found = {one.kind: one.lost for one in faults_truth.compare_all(noted)}

        assert found == {"enrollments": 1, "people": 2, "book rows": 1, "decisions": 6}

    def test_decisions_are_told_by_the_action_that_each_row_asks_for(self):
        assert len(faults_truth.ACTIONS) == len(eoi_stock.ACTIONS)
