"""Suggestions of plans: what they find in generated groups, and laws that always hold."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.noyo.reasons import Why
from integrations.noyo.suggesting import (
    CHILD,
    EMPLOYEE,
    EVERYBODY,
    SPOUSE,
    OurPlan,
    TheirPlan,
    covered,
    suggest,
)
from tests.noyo.mapping.generating import START, generate

DEPENDENTS = frozenset({SPOUSE, CHILD})


def our(pk: int = 1, name: str = "Dental PPO", code: str = "", **more: object) -> OurPlan:
    values = {"line": "dental", "members": EVERYBODY, "start": START, **more}
    return OurPlan(pk=pk, text=name, code=code, **values)


def their(pk: int = 10, name: str = "Dental PPO", code: str = "", **more: object) -> TheirPlan:
    return TheirPlan(
        pk=pk, **{"line": "dental", "name": name, "code": code, "start": START, **more}
    )


def certain(ours: list[OurPlan], theirs: list[TheirPlan]) -> set[tuple[int, int]]:
    return {(one.ours, one.theirs) for one in suggest(ours, theirs) if one.is_certain}


@pytest.mark.parametrize("first_seed", [1_000, 77_000], ids=["forty", "held_out"])
def test_generated_groups(first_seed: int) -> None:
    """None of the links made unseen is wrong, and the right partner comes first."""
    wrong, total, first = [], 0, 0
    for seed in range(first_seed, first_seed + 40):
        group = generate(seed)
        found = suggest(group.ours, group.theirs)
        wrong += [
            (seed, one.ours, one.theirs)
            for one in found
            if one.is_certain and (one.ours, one.theirs) not in group.true
        ]
        members = {one.pk: one.members for one in group.theirs}
        for ours, theirs in group.true:
            total += 1
            rivals = [
                one for one in found if one.ours == ours and members[one.theirs] & members[theirs]
            ]
            first += bool(rivals) and rivals[0].theirs == theirs
    assert wrong == []
    assert first / total >= 0.9


class TestSourceSample:
    def test_the_only_dental_plan_is_suggested_and_waits(self) -> None:
        smile = their(name="Dental - SmileDirect Plus", plan_type="ppo", is_voluntary=False)

        [found] = suggest([our(name="Prairie Dental PPO")], [smile])

        assert not found.is_certain
        assert {Why.TYPE_SAME, Why.ONLY_ONE, Why.BEST_OF_BOTH} <= set(found.reasons)
        assert found.score > 0.6

    def test_split_plans_of_one_code_both_belong_to_ours(self) -> None:
        """Noyo's own example: Dental - Employee and Dental - Dependent, both D1."""
        employee = their(10, "Dental - Employee", "D1X", members=frozenset({EMPLOYEE}))
        dependent = their(11, "Dental - Dependent", "D1X", members=DEPENDENTS)

        assert certain([our(code="D1X")], [employee, dependent]) == {(1, 10), (1, 11)}


class TestNeverSuggested:
    @pytest.mark.parametrize(
        "other",
        [
            their(line="vision"),
            their(status="discontinued"),
            their(end=date(2025, 12, 31), start=date(2025, 1, 1)),
        ],
        ids=["line", "status", "dates"],
    )
    def test_hard_filters(self, other: TheirPlan) -> None:
        assert suggest([our(code="D100")], [other]) == []

    def test_members_that_neither_covers(self) -> None:
        spouses = our(members=frozenset({SPOUSE}))

        assert suggest([spouses], [their(members=frozenset({EMPLOYEE}))]) == []

    def test_a_rejected_pair(self) -> None:
        assert suggest([our()], [their()], never={(1, 10)}) == []


