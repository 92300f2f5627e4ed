"""The lists of policies, carriers and carrier products."""

from policies.lists.carriers import CARRIERS
from policies.lists.policies import POLICIES
from policies.lists.products import PRODUCTS

__all__ = ["CARRIERS", "POLICIES", "PRODUCTS"]
