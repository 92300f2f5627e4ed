import pytest

from agencyhub.imports.proposing import Guess, Names, follow, guess

FIELDS = [
    Names("first_name", "First name", ("Given name",)),
    Names("last_name", "Last name", ("Family name",)),
    Names("date_of_birth", "Date of birth", ("DOB", "Birth date")),
    Names("mbi", "MBI", ("Medicare number",)),
]


def keys(guesses: list[Guess]) -> list[str]:
    return [one.key for one in guesses]


class TestGuess:
    @pytest.mark.parametrize(
        ("heading", "key", "why"),
        [
            ("FIRST_NAME", "first_name", "same name"),
            ("Given Name", "first_name", "means “First name”"),
            ("Medicare #", "mbi", "means “MBI”"),
            ("Last Nmae", "last_name", "nearly “Last name”"),
            ("Shoe size", "", ""),
        ],
    )
    def test_says_why(self, heading, key, why):
        assert guess([heading], FIELDS) == [Guess(key, why)]

    def test_uses_each_field_once_and_equal_words_first(self):
        assert keys(guess(["Birth dates", "DOB", "Lastname"], FIELDS)) == [
            "",
            "date_of_birth",
            "last_name",
        ]


class TestFollow:
    KNOWN = {"Given": "first_name", "Family": "last_name", "DOB": "date_of_birth", "Shoe": ""}

    def test_keeps_what_the_template_says_whatever_the_order(self):
        guesses = follow(["Shoe", "Family", "Given"], self.KNOWN, FIELDS, template="“A”, version 3")

        assert keys(guesses) == ["", "last_name", "first_name"]
        assert guesses[1].why == "as in “A”, version 3"

    def test_marks_a_renamed_column_and_names_the_former(self):
        heading = "Member DOB"

        (found,) = follow([heading], {"DOB": "date_of_birth"}, FIELDS, template="“A”, version 3")

        assert found == Guess("date_of_birth", "was “DOB” in “A”, version 3", is_renamed=True)

    def test_matches_new_columns_by_name_without_taking_a_field_twice(self):
        guesses = follow(["DOB", "Birth date", "MBI"], self.KNOWN, FIELDS, template="“A”")

        assert keys(guesses) == ["date_of_birth", "", "mbi"]

    def test_forgets_a_field_that_no_longer_exists(self):
        assert keys(follow(["Pet"], {"Pet": "custom_pet"}, FIELDS, template="“A”")) == [""]
