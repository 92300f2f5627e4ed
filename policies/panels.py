"""What several panels of one page show, read once for the page."""

from django.utils import timezone

from agencyhub.accounts.requests import SignedInRequest
from individuals.models import Individual
from policies.models import Policy
from policies.selectors import policies, premier

_PARTNERS, _POLICIES = "premier_carrier_ids", "policies_of_individual"


def partners(request: SignedInRequest) -> frozenset[int]:
    """The carriers that are Premier Partners today."""
    kept = request.__dict__
    if _PARTNERS not in kept:
        kept[_PARTNERS] = premier.premier_carrier_ids(on=timezone.localdate())
    found: frozenset[int] = kept[_PARTNERS]
    return found


def policies_of(request: SignedInRequest, individual: Individual) -> list[Policy]:
    """An individual's policies that the request's user sees, the latest coverage first."""
    kept: dict[int, list[Policy]] = request.__dict__.setdefault(_POLICIES, {})
    if individual.pk not in kept:
        kept[individual.pk] = policies.policies_of(user=request.user, individual=individual)
    return kept[individual.pk]
