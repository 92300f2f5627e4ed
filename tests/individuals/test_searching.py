"""What a typed search text may mean, and how old somebody is."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from agencyhub.lib.text import name_key
from individuals.ages import age
from individuals.searching import Query, Split, read_query

BIRTHDAY = (date(1958, 3, 14), date(1958, 3, 14))
YEAR = (date(1958, 1, 1), date(1958, 12, 31))


class TestReadQuery:
    @pytest.mark.parametrize(
        ("_case", "text", "meant"),
        [
            ("an MBI", "1EG4TE5MK73", {"mbi": "1EG4TE5MK73"}),
            ("an MBI with dashes", "1eg4-te5-mk73", {"mbi": "1EG4TE5MK73"}),
            ("a masked MBI", "***MK73", {"mbi_tail": "MK73", "email": "***mk73"}),
            ("a phone", "(515) 555-0100", {"phone": "5155550100"}),
            ("a phone with country code", "+1 515.555.0100", {"phone": "5155550100"}),
            ("a phone without area code", "555-0100", {"phone": "5550100"}),
            ("a part of a phone", "515", {"phone": "515"}),
            ("an email address", " Ana@Example.com", {"email": "ana@example.com"}),
            ("a date of birth", "03/14/1958", {"born": BIRTHDAY}),
            ("the same, year first", "1958-3-14", {"born": BIRTHDAY}),
            ("no date", "13/32/1958", {"phone": "13321958"}),
            ("an account", "jsmith58", {"email": "jsmith58"}),
            ("a plan", "H5216-001", {"email": "h5216-001"}),
        ],
    )
    def test_reads_numbers_and_addresses(self, _case, text, meant):
        query = read_query(text)

        assert query == Query(query.text, **meant)

    @pytest.mark.parametrize("text", ["", "  ", "51", "12345678901234", "(-)", ","])
    def test_means_nobody(self, text):
        assert read_query(text).is_empty

    @pytest.mark.parametrize(
        ("text", "splits"),
        [
            ("lop", [("", "lop"), ("lop", "")]),
            ("López, Ana", [("ana", "lopez")]),
            ("Lopez,", [("", "lopez")]),
            ("Ana Li", [("", "anali"), ("anali", ""), ("ana", "li"), ("li", "ana")]),
            ("Smith Jr.", [("", "smith"), ("smith", "")]),
        ],
    )
    def test_reads_names_in_both_orders(self, text, splits):
        assert read_query(text).names == tuple(Split(*split) for split in splits)

    def test_lets_a_middle_name_be_there_or_not(self):
        assert Split("john", "smith") in read_query("John Q. Smith").names

    def test_looks_at_no_more_than_five_words(self):
        assert len(read_query("a b c d e f g h").names) == 12

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("maria gonz 515", {"phone": "515"}),
            ("maria gonz (515) 555", {"phone": "515555"}),
            ("gonz 1958", {"phone": "1958", "born": YEAR}),
            ("gonz 3/14/1958", {"born": BIRTHDAY}),
            ("gonz 50010", {"phone": "50010", "zip_code": "50010"}),
        ],
    )
    def test_reads_digits_beside_a_name(self, text, meant):
        query = read_query(text)

        told = {"phone": query.phone, "born": query.born, "zip_code": query.zip_code}
        assert told == {"phone": "", "born": None, "zip_code": "", **meant}
        assert query.names


class TestNameKey:
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12))
    def test_of_latin_names_is_the_databases(self, text):
        assert name_key(name_key(text)) == name_key(text)

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "text",
        ["O’Brien-Núñez", "GARCÍA  López", "Ærø Groß", "D'Angelo, Jr.", "𝕬na İnci"],
    )
    def test_is_the_databases(self, text):
        with connection.cursor() as cursor:
            cursor.execute("SELECT name_key(%s)", [text])
            assert cursor.fetchone() == (name_key(text),)


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
