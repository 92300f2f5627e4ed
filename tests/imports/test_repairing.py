"""Rejected rows as the repair page shows them: numbers masked, and kept where they are left."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from agencyhub.imports import repairing
from agencyhub.imports.selectors.rows import ProblemRow
from agencyhub.imports.types.contacts import Ssn
from agencyhub.imports.types.text import Text

SSN = "123-45-6789"
RUN = SimpleNamespace(kind="group_census")


@pytest.fixture
def row(monkeypatch):
    """A row with a good SSN and a bad name, and an import that has no other."""
    fields = {
        "last_name": SimpleNamespace(label="Last name", type=Text(40)),
        "ssn": SimpleNamespace(label="SSN", type=Ssn()),
    }
    kind = SimpleNamespace(fields_for=lambda _user: fields)
    found = ProblemRow(7, {"last_name": "", "ssn": SSN}, [("last_name", "Missing.")], "")
    monkeypatch.setattr(repairing.kinds, "of", lambda _key: kind)
    monkeypatch.setattr(repairing.rows, "problem_rows", lambda _run, **_where: [found])
    return found


def drawn(problem):
    return "".join(
        render_to_string("imports/_problem_cell.html", {"cell": cell, "is_first": False})
        for cell in (*problem.bad, *problem.good)
    )


def test_shows_the_last_four_of_a_number(row):
    problem = repairing.Desk(RUN, user=None).shown(row)

    page = drawn(problem)
    assert "6789" in page
    assert "123" not in page
    assert [cell.shown[-4:] for cell in problem.summary] == ["6789"]
    assert SSN not in problem.summary[0].shown


def test_shows_a_number_that_is_wrong_as_it_is_to_be_corrected(row):
    problem = repairing.Desk(RUN, user=None).shown(row, errors=[("ssn", "Wrong.")])

    assert SSN in drawn(problem)


def test_keeps_a_masked_number_that_is_left_blank_and_takes_another(row):
    kept = repairing.completed(RUN, 7, {"last_name": "Ng", "ssn": ""}, user=None)
    other = repairing.completed(RUN, 7, {"last_name": "", "ssn": "987654321"}, user=None)

    assert kept == {"last_name": "Ng", "ssn": SSN}
    assert other == {"last_name": "", "ssn": "987654321"}


def test_lets_a_wrong_number_be_taken_out(row):
    row.errors.append(("ssn", "Wrong."))

    assert repairing.completed(RUN, 7, {"ssn": ""}, user=None) == {"ssn": ""}
