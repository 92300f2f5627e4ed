"""The one list of what partners show on the shared pages."""

from integrations.plancompare.screens import PlanCompareScreens
from integrations.screens import PartnerScreens

SCREENS: dict[str, PartnerScreens] = {"plancompare": PlanCompareScreens()}
