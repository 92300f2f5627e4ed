"""Employer groups: their people, what they offer, and what members chose."""

from groups.models.elections import (
    DECIDING,
    CoveragePeriod,
    Election,
    ElectionNotUndoableError,
)
from groups.models.groups import BenefitClass, Division, EmployerGroup, Location, Unit
from groups.models.locks import CoverageLock
from groups.models.members import SSN_INDEX, Dependent, Employee, Member
from groups.models.plans import Benefit, GroupPlan, GuaranteedIssue, LineOfCoverage, PlanRate
from groups.models.reveals import SsnReveal

__all__ = [
    "DECIDING",
    "SSN_INDEX",
    "Benefit",
    "BenefitClass",
    "CoverageLock",
    "CoveragePeriod",
    "Dependent",
    "Division",
    "Election",
    "ElectionNotUndoableError",
    "Employee",
    "EmployerGroup",
    "GroupPlan",
    "GuaranteedIssue",
    "LineOfCoverage",
    "Location",
    "Member",
    "PlanRate",
    "SsnReveal",
    "Unit",
]
