"""Whether two people are one: every rule, and the laws that hold for any two."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from individuals.duplicates import REVIEW, Facts, Home, score

BORN = date(1950, 3, 12)
OAK = Home("50010", "12")
ANA = Facts(
    first_name="ana",
    last_name="lopez",
    date_of_birth=BORN,
    gender="female",
    mbi="aa",
    mbi_tail="MK73",
    phones=frozenset({"5155550100"}),
    email="ana@example.com",
    homes=frozenset({OAK}),
)
NAMED = Facts(first_name="ana", last_name="lopez")
ROBERT = Facts(first_name="robert", last_name="smith")


def like(person: Facts, **facts: object) -> Facts:
    return replace(person, **facts)  # type: ignore[arg-type]


class TestScore:
    @pytest.mark.parametrize(
        ("_case", "one", "other"),
        [
            ("same MBI", like(NAMED, mbi="aa"), like(NAMED, mbi="aa")),
            ("same MBI under a short form", like(ROBERT, mbi="a"), Facts("bob", "smith", mbi="a")),
            (
                "same name, birth and phone",
                like(NAMED, date_of_birth=BORN, phones=frozenset({"1"})),
                like(NAMED, date_of_birth=BORN, phones=frozenset({"1", "2"})),
            ),
            (
                "same name, birth and tail of the MBI",
                like(NAMED, date_of_birth=BORN, mbi_tail="MK73"),
                like(NAMED, date_of_birth=BORN, mbi="aa", mbi_tail="MK73"),
            ),
        ],
    )
    def test_is_certain_about(self, _case, one, other):
        likeness = score(one, other)

        assert likeness.is_certain
        assert likeness.score == 100

    @pytest.mark.parametrize(
        ("one", "other", "reason"),
        [
            (
                like(NAMED, date_of_birth=BORN),
                like(NAMED, date_of_birth=BORN),
                "same name",
            ),
            (
                like(NAMED, phones=frozenset({"1"})),
                like(NAMED, phones=frozenset({"1"})),
                "same phone",
            ),
            (like(NAMED, email="a@example.com"), like(NAMED, email="a@example.com"), "same email"),
            (
                like(NAMED, homes=frozenset({OAK})),
                like(NAMED, homes=frozenset({OAK})),
                "same address",
            ),
            (
                like(NAMED, date_of_birth=BORN),
                Facts("lopez", "ana", date_of_birth=BORN),
                "first and last name swapped",
            ),
            (
                like(NAMED, date_of_birth=BORN),
                Facts("ana", "lopes", date_of_birth=BORN),
                "last name differs by a letter or two",
            ),
            (
                Facts("jsoe", "ruiz", date_of_birth=BORN),
                Facts("jose", "ruiz", date_of_birth=BORN),
                "first name differs by a letter or two",
            ),
            (
                Facts("maximiliano", "ruiz", date_of_birth=BORN),
                Facts("maxmilianno", "ruiz", date_of_birth=BORN),
                "first name differs by a letter or two",
            ),
            (
                Facts("bob", "smith", date_of_birth=BORN),
                like(ROBERT, date_of_birth=BORN),
                "first name is a form of the other",
            ),
            (
                Facts("pepe", "ruiz", phones=frozenset({"1"})),
                Facts("jose", "ruiz", phones=frozenset({"1"})),
                "first name is a form of the other",
            ),
            (
                Facts("bob", "smith", date_of_birth=BORN),
                Facts("rob", "smith", date_of_birth=BORN),
                "first name is a form of the other",
            ),
            (
                Facts("hildegard", "smith", date_of_birth=BORN, nickname="muffin"),
                Facts("muffin", "smith", date_of_birth=BORN),
                "first name is a form of the other",
            ),
            (
                Facts("j", "smith", date_of_birth=BORN),
                Facts("john", "smith", date_of_birth=BORN),
                "first name is the initial of the other",
            ),
            (
                Facts("ana", "ruiz", date_of_birth=BORN),
                Facts("anamaria", "ruiz", date_of_birth=BORN),
                "first name is part of the other",
            ),
            (
                Facts("ana", "garcia", date_of_birth=BORN),
                Facts("ana", "garcialopez", date_of_birth=BORN),
                "last name is part of the other",
            ),
            (
                like(NAMED, date_of_birth=date(1950, 3, 12), homes=frozenset({OAK})),
                like(NAMED, date_of_birth=date(1950, 12, 3), homes=frozenset({Home("50010", "9")})),
                "day and month of birth swapped",
            ),
            (
                like(NAMED, date_of_birth=date(1950, 3, 12), homes=frozenset({OAK})),
                like(NAMED, date_of_birth=date(1958, 3, 12), homes=frozenset({Home("50010", "9")})),
                "dates of birth differ by one digit",
            ),
            (
                Facts("ana", "lopez", date_of_birth=BORN, phones=frozenset({"1"})),
                Facts("ana", "whitfield", date_of_birth=BORN, phones=frozenset({"1"})),
                "but another last name",
            ),
            (ANA, like(ANA, mbi="bb", mbi_tail="MK72"), "but another MBI"),
            (
                Facts("ana", "lopez", mbi="aa", date_of_birth=BORN),
                Facts("luis", "ortega", mbi="aa", date_of_birth=date(1971, 1, 1)),
                "same MBI",
            ),
        ],
    )
    def test_leaves_to_a_person(self, one, other, reason):
        likeness = score(one, other)

        assert REVIEW <= likeness.score < 100
        assert not likeness.is_certain
        assert reason in likeness.reasons

    @pytest.mark.parametrize(
        ("_case", "one", "other"),
        [
            ("a name alone", NAMED, NAMED),
            ("a name with one birth date unknown", like(NAMED, date_of_birth=BORN), NAMED),
            (
                "twins, with everything of the household",
                like(ANA, mbi="", mbi_tail=""),
                like(ANA, first_name="marta", mbi="", mbi_tail=""),
            ),
            (
                "twins whose names differ by a letter, both names common",
                Facts("maria", "ruiz", date_of_birth=BORN),
                Facts("mario", "ruiz", date_of_birth=BORN),
            ),
            (
                "father and son",
                like(ANA, first_name="john", mbi="", mbi_tail="", date_of_birth=date(1949, 5, 1)),
                like(ANA, first_name="john", mbi="", mbi_tail="", date_of_birth=date(1975, 8, 9)),
            ),
            (
                "Senior and Junior without birth dates",
                Facts(
                    "john", "smith", suffix="sr", homes=frozenset({OAK}), phones=frozenset({"1"})
                ),
                Facts(
                    "john", "smith", suffix="jr", homes=frozenset({OAK}), phones=frozenset({"1"})
                ),
            ),
            (
                "a couple",
                Facts("ana", "lopez", homes=frozenset({OAK}), phones=frozenset({"1"})),
                Facts("luis", "lopez", homes=frozenset({OAK}), phones=frozenset({"1"})),
            ),
            (
                "namesakes born the same day with MBIs of their own",
                like(NAMED, date_of_birth=BORN, mbi="aa"),
                like(NAMED, date_of_birth=BORN, mbi="bb"),
            ),
            (
                "namesakes born the same day with other last characters of the MBI",
                like(NAMED, date_of_birth=BORN, mbi_tail="MK73"),
                like(NAMED, date_of_birth=BORN, mbi="aa", mbi_tail="XX11"),
            ),
            (
                "a birth date one digit off in another place",
                like(NAMED, date_of_birth=BORN, homes=frozenset({OAK})),
                like(
                    NAMED, date_of_birth=date(1951, 3, 12), homes=frozenset({Home("33101", "12")})
                ),
            ),
            (
                "strangers who share a switchboard",
                Facts("ana", "lopez", phones=frozenset({"1"})),
                Facts("grace", "oneill", phones=frozenset({"1"})),
            ),
            ("short names that differ", Facts("li", "wu", date_of_birth=BORN), Facts("lu", "wu")),
        ],
    )
    def test_knows_two_people_when_it_sees(self, _case, one, other):
        assert not score(one, other).is_worth_a_look

    def test_says_what_speaks_for_it_first_and_no_value(self):
        likeness = score(ANA, like(ANA, suffix="jr", gender="male", homes=frozenset()))

        assert likeness.reasons == (
            "same MBI", "same name", "same date of birth", "same phone", "same email",
            "but another gender",
        )  # fmt: skip
        assert not likeness.is_certain


letters = st.sampled_from(["ana", "anna", "bob", "robert", "jose", "jsoe", "j", "marta"])
last = st.sampled_from(["lopez", "lopes", "garcia", "garcialopez", "ana", "smith"])
people = st.builds(
    Facts,
    first_name=letters,
    last_name=last,
    middle_name=st.sampled_from(["", "m", "maria", "k"]),
    suffix=st.sampled_from(["", "jr", "sr", "iii"]),
    nickname=st.sampled_from(["", "bob", "j"]),
    date_of_birth=st.sampled_from(
        [None, BORN, date(1950, 12, 3), date(1980, 3, 12), date(1971, 7, 1)]
    ),
    gender=st.sampled_from(["", "female", "male"]),
    mbi=st.sampled_from(["", "aa", "bb"]),
    mbi_tail=st.sampled_from(["", "MK73", "XX11"]),
    phones=st.frozensets(st.sampled_from(["1", "2"])),
    email=st.sampled_from(["", "a@example.com", "b@example.com"]),
    homes=st.frozensets(st.sampled_from([OAK, Home("50010", "9"), Home("33101", "12")])),
)
CONTRADICTIONS = (
    {"mbi": ("cc", "dd")},
    {"suffix": ("jr", "sr")},
    {"gender": ("female", "male")},
    {"date_of_birth": (date(1931, 1, 1), date(1967, 9, 28))},
    {"middle_name": ("quentin", "xavier")},
)


class TestLaws:
    @given(people, people)
    def test_order_does_not_matter(self, one, other):
        assert score(one, other) == score(other, one)

    @given(people)
    def test_who_is_fully_known_is_certainly_like_themselves(self, one):
        known = replace(one, date_of_birth=BORN, phones=frozenset({"1"}))

        assert score(known, known).is_certain

    @given(people, people, st.sampled_from(CONTRADICTIONS))
    def test_a_contradiction_never_raises_the_score(self, one, other, contradiction):
        sides = [{name: both[side] for name, both in contradiction.items()} for side in (0, 1)]

        after = score(replace(one, **sides[0]), replace(other, **sides[1]))

        assert after.score <= score(one, other).score
        assert not after.is_certain

    @given(people, people)
    def test_the_score_is_100_exactly_when_certain(self, one, other):
        likeness = score(one, other)

        assert 0 <= likeness.score <= 100
        assert (likeness.score == 100) == likeness.is_certain
