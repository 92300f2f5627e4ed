"""Policy numbers and plan IDs: pure rules."""

import pytest

from policies.numbers import number_key, read_plan_id


class TestNumberKey:
    @pytest.mark.parametrize("text", ["000123-45A", "12345A", "12345a", " 1 2345-A ", "0012345.A"])
    def test_is_the_same_with_and_without_zeros_dashes_spaces_and_case(self, text):
        assert number_key(text) == "12345a"

    def test_keeps_zeros_inside(self):
        assert number_key("H-00120") == "h00120"

    @pytest.mark.parametrize("text", ["", "000", "-- "])
    def test_is_blank_when_nothing_remains(self, text):
        assert number_key(text) == ""


class TestReadPlanId:
    @pytest.mark.parametrize(
        ("text", "plan_id"),
        [
            ("H8768-015-000", "H8768-015-000"),
            ("H8768-015-0", "H8768-015-000"),
            ("H8768-015", "H8768-015-000"),
            ("h8768015002", "H8768-015-002"),
            (" S5601-014 ", "S5601-014-000"),
        ],
    )
    def test_writes_a_cms_plan_id_one_way(self, text, plan_id):
        assert read_plan_id(text) == plan_id

    @pytest.mark.parametrize("text", ["8768-015-000", "H876-015-000", "Plan G - Iowa", ""])
    def test_leaves_anything_else_as_it_is(self, text):
        assert read_plan_id(text) == text