class TestCertain:
    @pytest.mark.parametrize("code", ["D100", "0042"])
    def test_an_exact_code_links_although_the_name_is_another(self, code: str) -> None:
        assert certain([our(code=code)], [their(name="SmileDirect", code=code)]) == {(1, 10)}

    @pytest.mark.parametrize(
        ("mine", "theirs"),
        [
            ([our(code="")], [their(code="")]),
            ([our(code="D100")], [their(code="d100")]),
            ([our(code="0042")], [their(code="42")]),
            ([our(code="D100")], [their(10, code="D100"), their(11, code="D100")]),
            ([our(1, code="D100"), our(2, code="D100")], [their(code="D100")]),
            ([our(code="D100")], [their(code="D100", plan_type="dhmo")]),
            ([our(name="Dental High", code="D100")], [their(name="Dental Low", code="D100")]),
            ([our(name="Dental 500", code="D100")], [their(name="Dental 1,500", code="D100")]),
            ([our(name="Dental PPO", code="1")], [their(name="SmileDirect", code="1")]),
        ],
        ids=[
            "blank", "case", "zeros", "twice_theirs", "twice_ours", "type", "level", "amount",
            "short",
        ],
    )  # fmt: skip
    def test_waits_for_a_person(self, mine: list[OurPlan], theirs: list[TheirPlan]) -> None:
        assert certain(mine, theirs) == set()


def test_high_and_low_find_each_other() -> None:
    ours = [our(1, "Dental PPO High $500"), our(2, "Dental PPO Low $2,500")]
    theirs = [their(10, "DentalGuard Core 2500 Ded"), their(11, "DentalGuard Buy-Up 500 Ded")]

    found = suggest(ours, theirs)

    best = {one.ours: one.theirs for one in reversed(found)}
    assert best == {1: 11, 2: 10}


def test_carried_links_come_first() -> None:
    found = suggest([our()], [their(10), their(11, "Orthodontia")], carried={(1, 11)})

    assert found[0].theirs == 11
    assert Why.CARRIED in found[0].reasons


@pytest.mark.parametrize(
    ("types", "slots"),
    [
        (["all"], EVERYBODY),
        (["employee"], {EMPLOYEE}),
        (["spouse", "domestic-partner"], {SPOUSE}),
        (["spouse", "child"], DEPENDENTS),
        ([], EVERYBODY),
        (["something-new"], EVERYBODY),
    ],
)
def test_member_types(types: list[str], slots: set[str]) -> None:
    assert covered(types) == slots


CODES = st.sampled_from(["", "1", "D100", "D200"])
NAMES = st.sampled_from(
    ["Dental PPO", "Dental DHMO", "Dental High", "Dental Low", "SmileDirect", ""]
)
MEMBERS = st.sampled_from([EVERYBODY, frozenset({EMPLOYEE}), DEPENDENTS])
OURS = st.lists(st.tuples(NAMES, CODES, MEMBERS), max_size=4).map(
    lambda rows: [our(pk, n, c, members=m) for pk, (n, c, m) in enumerate(rows, 1)]
)
THEIRS = st.lists(st.tuples(NAMES, CODES, MEMBERS), max_size=4).map(
    lambda rows: [their(pk, n, c, members=m) for pk, (n, c, m) in enumerate(rows, 10)]
)


@settings(max_examples=60, deadline=None)
@given(OURS, THEIRS, st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(
    ours: list[OurPlan], theirs: list[TheirPlan], chance: Random
) -> None:
    found = suggest(ours, theirs)

    chance.shuffle(ours)
    chance.shuffle(theirs)

    assert suggest(ours, theirs) == found


@settings(max_examples=100, deadline=None)
@given(OURS, THEIRS)
def test_certain_means_one_exact_code_on_both_sides(
    ours: list[OurPlan], theirs: list[TheirPlan]
) -> None:
    mine, yours = {one.pk: one for one in ours}, {one.pk: one for one in theirs}
    for one in suggest(ours, theirs):
        assert 0 <= one.score <= 1
        if one.is_certain:
            code, members = mine[one.ours].code, mine[one.ours].members & yours[one.theirs].members
            assert code
            assert code == yours[one.theirs].code
            assert [p.pk for p in ours if p.code == code and p.members & members] == [one.ours]
            assert [p.pk for p in theirs if p.code == code and p.members & members] == [one.theirs]
