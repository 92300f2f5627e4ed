"""What a typed search text means, and how old somebody is."""

from datetime import date

import pytest

from individuals.ages import age
from individuals.searching import Kind, read_query


class TestReadQuery:
    @pytest.mark.parametrize(
        ("_case", "text", "kind", "value"),
        [
            ("nothing", "  ", Kind.NOTHING, ""),
            ("an MBI", "1EG4TE5MK73", Kind.MBI, "1EG4TE5MK73"),
            ("an MBI with dashes", "1eg4-te5-mk73", Kind.MBI, "1EG4TE5MK73"),
            ("a phone", "(515) 555-0100", Kind.PHONE, "5155550100"),
            ("a phone with country code", "+1 515.555.0100", Kind.PHONE, "5155550100"),
            ("a phone without area code", "555-0100", Kind.PHONE, "5550100"),
            ("an e-mail address", " ana@example.com", Kind.EMAIL, "ana@example.com"),
            ("too few digits", "515", Kind.NAME, ""),
        ],
    )
    def test_reads_the_kind(self, _case, text, kind, value):
        query = read_query(text)

        assert (query.kind, query.value) == (kind, value)

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("lop", [("", "lop"), ("lop", "")]),
            ("Lopez, Ana", [("Ana", "Lopez")]),
            ("Lopez,", [("", "Lopez")]),
            ("Ana Lopez", [("", "Ana Lopez"), ("Ana", "Lopez"), ("Lopez", "Ana")]),
        ],
    )
    def test_reads_names_in_both_orders(self, text, names):
        assert read_query(text).names == names

    def test_looks_at_no_more_than_five_words(self):
        assert len(read_query("a b c d e f g h").names) == 9


class TestAge:
    @pytest.mark.parametrize(
        ("_case", "on", "died", "years"),
        [
            ("the day before the birthday", date(2026, 3, 13), None, 67),
            ("the birthday", date(2026, 3, 14), None, 68),
            ("at death", date(2026, 3, 14), date(2025, 1, 1), 66),
        ],
    )
    def test_counts_full_years(self, _case, on, died, years):
        assert age(born=date(1958, 3, 14), on=on, died=died) == years

    def test_is_unknown_without_a_date_of_birth(self):
        assert age(born=None, on=date(2026, 1, 1)) is None
