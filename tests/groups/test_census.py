"""A census: who works for a group, who belongs to them, read from one file."""

import pytest

from agencyhub.accounts.models import Role
from agencyhub.imports import kinds
from agencyhub.imports.selectors import rows
from groups.models import Dependent, Employee
from tests.factories.accounts import UserFactory
from tests.factories.groups import BenefitClassFactory, EmployeeFactory, EmployerGroupFactory
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db

ANA = {
    "group": "Prairie Millworks", "relationship": "EE", "subscriber_id": "0002852117",
    "ssn": "123-00-0000", "first_name": "Ana", "last_name": "Lopez", "date_of_birth": "3/14/1980",
    "hire_date": "10/1/2026", "salary": "$60,000", "benefit_class": "ft",
}  # fmt: skip
BEN = {
    "group": "Prairie Millworks", "relationship": "Spouse", "subscriber_id": "0002852117",
    "ssn": "123-00-0001", "first_name": "Ben", "last_name": "Lopez", "date_of_birth": "7/2/1981",
}  # fmt: skip


@pytest.fixture(autouse=True)
def group():
    found = EmployerGroupFactory(name="Prairie Millworks")
    BenefitClassFactory(group=found)
    return found


def _receive(*people):
    return receive(people, kind="group_census", user=UserFactory(is_superuser=True))


def _own_book_only():
    may = ["imports.run_import", *kinds.of("group_census").permissions]
    return UserFactory(may=may, may__reach=Role.Scope.OWN)


def _problems(run):
    return [words for row in rows.problem_rows(run) for _, words in row.errors]


class TestPeople:
    def test_are_added_with_their_dependents_and_sealed_numbers(self, group):
        run = _receive(ANA, BEN)
        assert (run.state, _problems(run), counts(run)) == ("checked", [], (2, 0, 0, 0))
        commit(run)
        ana = Employee.objects.get()
        assert (ana.group, ana.external_id, str(ana.salary)) == (group, "0002852117", "60000.00")
        assert (ana.ssn.reveal(), ana.ssn_tail, ana.benefit_class.code) == (
            "123000000",
            "0000",
            "FT",
        )
        assert Employee.objects.with_ssn("123000000").get() == ana
        ben = Dependent.objects.get()
        assert (ben.employee, ben.relationship, ben.ssn.reveal()) == (ana, "spouse", "123000001")
        assert str(ben.date_of_birth) == "1981-07-02"

    def test_are_changed_by_a_later_file_and_by_none_that_says_the_same(self, group):
        commit(_receive(ANA, BEN))
        again = _receive(ANA | {"salary": "72000"}, BEN | {"last_name": "Lopez-Ruiz"})
        assert counts(again) == (0, 2, 0, 0)
        commit(again)
        assert str(Employee.objects.get().salary) == "72000.00"
        assert Dependent.objects.get().last_name == "Lopez-Ruiz"

    def test_are_found_by_the_number_that_a_spreadsheet_shortened(self, group):
        known = EmployeeFactory(group=group, external_id="", ssn="012-34-5678")
        run = _receive(ANA | {"subscriber_id": "", "ssn": "12345678", "last_name": "Ruiz"})
        commit(run)
        assert counts(run) == (0, 1, 0, 0)
        assert Employee.objects.get().pk == known.pk
        assert Employee.objects.get().last_name == "Ruiz"

    def test_take_dependents_by_the_number_of_the_employee(self):
        of_ana = BEN | {"subscriber_id": "", "employee_ssn": "123-00-0000"}
        commit(_receive(ANA, of_ana))
        assert Dependent.objects.get().employee == Employee.objects.get()


class TestRows:
    def test_are_refused_with_words_that_never_repeat_a_number(self):
        run = _receive(
            ANA | {"ssn": "98-765"},
            ANA | {"group": "Nobody", "subscriber_id": "2"},
            ANA | {"benefit_class": "Pilots", "subscriber_id": "3", "ssn": ""},
            BEN | {"subscriber_id": "", "ssn": "123-00-0002"},
        )
        said = _problems(run)
        assert counts(run) == (0, 0, 0, 4)
        assert said[0] == "A Social Security number has nine digits, such as 123-45-6789."
        assert said[1].startswith("“Nobody” is no group that you may see.")
        assert "no benefit class “Pilots” in use" in said[2]
        assert said[3].startswith("Say whose dependent this is")
        assert not any("98" in words for words in said)

    def test_cannot_give_a_number_that_somebody_else_of_the_group_has(self, group):
        EmployeeFactory(group=group, external_id="7", ssn="123-00-0000")
        EmployeeFactory(group=group, external_id="0002852117", first_name="Eva")
        run = _receive(
            ANA,
            ANA | {"subscriber_id": "9", "ssn": "123-00-0009"},
            ANA | {"subscriber_id": "10", "ssn": "123-00-0009", "first_name": "Oz"},
        )
        assert counts(run)[3] == 2
        assert _problems(run)[0] == "Another record has this SSN already."

    def test_of_a_group_out_of_reach_are_refused(self):
        run = receive([ANA], kind="group_census", user=_own_book_only())
        assert counts(run) == (0, 0, 0, 1)
