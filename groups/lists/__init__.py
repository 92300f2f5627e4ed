"""The lists of employer groups and of employees."""

from groups.lists.employees import EMPLOYEES
from groups.lists.groups import GROUPS

__all__ = ["EMPLOYEES", "GROUPS"]
