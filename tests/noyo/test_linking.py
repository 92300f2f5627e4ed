"""Which member is which of our people: what suffices, what speaks against, who waits."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.noyo import linking
from integrations.noyo.linking import AGAINST, Person, Why, compare, link, normal

BORN = date(1980, 3, 14)
FIRST, LAST = normal("Robert", "O'Neil")
BOB = Person(1, FIRST, LAST, BORN, b"one", "e1")
MEMBER = Person(9, FIRST, LAST, BORN, b"one")


def named(first: str, last: str) -> dict[str, str]:
    return dict(zip(("first", "last"), normal(first, last), strict=True))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {Why.SSN_SAME, Why.NAME_SAME, Why.BORN_SAME}),
        ({"ssn": b""}, {Why.NAME_SAME, Why.BORN_SAME}),
        ({"ssn": b"", "born": None, "number": "e1"}, {Why.NUMBER_SAME, Why.NAME_SAME}),
        ({"born": None}, {Why.SSN_SAME, Why.NAME_SAME}),
        ({"born": date(1980, 3, 15)}, {Why.SSN_SAME, Why.NAME_SAME, Why.BORN_NEAR}),
        ({"born": None, **named("Bob", "O'Neil")}, {Why.SSN_SAME, Why.NAME_ALIKE}),
        ({"born": None, **named("Robert", "Miller")}, {Why.SSN_SAME, Why.FIRST_SAME}),
    ],
)
def test_suffices_when_nothing_speaks_against_it(changes, expected):
    found = compare(BOB, replace(MEMBER, **changes))

    assert set(found.reasons) == expected
    assert found.is_certain
    assert [one.is_linked for one in link([BOB], [replace(MEMBER, **changes)])] == [True]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ssn": b"other"}, {Why.SSN_OTHER, Why.NAME_SAME, Why.BORN_SAME}),
        ({"born": date(1977, 6, 1)}, {Why.SSN_SAME, Why.NAME_SAME, Why.BORN_OTHER}),
        ({"number": "e2"}, {Why.NUMBER_OTHER, Why.SSN_SAME, Why.NAME_SAME, Why.BORN_SAME}),
        (named("Susan", "Miller"), {Why.SSN_SAME, Why.NAME_OTHER, Why.BORN_SAME}),
        ({"born": None, **named("Susan", "O'Neil")}, {Why.SSN_SAME, Why.LAST_SAME}),
        ({"ssn": b"", **named("Bob", "O'Neil")}, {Why.NAME_ALIKE, Why.BORN_SAME}),
        ({"ssn": b"", **named("O'Neil", "Robert")}, {Why.NAME_SWAPPED, Why.BORN_SAME}),
    ],
)
def test_waits_for_a_person(changes, expected):
    other = replace(MEMBER, **changes)

    [found] = link([BOB], [other])

    assert set(found.reasons) == expected
    assert not found.is_linked


@pytest.mark.parametrize(
    "changes",
    [
        {"ssn": b"", "born": None},
        {"ssn": b"", **named("Susan", "Miller")},
        {"ssn": b"", "born": date(1950, 1, 1)},
        {"ssn": b"other", "born": None},
    ],
)
def test_one_thing_alone_is_no_reason_to_look(changes):
    assert link([BOB], [replace(MEMBER, **changes)]) == []


def test_two_that_fit_wait_and_say_so():
    twin = replace(MEMBER, pk=10)

    found = link([BOB], [MEMBER, twin])

    assert [one.is_linked for one in found] == [False, False]
    assert all(Why.SEVERAL in one.reasons for one in found)


def test_who_is_linked_is_suggested_for_nobody_else():
    alike = Person(2, *normal("Roberta", "O'Neil"), BORN)

    found = link([BOB, alike], [MEMBER])

    assert [(one.ours, one.theirs, one.is_linked) for one in found] == [(1, 9, True)]


def test_what_somebody_said_are_two_people_is_not_asked_again():
    assert link([BOB], [MEMBER], never={(1, 9)}) == []


def test_a_no_leaves_the_other_of_two_alone():
    twin = replace(MEMBER, pk=10)

    found = link([BOB], [MEMBER, twin], never={(1, 9)})

    assert [(one.theirs, one.is_linked) for one in found] == [(10, True)]


def test_a_child_with_another_last_name_is_known_by_the_family():
    ours = Person(3, *normal("Mia", "O'Neil"), date(2015, 5, 5), relation="child")
    theirs = Person(4, *normal("Mia", "Garcia"), date(2015, 5, 5), relation="child")

    assert not any(one.is_linked for one in link([ours], [theirs]))
    assert [one.is_linked for one in link([ours], [theirs], is_family=True)] == [True]


def test_another_relationship_speaks_against_it():
    ours = Person(3, *normal("Mia", "O'Neil"), date(2015, 5, 5), relation="child")
    theirs = replace(ours, pk=4, relation="spouse")

    [found] = link([ours], [theirs], is_family=True)

    assert not found.is_linked
    assert Why.RELATION_OTHER in found.reasons


def test_every_reason_has_words_and_points():
    assert set(linking.WORDS) == set(Why)
    assert set(linking._POINTS) == set(Why) - {Why.SEVERAL}


GIVEN = ("James", "Mary", "Robert", "Patricia", "Maria", "Jose Luis", "Ana", "Juan", "Rosa")
FAMILY = ("Smith", "Garcia", "Lopez", "O'Neil", "de la Cruz", "Nguyen", "Miller", "Brown")


@pytest.mark.parametrize("seed", [1, 20_262])
def test_a_group_of_two_thousand(seed):
    """With typos, other dates, missing and wrong SSNs: nobody is linked with somebody else."""
    chance = Random(seed)
    ours, theirs = [], []
    for pk in range(2_000):
        name = named(chance.choice(GIVEN), chance.choice(FAMILY))
        born = date(1960, 1, 1) + timedelta(days=chance.randrange(16_000))
        ssn = str(pk).encode()
        ours.append(Person(pk, born=born, ssn=ssn if chance.random() < 0.9 else b"", **name))
        if chance.random() < 0.05:
            name["first"] = name["first"][:-1]
        if chance.random() < 0.03:
            born += timedelta(days=1)
        told = ssn if chance.random() < 0.7 else b""
        told = b"wrong" + ssn if chance.random() < 0.02 else told
        if chance.random() > 0.02:
            theirs.append(Person(pk, born=born, ssn=told, **name))

    linked = [one for one in link(ours, theirs) if one.is_linked]

    assert [one for one in linked if one.ours != one.theirs] == []
    assert len(linked) > 0.9 * len(theirs)


people = st.builds(
    Person,
    pk=st.integers(1, 50),
    first=st.sampled_from(["ana", "ben", "maria", "jose luis"]),
    last=st.sampled_from(["lopez", "smith", "garcia", ""]),
    born=st.sampled_from([None, BORN, date(1980, 4, 3), date(1975, 1, 1)]),
    ssn=st.sampled_from([b"", b"1", b"2", b"3"]),
    number=st.sampled_from(["", "e1", "e2"]),
)
crowds = st.lists(people, max_size=8, unique_by=lambda one: one.pk)


@given(ours=crowds, theirs=crowds, data=st.data())
def test_laws(ours, theirs, data):
    found = link(ours, theirs)
    shuffled = link(data.draw(st.permutations(ours)), data.draw(st.permutations(theirs)))

    assert found == shuffled
    linked = [one for one in found if one.is_linked]
    assert len({one.ours for one in linked}) == len(linked)
    assert len({one.theirs for one in linked}) == len(linked)
    assert not any(AGAINST & set(one.reasons) for one in linked)
    assert all(one.reasons for one in found)


@given(one=people, other=people)
def test_whichever_comes_first(one, other):
    forth, back = compare(one, other), compare(other, one)

    assert forth == back
