from datetime import date

import pytest

from commissions.matching import weights
from commissions.matching.fields import BY_ALIAS
from commissions.matching.reasons import Reason, in_words
from tests.commissions.matching.rows import POLICY, judge

NUMBERED = {"number_1": "h123456789"}
KNOWN = {"mbi": 77, "tail": "MK73"}
NAMELESS = {"first_name": None, "last_name": None}


def reasons(judged):
    return {int(code) for code in judged["reasons"].strip("{}").split(",")}


def is_linked(judged):
    return judged is not None and judged["points"] >= weights.LINKED


class TestScore:
    @pytest.mark.parametrize(
        ("_case", "own", "other"),
        [
            ("the same", {}, {}),
            ("a nickname", {}, {"first_name": "Bob"}),
            ("a typing error", {}, {"last_name": "Wislon"}),
            ("names swapped", {}, {"first_name": "Wilson", "last_name": "Robert"}),
            ("names swapped, mistyped", {}, {"first_name": "Wislon", "last_name": "Robert"}),
            ("a name in one field", {}, {"first_name": None, "last_name": "WILSON, ROBERT J"}),
            ("a double last name", {}, {"last_name": "Wilson-Garcia"}),
            ("an initial", {}, {"first_name": "R"}),
            ("no date of birth", {}, {"born": None}),
            ("the first of January 1900", {}, {"born": date(1900, 1, 1)}),
            ("day and month swapped", {"born": date(1950, 3, 4)}, {"born": date(1950, 4, 3)}),
            ("a digit of the year", {}, {"born": date(1951, 3, 14)}),
            ("digits of the day swapped", {"born": date(1950, 3, 12)}, {"born": date(1950, 3, 21)}),
            ("no ZIP code", {}, {"zip": None}),
            ("moved", {}, {"zip": "60601"}),
            ("another agent", {}, {"agent": 8, "npn": "10000008"}),
            ("no plan", {}, {"plan": None}),
            ("another segment", {}, {"plan": "H5216-001-002"}),
            ("the carrier unknown", {}, {"carrier": None, "carrier_name": "HUMANA INC"}),
            ("the carrier unread, the plan known", {}, {"carrier": None, "carrier_name": "HMO"}),
            ("a near effective date", {}, {"effective": date(2026, 1, 15)}),
            ("preloaded for next year, same plan", {}, {"effective": date(2027, 1, 1)}),
            ("no effective date, same plan", {}, {"effective": None}),
            ("married", KNOWN, {**KNOWN, "last_name": "Garcia"}),
            ("married, same address", {}, {"last_name": "Garcia"}),
            ("only the MBI's tail", {"tail": "MK73"}, {"tail": "MK73", "born": None}),
            ("a number, a wrong date of birth", NUMBERED, {**NUMBERED, "born": date(1930, 1, 9)}),
            ("a wrong birth, all else the same", {}, {"born": date(1931, 7, 9)}),
            ("a number, another last name", NUMBERED, {**NUMBERED, "last_name": "Garcia"}),
            ("an application number", {"number_2": "c55555"}, {"number_3": "c55555", "plan": None,
                                                                "effective": date(2027, 1, 1)}),
        ],
    )  # fmt: skip
    def test_links_one_policy(self, _case, own, other):
        assert is_linked(judge(POLICY | own, POLICY | other))

    @pytest.mark.parametrize(
        ("_case", "own", "other"),
        [
            ("a twin", {}, {"first_name": "Richard"}),
            ("a namesake", {}, {"born": date(1931, 7, 9), "zip": "60601", "plan": None}),
            ("father and son", {"suffix": "Sr"}, {"suffix": "Jr"}),
            ("father and son, in the last name", {}, {"last_name": "Wilson Jr", "suffix": None,
                                                       "born": date(1975, 7, 9), "zip": None}),
            ("another plan", {}, {"plan": "H5216-002-000"}),
            ("next year's plan unknown", {}, {"effective": date(2027, 1, 1), "plan": None}),
            ("next year's other plan", NUMBERED, {**NUMBERED, "effective": date(2027, 1, 1),
                                                  "plan": "H5216-002-000"}),
            ("years before", NUMBERED, {**NUMBERED, "effective": date(2023, 5, 1), "plan": None}),
            ("around New Year, plan unknown", {"effective": date(2025, 12, 1)}, {"plan": None}),
            ("another MBI", KNOWN, {"mbi": 78, "tail": "AA11"}),
            ("paid before it began", {}, {"period": date(2025, 6, 1)}),
            ("paid after it ended", {"end": date(2026, 6, 30)}, {"period": date(2026, 12, 1)}),
        ],
    )  # fmt: skip
    def test_leaves_to_people_what_something_speaks_against(self, _case, own, other):
        assert not is_linked(judge(POLICY | own, POLICY | other))

    @pytest.mark.parametrize(
        ("_case", "own", "other"),
        [
            ("another first name", {**NUMBERED, "born": None},
                                   {**NUMBERED, "first_name": "Susan"}),
            ("another first name, the same birth", {}, {"first_name": "Susan"}),
            ("another last name", {"born": None}, {"last_name": "Garcia"}),
            ("no date, no plan", {}, {"effective": None, "plan": None}),
            ("a wrong birth", {}, {"born": date(1931, 7, 9), "zip": None}),
            ("a near date, no birth", {"born": None}, {"effective": date(2026, 1, 15),
                                                       "plan": None}),
            ("no carrier, no plan", {"born": None}, {"carrier": None, "carrier_name": None,
                                                     "plan": None}),
        ],
    )  # fmt: skip
    def test_links_what_one_thing_speaks_against_where_nothing_else_fits(self, _case, own, other):
        assert judge(POLICY | own, POLICY | other)["points"] == weights.ALONE

    @pytest.mark.parametrize(
        ("_case", "own", "other"),
        [
            ("a spouse", {"born": None}, {"first_name": "Susan"}),
            ("two things", {}, {"first_name": "Susan", "agent": 8, "npn": "10000008"}),
            ("next year's plan unknown", {}, {"effective": date(2027, 1, 1), "plan": None}),
            ("around New Year, plan unknown", {"effective": date(2025, 12, 1)}, {"plan": None}),
            ("father and son", {"suffix": "Sr"}, {"suffix": "Jr"}),
            ("another plan", {}, {"plan": "H5216-002-000"}),
            ("another number", {**NUMBERED, "born": None, "zip": None},
                               {"number_1": "555123777"}),
        ],
    )  # fmt: skip
    def test_leaves_to_people_what_is_another_policy_even_where_nothing_else_fits(
        self, _case, own, other
    ):
        judged = judge(POLICY | own, POLICY | other)

        assert judged is None or judged["points"] == weights.KEPT

    @pytest.mark.parametrize(("last", "is_one"), [("Wilcox", True), ("Wilson", False)])
    def test_takes_another_agent_for_a_slip_only_where_few_have_that_name(self, last, is_one):
        known = {**POLICY, "last_name": last, "born": None, "zip": None}

        judged = judge(known, {**known, "agent": 8, "npn": "10000008"})

        assert is_linked(judged) == is_one

    @pytest.mark.parametrize(
        ("number", "reason"),
        [
            ("h12345678901", Reason.NUMBER_NEAR),
            ("h123465789", Reason.NUMBER_NEAR),
            ("h12345789", Reason.NUMBER_NEAR),
            ("123456780", Reason.NUMBER_NEAR),
            ("h1234567890123", Reason.NUMBER_OTHER),
            ("h987654321", Reason.NUMBER_OTHER),
            ("h12e456789", Reason.NUMBER_NEAR),
        ],
    )
    def test_tells_a_slip_in_a_number_from_another_number(self, number, reason):
        assert reason in reasons(judge(POLICY | NUMBERED, POLICY | {"number_1": number}))

    def test_reads_letters_for_the_digits_they_look_like(self):
        judged = judge(POLICY | {"number_1": "h120456781"}, POLICY | {"number_1": "12o45678l"})

        assert Reason.NUMBER_DIGITS in reasons(judged)

    def test_links_by_no_slip_alone(self):
        stranger = POLICY | {"first_name": "Ada", "last_name": "Wexler", "born": None, "zip": None}

        judged = judge(POLICY | NUMBERED, stranger | {"number_1": "h123456780"})

        assert judged is None

    @pytest.mark.parametrize(
        ("_case", "other"),
        [
            ("another line", {"line": "pdp", "plan": None}),
            ("another line, told by the plan", {"line": None, "plan": "S5601-014-000"}),
            ("another carrier", {"carrier": 2, "carrier_name": "Aetna"}),
        ],
    )
    def test_never_even_suggests_another_policy(self, _case, other):
        assert judge(POLICY | KNOWN, POLICY | KNOWN | other, met=False) is None

    def test_compares_medigap_with_drug_plans_never(self):
        medigap = POLICY | {"line": "med_supp", "plan": None}

        drug_plan = POLICY | {"line": None, "plan": "S5601-014-000"}

        assert judge(medigap, drug_plan, met=False) is None

    @pytest.mark.parametrize("number", ["h00123456789", "mbr123456789", "123456789"])
    def test_knows_a_number_by_its_digits(self, number):
        judged = judge(POLICY | NUMBERED, POLICY | {"number_1": number})

        assert {Reason.NUMBER_SAME, Reason.NUMBER_DIGITS} & reasons(judged)

    def test_takes_a_number_that_somebody_decided_about_for_enough(self):
        stranger = {**POLICY, **NUMBERED, "first_name": "X", "last_name": "Y", "born": None}

        judged = judge(POLICY | NUMBERED, stranger, via=BY_ALIAS)

        assert is_linked(judged)
        assert Reason.ALIAS in reasons(judged)

    def test_counts_a_person_s_fields_no_more_than_so_much(self):
        both = POLICY | KNOWN

        judged = judge(both, both)

        assert judged["points"] == weights.MOST_BY_PERSON + 3 + 5 + 4 + 3

    def test_says_why_without_values(self):
        judged = judge(POLICY, POLICY | {"first_name": "Bob", "agent": 8, "npn": "10000008"})

        words = in_words(sorted(reasons(judged)))

        assert "One first name is a form of the other" in words
        assert words[-1] == "But another agent"
        assert not any("Bob" in one or "Wilson" in one for one in words)

    def test_does_not_compare_strangers(self):
        stranger = {"first_name": "Ada", "last_name": "Quinn", "born": date(1944, 4, 4)}

        assert judge(POLICY, stranger, met=False) is None
