"""Text, ZIP codes and phone numbers from people and partners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencyhub.lib.phones import InvalidPhoneError, format_phone, read_phone
from agencyhub.lib.text import InvalidZipError, house_number, read_zip, tidy, zip5


class TestReadZip:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("33101 ", "33101"),
            ("\t33101\u00a0", "33101"),
            ("331011234", "33101-1234"),
            ("33101-1234 ", "33101-1234"),
            ("   ", ""),
        ],
    )
    def test_trims(self, text, expected):
        assert read_zip(text) == expected

    @pytest.mark.parametrize("text", ["3310", "331012", "ABCDE", "33101-12"])
    def test_refuses_what_is_no_zip(self, text):
        with pytest.raises(InvalidZipError):
            read_zip(text)

    @given(st.text())
    def test_never_answers_with_white_space(self, text):
        try:
            read = read_zip(text)
        except InvalidZipError:
            return
        assert read == "".join(read.split())


class TestHouseNumber:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("12 Oak St", "12"),
            ("12A OAK ST", "12a"),
            ("  12  Oak", "12"),
            ("", ""),
            ("PO Box", "po"),
        ],
    )
    def test_is_what_stands_before_the_first_space(self, line, expected):
        assert house_number(line) == expected


class TestTidy:
    @pytest.mark.parametrize(("text", "expected"), [(None, ""), (" a  b\u00a0\n", "a b")])
    def test_folds_white_space(self, text, expected):
        assert tidy(text) == expected

    def test_zip5_drops_the_last_four(self):
        assert zip5("50010-1234") == "50010"


class TestReadPhone:
    @pytest.mark.parametrize(
        "text",
        ["5155550100", "(515) 555-0100", "+1 515 555 0100", "1-515-555-0100", "515.555.0100"],
    )
    def test_reads_any_spelling(self, text):
        assert read_phone(text) == "5155550100"

    @pytest.mark.parametrize("text", ["12", "call me", "+44 20 7946 0000", "515555010"])
    def test_refuses_what_cannot_be_dialled(self, text):
        with pytest.raises(InvalidPhoneError):
            read_phone(text)

    @pytest.mark.parametrize(("digits", "shown"), [("5155550100", "(515) 555-0100"), ("", "")])
    def test_is_shown_the_us_way(self, digits, shown):
        assert format_phone(digits) == shown
