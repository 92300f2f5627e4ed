"""Names with a slip of the pen."""

import pytest

from individuals.misspelling import is_typo


@pytest.mark.parametrize(
    ("_case", "a", "b", "expected"),
    [
        ("one letter wrong", "smith", "smyth", True),
        ("one letter missing", "gonzalez", "gonzalz", True),
        ("neighbours swapped", "brian", "brain", True),
        ("two letters in a short name", "smith", "smytt", False),
        ("two letters in a long name", "gonzalez", "gonsales", True),
        ("three letters in a long name", "gonzalez", "ganseles", False),
        ("the shorter one counts as long or short", "ramirez", "ramire", True),
        ("too short to say", "al", "ab", False),
        ("three letters are enough", "ana", "ann", True),
    ],
)
def test_a_slip_of_the_pen(_case, a, b, expected):
    assert is_typo(a, b) is expected
    assert is_typo(b, a) is expected
