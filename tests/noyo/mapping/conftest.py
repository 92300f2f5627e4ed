"""A dental and a vision plan with one carrier, on both sides."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from agencyhub.accounts.models import User
from groups.models import GroupPlan
from integrations.noyo.models import CarrierPlan, Mapping, PlanLink
from tests.factories.accounts import UserFactory
from tests.factories.groups import GroupPlanFactory
from tests.factories.noyo import CarrierOptionFactory, CarrierPlanFactory, MappingFactory

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Studio:
    """A mapping with both sides at hand."""

    mapping: Mapping
    user: User
    here: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.here = {
            "noyo_group": self.mapping.group.noyo_group,  # type: ignore[attr-defined]
            "carrier": self.mapping.carrier,
        }

    def ours(self, name: str = "Dental PPO", line: str = "dental", **more: Any) -> GroupPlan:
        """A plan of ours for the whole family."""
        return GroupPlanFactory(
            benefit__group=self.mapping.group,
            benefit__lookup_code=line,
            benefit__line=line,
            benefit__name=line.title(),
            carrier=self.mapping.carrier.carrier,
            name=name,
            **{"basis": GroupPlan.Basis.NONE, **more},
        )

    def theirs(self, name: str = "DentalGuard", **more: Any) -> CarrierPlan:
        """A plan of the carrier's."""
        return CarrierPlanFactory(**self.here, name=name, **more)

    def option(self, label: str, code: str, **more: Any) -> Any:
        """A class of the carrier's."""
        return CarrierOptionFactory(**self.here, label=label, code=code, **more)

    def links(self) -> dict[tuple[int | None, int | None], str]:
        """The state of every pair of plans."""
        rows = PlanLink.objects.filter(mapping=self.mapping)
        return {(one.plan_id, one.carrier_plan_id): one.state for one in rows}


@pytest.fixture
def studio(db: None) -> Studio:
    """An open mapping of 2026 with nothing in it."""
    return Studio(MappingFactory(), UserFactory())
