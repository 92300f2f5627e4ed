"""The pure rules of merging one person's facts into another's."""

import pytest

from individuals.merging import Side, better, fill_gaps, joined_notes


class TestFillGaps:
    @pytest.mark.parametrize(
        ("_case", "own", "incoming", "values", "conflicts"),
        [
            ("a gap is filled", "", "a@example.com", {"email": "a@example.com"}, []),
            ("None is a gap", None, "a@example.com", {"email": "a@example.com"}, []),
            ("nothing comes in", "a@example.com", "", {}, []),
            ("neither knows", "", None, {}, []),
            ("both agree", "a@example.com", "a@example.com", {}, []),
            ("case is no difference", "A@Example.com", "a@example.com", {}, []),
            ("both differ", "a@example.com", "b@example.com", {}, ["email"]),
            ("no is a value", False, True, {}, ["email"]),
            ("zero is a value", 0, 5, {}, ["email"]),
        ],
    )
    def test_keeps_what_is_there(self, _case, own, incoming, values, conflicts):
        fill = fill_gaps(own={"email": own}, incoming={"email": incoming})

        assert fill.values == values
        assert fill.conflicts == conflicts

    def test_fills_a_field_that_the_own_side_never_had(self):
        assert fill_gaps(own={}, incoming={"doctor": "Dr. Reed"}).values == {"doctor": "Dr. Reed"}


class TestBetter:
    @pytest.mark.parametrize(
        ("_case", "left", "right", "right_is_newer", "side"),
        [
            ("what is there", "", "a", False, Side.RIGHT),
            ("what is there, though older", "a", "", True, Side.LEFT),
            ("nothing beside nothing", None, "", True, Side.LEFT),
            ("no is a value", False, None, True, Side.LEFT),
            ("the more complete", "Ana", "Ana María", False, Side.RIGHT),
            ("the more complete, though older", "García López", "garcia", True, Side.LEFT),
            ("mixed case", "MALDONADO", "Maldonado", False, Side.RIGHT),
            ("accents and spaces", "María Elena", "Mariaelena", True, Side.LEFT),
            ("equal values stay", "a@example.com", "a@example.com", True, Side.LEFT),
            ("else the newer", "5155550100", "5155550199", True, Side.RIGHT),
            ("else not the older", "5155550100", "5155550199", False, Side.LEFT),
            ("the newer of two days", 1, 2, True, Side.RIGHT),
        ],
    )
    def test_prefers(self, _case, left, right, right_is_newer, side):
        assert better(left, right, right_is_newer=right_is_newer) is side


class TestJoinedNotes:
    def test_puts_incoming_notes_below_under_a_heading(self):
        assert joined_notes(own="Old.", incoming="New.", heading="From A:") == (
            "Old.\n\nFrom A:\nNew."
        )

    def test_needs_no_heading_when_there_were_no_notes(self):
        assert joined_notes(own="", incoming="New.", heading="From A:") == "New."

    def test_does_not_repeat_notes_that_are_there(self):
        assert joined_notes(own="Old. New.", incoming="New.", heading="From A:") == "Old. New."
