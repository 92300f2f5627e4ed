"""PlanCompare as the inbox sees it: what a delivery looks like, and who applies it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from agencyhub.accounts.models import ApiKey
from integrations.errors import FieldProblem, PartnerContractError
from integrations.partner import Envelope, OneDoor, Session
from integrations.plancompare import active
from integrations.plancompare.mapping import read_enrollment
from integrations.plancompare.models import PlanTypeMapping
from integrations.plancompare.sync.session import EnrollmentSession, site_settings

MOST_ENROLLMENTS = 500
"""Items of one delivery; more are refused as a whole."""


class PlanCompare(OneDoor):
    """The Broker and Call Center variants deliver alike."""

    slug = "plancompare"
    title = "PlanCompare"
    api_key_scope = ApiKey.Scope.PLANCOMPARE.value

    def refusal(self) -> str:
        """Why deliveries are refused: no variant is active."""
        if active.is_active():
            return ""
        return gettext(
            "PlanCompare is not active in this account. Activate it under Settings, Integrations."
        )

    def open_delivery(self, payload: Any) -> list[Any]:
        """One enrollment, or the list under ``enrollments``."""
        if not isinstance(payload, Mapping) or "enrollments" not in payload:
            return [payload]
        items = payload["enrollments"]
        if isinstance(items, list) and 0 < len(items) <= MOST_ENROLLMENTS:
            return items
        detail = gettext("Send a list of 1 to %(most_enrollments)s enrollments.") % {
            "most_enrollments": MOST_ENROLLMENTS
        }
        raise PartnerContractError([FieldProblem("enrollments", "invalid", detail)])

    def read_item(self, item: Any) -> Envelope:
        """Check the whole enrollment, so that a bad one is refused at the door."""
        return Envelope(external_id=read_enrollment(item).enrollment_id, content=item)

    def open_session(self) -> Session:
        """Read the active site's settings."""
        return EnrollmentSession(site_settings())

    def remember_hold(self, *, hold_details: dict[str, Any]) -> None:
        """List a plan type that nobody has mapped yet on the Sync tab."""
        if "plan_type" not in hold_details:
            return
        unmapped = PlanTypeMapping(
            site_id=hold_details["site_id"], plan_type=hold_details["plan_type"]
        )
        PlanTypeMapping.objects.bulk_create([unmapped], ignore_conflicts=True)
