"""The lists of what integrations show on the shared pages."""

from integrations.carriers.screens import CarriersScreens
from integrations.comtrack.screens import ComtrackScreens
from integrations.eoi_batches.screens import EoiScreens
from integrations.healthsherpa.screens import HealthSherpaScreens
from integrations.noyo.screens import NoyoScreens
from integrations.plancompare.screens import PlanCompareScreens
from integrations.premier.screens import PremierScreens
from integrations.screens import CatalogueScreens, PartnerScreens

SCREENS: dict[str, PartnerScreens] = {
    "plancompare": PlanCompareScreens(),
    "healthsherpa": HealthSherpaScreens(),
    "premier": PremierScreens(),
    "noyo": NoyoScreens(),
}
CATALOGUE: tuple[CatalogueScreens, ...] = (
    *SCREENS.values(),
    ComtrackScreens(),
    CarriersScreens(),
    EoiScreens(),
)
