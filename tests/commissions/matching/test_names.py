import pytest

from commissions.matching import names
from commissions.matching.reasons import Reason


class TestParts:
    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            ("Ana", "Lopez", ("Ana", "Lopez")),
            ("", "LOPEZ, ANA MARIA", ("ana maria", "lopez")),
            ("LOPEZ, ANA", "", ("ana", "lopez")),
            ("", "LOPEZ GARCIA, ANA", ("ana", "lopez garcia")),
            ("Ana", "Lopez, Jr", ("Ana", "Lopez, Jr")),
        ],
    )
    def test_takes_a_name_in_one_field_apart(self, first, last, expected):
        parts = names.parts(first, last)

        assert (parts[0].strip(), parts[1].strip()) in {
            expected,
            (expected[0].upper(), expected[1].upper()),
        }


class TestForms:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("José María", "jose maria"), ("Mr. John", "john"), ("J.", "j"),
            ("MARY-ANN", "mary ann"),
            ("", ""), ("Dr", "dr"),
        ],
    )  # fmt: skip
    def test_writes_first_names_one_way(self, text, form):
        assert names.given_form(text) == form

    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("Wilson", ("wilson", "")),
            ("García-López", ("garcia lopez", "")),
            ("de la Cruz García", ("delacruz garcia", "")),
            ("O’Brien", ("obrien", "")),
            ("Wilson Jr.", ("wilson", "jr")),
            ("WILSON, III", ("wilson", "iii")),
            ("Wilson 2nd", ("wilson", "ii")),
            ("Junior", ("junior", "")),
        ],
    )
    def test_writes_last_names_one_way_and_tells_the_suffix(self, text, form):
        assert names.family_form(text) == form


class TestCompareGiven:
    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            ("robert", "robert", Reason.FIRST_SAME),
            ("mary ann", "maryann", Reason.FIRST_SAME),
            ("robert", "bob", Reason.FIRST_FORM),
            ("jose", "pepe", Reason.FIRST_FORM),
            ("maria elena", "maria", Reason.FIRST_PART),
            ("maria elena", "elena", Reason.FIRST_PART),
            ("christop", "christopherson", Reason.FIRST_PART),
            ("r", "robert", Reason.FIRST_INITIAL),
            ("r", "john", Reason.FIRST_OTHER),
            ("robret", "robert", Reason.FIRST_TYPO),
            ("jean", "dean", Reason.FIRST_TYPO),
            ("anhony", "tono", Reason.FIRST_TYPO),
            ("brucie", "sbruce", Reason.FIRST_TYPO),
            ("mario", "maria", Reason.FIRST_OTHER),
            ("robert", "susan", Reason.FIRST_OTHER),
        ],
    )
    def test_says_how_they_agree_whichever_comes_first(self, one, other, reason):
        assert names.compare_given(one, other) == names.compare_given(other, one) == reason


class TestCompareFamily:
    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            ("wilcox", "wilcox", Reason.LAST_SAME),
            ("wilson", "wilson", Reason.LAST_COMMON),
            ("garcia lopez", "garcialopez", Reason.LAST_SAME),
            ("garcia lopez", "garcia", Reason.LAST_PART),
            ("garcia lopez", "lopez", Reason.LAST_PART),
            ("wils", "wilson", Reason.LAST_PART),
            ("wislon", "wilson", Reason.LAST_TYPO),
            ("hernandes", "hernandez", Reason.LAST_TYPO),
            ("lee", "leo", Reason.LAST_TYPO),
            ("li", "lu", Reason.LAST_OTHER),
            ("wilson", "garcia", Reason.LAST_OTHER),
        ],
    )
    def test_says_how_they_agree_whichever_comes_first(self, one, other, reason):
        assert names.compare_family(one, other) == names.compare_family(other, one) == reason


class TestAreSwapped:
    def test_sees_first_and_last_name_in_each_other_s_place(self):
        assert names.are_swapped("robert", "wilson", "wislon", "robert")
        assert names.are_swapped("beverly", "wilson", "wilson", "bev")
        assert not names.are_swapped("robert", "wilson", "robert", "garcia")
        assert not names.are_swapped("martin", "thomas", "martin", "lee")
        assert not names.are_swapped("r", "wilson", "wilson", "rodriguez")
