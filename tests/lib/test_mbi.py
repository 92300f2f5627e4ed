"""The MBI's position rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencyhub.lib.mbi import InvalidMbiError, Mbi, read_mbi

LETTERS = "ACDEFGHJKMNPQRTUVWXY"
DIGITS = "0123456789"
POSITIONS = ["123456789", LETTERS, DIGITS + LETTERS, DIGITS, LETTERS, DIGITS + LETTERS, DIGITS]
POSITIONS += [LETTERS, LETTERS, DIGITS, DIGITS]


class TestReadMbi:
    @pytest.mark.parametrize("text", ["1EG4TE5MK73", "1eg4-te5-mk73", " 1EG4 TE5 MK73 "])
    def test_reads_any_spelling(self, text):
        assert read_mbi(text) == Mbi("1EG4TE5MK73", "MK73")

    @pytest.mark.parametrize("text", ["XXXXXE5MK73", "*******MK73", "•••••••MK73", "***MK73"])
    def test_keeps_what_a_masked_one_shows(self, text):
        assert read_mbi(text) == Mbi("", "MK73")

    @pytest.mark.parametrize(
        ("_case", "text"),
        [
            ("starts with 0", "0EG4TE5MK73"),
            ("letter S", "1SG4TE5MK73"),
            ("10 characters", "1EG4TE5MK7"),
            ("12 characters", "1EG4TE5MK731"),
            ("blank", ""),
            ("digit for letter", "11G4TE5MK73"),
            ("letter for digit", "1EGATE5MK73"),
        ],
    )
    def test_refuses_without_telling_the_value(self, _case, text):
        with pytest.raises(InvalidMbiError) as refusal:
            read_mbi(text)

        assert not text or text not in str(refusal.value)

    @given(st.tuples(*(st.sampled_from(allowed) for allowed in POSITIONS)).map("".join))
    def test_reads_every_mbi_by_the_rules(self, text):
        assert read_mbi(text).full == text

    @given(st.tuples(*(st.sampled_from(allowed) for allowed in POSITIONS)).map("".join))
    def test_is_never_shown_by_its_repr(self, text):
        assert text not in repr(read_mbi(text))
