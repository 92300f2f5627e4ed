"""Noyo's tables."""

from integrations.noyo.models.account import Account, Credentials, NoyoCarrier
from integrations.noyo.models.groups import GroupConnection, NoyoGroup, SyncRun
from integrations.noyo.models.mapping import Link, Mapping, PlanLink, UnitLink
from integrations.noyo.models.members import CarrierCoverage, Difference, MemberLink, NoyoMember
from integrations.noyo.models.pulled import (
    CarrierOption,
    CarrierPlan,
    Configuration,
    PlanYear,
    Snapshot,
)
from integrations.noyo.models.renewals import RenewalDecision
from integrations.noyo.models.rules import ClassRule, RuleCondition

__all__ = [
    "Account",
    "CarrierCoverage",
    "CarrierOption",
    "CarrierPlan",
    "ClassRule",
    "Configuration",
    "Credentials",
    "Difference",
    "GroupConnection",
    "Link",
    "Mapping",
    "MemberLink",
    "NoyoCarrier",
    "NoyoGroup",
    "NoyoMember",
    "PlanLink",
    "PlanYear",
    "RenewalDecision",
    "RuleCondition",
    "Snapshot",
    "SyncRun",
    "UnitLink",
]
