"""Carriers' words for statuses and payments, names of agents, intervals, shares: pure rules."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions import classes, statuses
from commissions.intervals import Interval, Told, Who, tell
from commissions.ledgers import sharing
from commissions.models import BookRow, CommissionLine, CommissionSplit
from commissions.names import read_name, readings
from commissions.shares import Terms, allot, split

TODAY = date(2026, 11, 22)


class TestStatuses:
    @pytest.mark.parametrize(
        ("words", "status"),
        [
            ("Active Policy", "active"), ("Inactive Policy", "terminated"),
            ("Cancelled Application", "cancelled"), ("A", "active"), ("ENROLLED", "active"),
            ("INACTIVE_POLICY", "terminated"), ("Enrolled", "active"), ("", "active"),
            ("pending_effectuation", "submitted"), ("effectuated", "active"),
            ("cancelled", "cancelled"), ("terminated", "terminated"), ("Deceased", "deceased"),
            ("Something new", "unknown"),
        ],
    )  # fmt: skip
    def test_words_of_carriers(self, words, status):
        assert statuses.read_status(words) == status

    def test_every_word_means_a_status_of_book_rows(self):
        assert set(statuses.WORDS.values()) <= set(BookRow.Status.values)

    @pytest.mark.parametrize(
        ("said", "dates", "status"),
        [
            ("active", {"termination_date": date(2026, 12, 31)}, "pending_termination"),
            ("active", {"termination_date": TODAY}, "pending_termination"),
            ("active", {"termination_date": date(2026, 11, 21)}, "terminated"),
            ("terminated", {"termination_date": date(2027, 1, 31)}, "pending_termination"),
            ("terminated", {}, "terminated"),
            ("unknown", {"termination_date": date(2026, 1, 31)}, "terminated"),
            ("active", {"effective_date": TODAY, "termination_date": date(2026, 1, 1)},
             "cancelled"),
            ("submitted", {"termination_date": date(2027, 1, 1)}, "submitted"),
            ("active", {"is_deceased": True}, "deceased"),
        ],
    )  # fmt: skip
    def test_dates_correct_words(self, said, dates, status):
        assert statuses.status_on(said, on=TODAY, **dates) == status


class TestClasses:
    @pytest.mark.parametrize(
        ("action", "amount", "more", "kind"),
        [
            ("New", "100", {}, "initial"), ("Renewal", "26.42", {}, "renewal"),
            ("New Chargeback", "-100", {}, "chargeback"), ("New Chargeback", "5", {}, "chargeback"),
            ("HA Payment", "25", {}, "bonus"), ("HRA", "25", {}, "bonus"),
            ("F", "313", {}, "initial"),
            ("R", "26", {}, "renewal"), ("FY", "22", {}, "initial"), ("RENEW", "22", {}, "renewal"),
            ("Pro-Rata Disenroll", "-80", {}, "chargeback"), ("Renewal", "-1", {}, "chargeback"),
            ("New Enrollment", "611", {}, "initial"), ("Initial Commission", "611", {}, "initial"),
            ("Service Fee Initial", "8", {}, "override"), ("Override", "8", {}, "override"),
            ("F", "8", {"comment": "Agency override"}, "override"),
            ("Renewal", "0.01", {"plan_type": "PARTD"}, "override"),
            ("Renewal", "4.75", {"plan_type": "PDP"}, "renewal"), ("True-Up", "347", {}, "true_up"),
            ("F", "347", {"comment": "true up 2026"}, "true_up"),
            ("NEW COV ISS", "40", {}, "initial"), ("NEW ISS", "40", {}, "initial"),
            ("REISS", "40", {}, "initial"), ("BFY PAYMENT", "40", {}, "renewal"),
            ("REVERSAL", "40", {}, "chargeback"), ("LAPSE", "40", {}, "chargeback"),
            ("Advance", "400", {}, "advance"), ("", "1", {}, "other"), ("Sundry", "1", {}, "other"),
        ],
    )  # fmt: skip
    def test_words_of_carriers(self, action, amount, more, kind):
        assert classes.read_class(action, amount=Decimal(amount), **more) == kind

    def test_every_class_is_a_kind_of_commission_line(self):
        found = {one for one, _ in classes.PHRASES} | set(classes.CODES.values())

        assert found <= set(CommissionLine.Kind.values)


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            "ORTEGA, LUIS MIGUEL", "Ortega,Luis", "ORTEGA LUIS M", "Luis Ortega", "Luis M. Ortega",
            "LUIS ORTEGA JR", "Ortega, Luis Jr.", "ortega luis",
        ],
    )  # fmt: skip
    def test_mean_the_same_agent(self, text):
        assert ("luis", "ortega") in readings(text)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("DE LA CRUZ, ANA M", ("ANA", "M", "DE LA CRUZ", "")),
            ("Ana de la Cruz", ("Ana", "", "de la Cruz", "")),
            ("LOPEZ ANA M", ("ANA", "M", "LOPEZ", "")),
            ("John Smith Jr.", ("John", "", "Smith", "Jr.")),
            ("Cher", ("", "", "Cher", "")),
        ],
    )
    def test_are_taken_apart(self, text, name):
        assert tuple(read_name(text)) == name


ANN, BOB = Who(name="Ann"), Who(name="Bob")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ROWS = st.builds(
    Told,
    st.sampled_from([ANN, BOB, Who(agent_id=3, name="Cy")]),
    st.none() | DAYS,
    st.none() | DAYS,
    DAYS,
)


class TestIntervals:
    @settings(max_examples=200, deadline=None)
    @given(st.lists(ROWS, max_size=8), st.lists(ROWS, max_size=8))
    def test_never_overlap_and_at_most_one_is_open(self, first, second):
        known: list[Interval] = tell(tell([], first), second)

        assert all(one.end is None or one.start <= one.end for one in known)
        pairs = pairwise(known)
        assert all(one.end is not None and one.end < other.start for one, other in pairs)

    @given(st.lists(ROWS, max_size=6))
    @settings(max_examples=100, deadline=None)
    def test_a_file_told_twice_changes_nothing_the_second_time(self, rows):
        once = tell([], rows[:1])

        assert tell(once, rows[:1]) == once


class TestShares:
    @settings(max_examples=200, deadline=None)
    @given(
        st.decimals("-99999", "99999", places=2),
        st.lists(st.integers(0, 40), min_size=1, max_size=3),
    )
    def test_add_up_to_the_cent_and_keep_the_sign(self, amount, percents):
        shares = [*map(Decimal, percents), Decimal(100 - sum(percents))]
        if shares[-1] < 0:
            return

        parts = allot(amount, shares)

        assert sum(parts) == amount
        assert all(part == 0 or (part > 0) == (amount > 0) for part in parts)

    @settings(max_examples=100, deadline=None)
    @given(
        st.decimals("-99999", "99999", places=2),
        st.decimals(0, 60, places=4),
        st.decimals("0.0001", 40, places=4),
    )
    def test_of_many_lines_are_those_of_one(self, amount, percent, upline):
        terms = pl.DataFrame(
            [[1, 2, int(percent * 10_000), 9, int(upline * 10_000), date(2020, 1, 1), None]],
            schema=sharing._SCHEMA,
            orient="row",
        )
        lines = pl.DataFrame(
            {"line_id": [7], "agent_id": [1], "carrier_id": [2], "amount": [amount]},
            schema_overrides={"amount": pl.Decimal(14, 2)},
        ).with_columns(
            pl.lit(TODAY).alias("paid_date"),
            pl.lit(None, pl.Date).alias("statement_date"),
            pl.lit(None, pl.Date).alias("payment_period"),
        )

        found = sharing.share(lines, terms)

        one = split(amount, Terms(1, percent, 9, upline))
        told = [(share.agent_id, share.role, share.amount) for share in one]
        assert found.select("agent_id", "role", "amount").rows() == told

    def test_have_the_roles_of_splits(self):
        roles = {one.role for one in split(Decimal(9), Terms(1, Decimal(50), 2, Decimal(5)))}

        assert roles == set(CommissionSplit.Role.values)
