"""Noyo's tables."""

from integrations.noyo.models.account import Account, Credentials, NoyoCarrier
from integrations.noyo.models.mapping import (
    ClassRule,
    Link,
    Mapping,
    PlanLink,
    RuleCondition,
    UnitLink,
)
from integrations.noyo.models.members import CarrierCoverage, Difference, MemberLink, NoyoMember
from integrations.noyo.models.pulled import (
    CarrierOption,
    CarrierPlan,
    Configuration,
    GroupConnection,
    NoyoGroup,
    PlanYear,
    Snapshot,
    SyncRun,
)
from integrations.noyo.models.renewals import RenewalDecision

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
