"""The lists of policies, policies at risk, carriers and carrier products."""

from policies.lists.carriers import CARRIERS
from policies.lists.policies import POLICIES
from policies.lists.products import PRODUCTS
from policies.lists.risks import RISKS

__all__ = ["CARRIERS", "POLICIES", "PRODUCTS", "RISKS"]
