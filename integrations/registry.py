"""The one list of partners that deliver messages."""

from integrations.healthsherpa.partner import HealthSherpa
from integrations.noyo.partner import Noyo
from integrations.partner import Partner
from integrations.plancompare.partner import PlanCompare
from integrations.premier.partner import Premier

PARTNERS: dict[str, Partner] = {
    partner.slug: partner for partner in (PlanCompare(), HealthSherpa(), Premier(), Noyo())
}
