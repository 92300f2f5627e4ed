"""Suggestions of classes, divisions and locations."""

import pytest

from integrations.noyo.reasons import Why
from integrations.noyo.unit_suggesting import Option, Unit, fitting_kinds, suggest

CLASSES = "benefit_classes"
CALIFORNIA = Option(10, "All CA Employees", ("0001", ""))
OTHERS = Option(11, "All Other Employees", ("0002", ""))


def unit(pk: int = 1, name: str = "Executives", code: str = "EXEC", **more: str) -> Unit:
    return Unit(more.pop("kind", "benefit_class"), pk, code, name, **more)


def best(units: list[Unit], options: list[Option], category: str = CLASSES) -> dict[int, int]:
    return {one.ours: one.theirs for _, one in reversed(suggest(category, units, options))}


def certain(units: list[Unit], options: list[Option], category: str = CLASSES) -> set[int]:
    return {one.ours for _, one in suggest(category, units, options) if one.is_certain}


def test_the_sources_two_classes() -> None:
    """Named after a state in one way here and in another there."""
    ours = [unit(1, "California", "CA"), unit(2, "Everybody else", "REST")]

    assert best(ours, [OTHERS, CALIFORNIA]) == {1: 10, 2: 11}
    assert certain(ours, [OTHERS, CALIFORNIA]) == set()


def test_abbreviations_are_spelled_out() -> None:
    ours = [unit(1, "Exec", "A"), unit(2, "PT hourly", "B"), unit(3, "FT salaried", "C")]
    theirs = [
        Option(10, "Part-Time Hrly Employees"), Option(11, "Full Time Sal EEs"),
        Option(12, "Executives"),
    ]  # fmt: skip

    assert best(ours, theirs) == {1: 12, 2: 10, 3: 11}


def test_a_state_of_a_location_is_found_in_the_label() -> None:
    [(_, found), *_] = suggest(
        "locations", [unit(1, "Fresno", "FR", kind="location", state="CA")], [CALIFORNIA, OTHERS]
    )

    assert found.theirs == CALIFORNIA.pk
    assert Why.STATE_SAME in found.reasons


class TestCertain:
    def test_an_exact_code_with_an_alike_name(self) -> None:
        executives = Option(12, "Executive Staff", ("EXEC",))

        assert certain([unit()], [CALIFORNIA, executives]) == {1}

    @pytest.mark.parametrize(
        ("units", "options"),
        [
            ([unit(code="0001")], [CALIFORNIA]),
            ([unit(code="exec")], [Option(10, "Executives", ("EXEC",))]),
            ([unit(code="")], [Option(10, "Executives", ("",))]),
            (
                [unit()],
                [Option(10, "Executives", ("EXEC",)), Option(11, "Executives", ("EXEC2",))],
            ),
            (
                [unit()],
                [Option(10, "Executives", ("EXEC", "1")), Option(11, "Executives 2", ("EXEC",))],
            ),
            ([unit(1), unit(2, kind="division")], [Option(10, "Executives", ("EXEC",))]),
            ([unit(kind="location")], [Option(10, "Executives", ("EXEC",))]),
        ],
        ids=["other_name", "case", "blank", "label_twice", "id_twice", "code_twice", "other_kind"],
    )
    def test_waits_for_a_person(self, units: list[Unit], options: list[Option]) -> None:
        assert certain(units, options) == set()


def test_what_was_rejected_is_not_suggested_again() -> None:
    found = suggest(
        CLASSES, [unit(1, "California", "CA")], [CALIFORNIA], never={("benefit_class", 1, 10)}
    )

    assert found == []


@pytest.mark.parametrize(
    ("category", "kinds"),
    [
        ("benefit_classes", ("benefit_class",)),
        ("bill_groups", ("division",)),
        ("divisions", ("division",)),
        ("locations", ("location",)),
        ("member_groups", ("benefit_class",)),
        ("pools", ("benefit_class", "division", "location")),
    ],
)
def test_kinds_by_the_name_of_the_category(category: str, kinds: tuple[str, ...]) -> None:
    assert fitting_kinds(category) == kinds
