import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions.matching import deciding, weights
from commissions.matching.deciding import LINKED, PASSED, SUGGESTED

ALONE, LEAST, MARGIN = weights.ALONE, weights.LINKED, weights.MARGIN


def frame(*rows, said=()):
    schema = {"application": pl.Int64, "row": pl.Int64, "points": pl.Int16}
    pairs = pl.DataFrame(rows, schema=schema, orient="row")
    is_said = pl.struct("application", "row").map_elements(
        lambda pair: (pair["application"], pair["row"]) in said, return_dtype=pl.Boolean
    )
    return pairs.with_columns(pl.lit("{10}").alias("reasons"), is_said.alias("is_said"))


def states(decided):
    return {(a, r): s for a, r, s in decided.select("application", "row", "state").iter_rows()}


def linked(decided):
    return {pair for pair, state in states(decided).items() if state == LINKED}


_PAIRS = st.dictionaries(
    st.tuples(st.integers(1, 5), st.integers(1, 5)), st.integers(weights.KEPT, 60), max_size=16
)


class TestDecideBooks:
    def test_links_the_best_and_passes_the_rest(self):
        decided = deciding.decide_books(frame((1, 1, 50), (1, 2, 30), (2, 2, 50)))

        assert states(decided) == {(1, 1): LINKED, (2, 2): LINKED, (1, 2): PASSED}

    def test_leaves_near_ties_to_people_and_says_so(self):
        decided = deciding.decide_books(frame((1, 1, 50), (1, 2, 50 - MARGIN + 1)))

        assert set(states(decided).values()) == {SUGGESTED}
        assert set(decided["reasons"]) == {"{10,120}"}

    def test_decides_what_is_left_when_others_are_settled(self):
        """The second application's row would be a tie, had the first not found a better one."""
        pairs = frame((1, 1, 60), (1, 2, 45), (2, 2, 45), (2, 1, 44))

        assert linked(deciding.decide_books(pairs)) == {(1, 1), (2, 2)}

    def test_keeps_to_what_people_said(self):
        pairs = frame((1, 1, 60), (1, 2, 30), said={(1, 2)})

        assert linked(deciding.decide_books(pairs)) == {(1, 2)}

    def test_suggests_a_handful(self):
        decided = deciding.decide_books(frame(*((1, row, LEAST - 1) for row in range(1, 9))))

        assert list(states(decided).values()).count(SUGGESTED) == weights.MOST_SUGGESTIONS

    def test_links_what_one_thing_speaks_against_where_nothing_else_is_left(self):
        """Row 2 fits the first application as well, which found a better one."""
        decided = deciding.decide_books(frame((1, 1, 50), (1, 2, 30), (2, 2, ALONE)))

        assert linked(decided) == {(1, 1), (2, 2)}
        assert decided.filter(application=2)["reasons"].to_list() == ["{10,121}"]

    @pytest.mark.parametrize("other", [(1, 2), (2, 1)])
    def test_suggests_it_where_anything_else_is_left(self, other):
        decided = deciding.decide_books(frame((1, 1, ALONE), (*other, weights.KEPT)))

        assert linked(decided) == set()
        assert decided.filter(application=1, row=1)["reasons"].to_list() == ["{10,120}"]

    @given(_PAIRS, st.randoms(use_true_random=False))
    @settings(max_examples=60, deadline=None)
    def test_is_the_same_in_any_order(self, pairs, random):
        rows = [(*pair, points) for pair, points in pairs.items()]
        shuffled = random.sample(rows, len(rows))

        one, other = (deciding.decide_books(frame(*each)) for each in (rows, shuffled))

        assert states(one) == states(other)

    @given(_PAIRS)
    @settings(max_examples=60, deadline=None)
    def test_links_one_to_one_and_never_one_of_equals(self, pairs):
        found = linked(deciding.decide_books(frame(*((*p, points) for p, points in pairs.items()))))

        for side in (0, 1):
            assert len({pair[side] for pair in found}) == len(found)
        taken = ({a for a, _ in found}, {r for _, r in found})
        for a, r in found:
            equals = [
                other
                for other, points in pairs.items()
                if points == pairs[a, r] and other != (a, r) and (other[0] == a or other[1] == r)
            ]
            # An equal partner is only passed over when it found somebody better.
            assert all(o[1] in taken[1] if o[0] == a else o[0] in taken[0] for o in equals)

    @given(_PAIRS)
    @settings(max_examples=40, deadline=None)
    def test_is_not_moved_by_pairs_that_share_no_row(self, pairs):
        rows = [(*pair, points) for pair, points in pairs.items()]
        far = [(a + 100, r + 100, points) for a, r, points in rows]

        alone, together = (deciding.decide_books(frame(*each)) for each in (rows, rows + far))

        assert states(alone).items() <= states(together).items()


class TestDecideLines:
    def test_gives_an_application_many_lines_and_a_line_one_application(self):
        decided = deciding.decide_lines(frame((1, 1, 50), (1, 2, 50), (2, 2, 40)))

        assert states(decided) == {(1, 1): LINKED, (1, 2): LINKED, (2, 2): PASSED}

    def test_links_what_one_thing_speaks_against_where_nobody_else_claims_the_line(self):
        pairs = frame((1, 1, ALONE), (1, 2, ALONE), (-9, 2, weights.KEPT))

        assert states(deciding.decide_lines(pairs)) == {
            (1, 1): LINKED, (1, 2): SUGGESTED, (-9, 2): PASSED,
        }  # fmt: skip

    def test_leaves_equals_to_people(self):
        decided = deciding.decide_lines(frame((1, 1, 50), (2, 1, 50)))

        assert set(states(decided).values()) == {SUGGESTED}

    def test_lets_a_policy_without_an_application_claim_a_line(self):
        decided = deciding.decide_lines(frame((1, 1, LEAST), (-9, 1, 50)))

        assert states(decided) == {(1, 1): PASSED, (-9, 1): PASSED}

    def test_suggests_a_handful_of_lines(self):
        decided = deciding.decide_lines(frame(*((1, row, weights.KEPT) for row in range(1, 12))))

        assert list(states(decided).values()).count(SUGGESTED) == weights.MOST_LINES_SUGGESTED


class TestWithoutDoubles:
    def test_takes_away_the_claim_of_a_likely_book_row_only_beside_its_application(self):
        pairs = frame((1, 1, 30), (-9, 1, 50), (-9, 2, 50))
        likely = pl.DataFrame({"application": [1], "row": [9]})

        left = deciding.without_doubles(pairs, likely)

        assert states(deciding.decide_lines(left)) == {(1, 1): LINKED, (-9, 2): PASSED}
