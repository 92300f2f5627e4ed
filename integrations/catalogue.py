"""The lists of integrations that the shared pages show and that incidents are opened for."""

from collections.abc import Sequence
from datetime import datetime

from integrations import asked
from integrations.carriers.screens import CarriersScreens
from integrations.comtrack.screens import ComtrackScreens
from integrations.eoi_batches.screens import EoiScreens
from integrations.healthsherpa.screens import HealthSherpaScreens
from integrations.noyo.screens import NoyoScreens
from integrations.outgoing.screens import WebhookScreens
from integrations.outgoing_mail import MailScreens
from integrations.plancompare.screens import PlanCompareScreens
from integrations.premier.screens import PremierScreens
from integrations.reports import Report
from integrations.screens import CatalogueScreens, PartnerScreens, Reporting

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
REPORTING: tuple[Reporting, ...] = (*CATALOGUE, MailScreens(), WebhookScreens())


def reports(*, now: datetime) -> Sequence[Report]:
    """How every integration is doing."""
    with asked.together():
        return [one for screens in REPORTING for one in screens.reports(now=now)]
