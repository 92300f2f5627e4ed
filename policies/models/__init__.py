"""Carriers, policies, what is paid for them, and which are at risk."""

from policies.models.carriers import (
    Carrier,
    CarrierAlias,
    CarrierProduct,
    CarrierProductAlias,
    Named,
    PremierTerm,
)
from policies.models.payments import (
    GracePeriod,
    Payment,
    PaymentFact,
    PaymentStatus,
    Standing,
    Told,
)
from policies.models.policies import NumberKey, Policy, PolicyAgent, PolicyQuerySet
from policies.models.risks import Risk

__all__ = [
    "Carrier",
    "CarrierAlias",
    "CarrierProduct",
    "CarrierProductAlias",
    "GracePeriod",
    "Named",
    "NumberKey",
    "Payment",
    "PaymentFact",
    "PaymentStatus",
    "Policy",
    "PolicyAgent",
    "PolicyQuerySet",
    "PremierTerm",
    "Risk",
    "Standing",
    "Told",
]
