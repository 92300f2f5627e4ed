"""The lists of employer groups, of employees and of coverage in force."""

from groups.lists.coverage import COVERAGE
from groups.lists.employees import EMPLOYEES
from groups.lists.groups import GROUPS

__all__ = ["COVERAGE", "EMPLOYEES", "GROUPS"]
