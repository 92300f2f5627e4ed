"""The policy of an enrollment: always a new one for a new enrollment, the same one for a replay."""

from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.records.models import CustomField, Option
from individuals.models import Individual
from integrations.partner import Applied, Touched
from integrations.plancompare.mapping import Enrollment
from integrations.plancompare.models import Site
from policies.models import Carrier, CarrierProduct, Policy
from policies.services.carriers import resolve_carrier
from policies.services.products import resolve_product

PARTNER = "PlanCompare"


def save_policy(
    *,
    site: Site,
    enrollment: Enrollment,
    individual: Individual,
    existing_id: int | None,
    coverage_type: Option,
    servicing_agent_id: int | None,
    applied: Applied,
) -> Policy:
    """Create the enrollment's policy, or update the one that it made before.

    A replay leaves alone what the agency has moved on: the status, the servicing agent, and a
    policy number that is no longer the confirmation number.
    """
    carrier = _carrier(enrollment, applied)
    product = _product(site, enrollment, carrier, coverage_type, applied)
    policy = _locked_policy(existing_id) or Policy(
        subscriber=individual,
        status=site.policy_status or _first_status(),
        servicing_agent_id=servicing_agent_id,
    )
    incoming: dict[str, Any] = {
        "carrier": carrier,
        "coverage_type": coverage_type,
        "product": product or policy.product,
        "premium": enrollment.plan.premium_per_month,
        "app_submit_date": enrollment.submission_date,
        "effective_date": enrollment.application_effective_date,
    }
    before = _state(policy)
    for name, value in incoming.items():
        if value is not None:
            setattr(policy, name, value)
    _write_custom(policy, site.confirmation_field, enrollment.confirmation_number)
    _write_custom(policy, site.plan_id_field, enrollment.plan.plan_id)
    if site.confirmation_to_policy_number:
        _write_number(policy, enrollment.confirmation_number, applied)
    if existing_id is None:
        policy.save(force_insert=True)
        applied.reasons.append(gettext_noop("Created Policy %(id)s") % {"id": policy.pk})
        applied.touched.append(Touched("policy", policy.pk, "created"))
    elif _state(policy) != before:
        policy.save(update_fields=[*incoming, "policy_number", "custom", "updated_at"])
        applied.reasons.append(
            gettext_noop("Updated Policy %(id)s, which this enrollment had made")
            % {"id": policy.pk}
        )
        applied.touched.append(Touched("policy", policy.pk, "updated"))
    else:
        applied.reasons.append(
            gettext_noop("Policy %(id)s, which this enrollment had made, is up to date")
            % {"id": policy.pk}
        )
        applied.touched.append(Touched("policy", policy.pk, "matched"))
    return policy


def _locked_policy(policy_id: int | None) -> Policy | None:
    if policy_id is None:
        return None
    return Policy.objects.select_for_update(no_key=True).get(pk=policy_id)


def _state(policy: Policy) -> tuple[Any, ...]:
    names = ("carrier_id", "coverage_type_id", "product_id", "premium", "app_submit_date")
    values = tuple(getattr(policy, name) for name in names)
    return (*values, policy.effective_date, policy.policy_number, tuple(policy.custom.items()))


def _carrier(enrollment: Enrollment, applied: Applied) -> Carrier:
    resolved = resolve_carrier(name=enrollment.plan.carrier_name, partner=PARTNER)
    applied.reasons.append(resolved.how)
    if resolved.created:
        applied.touched.append(Touched("carrier", resolved.carrier.pk, "created"))
    return resolved.carrier


def _product(
    site: Site,
    enrollment: Enrollment,
    carrier: Carrier,
    coverage_type: Option,
    applied: Applied,
) -> CarrierProduct | None:
    if site.carrier_products == Site.Products.OFF:
        return None
    plan = enrollment.plan
    name = plan.plan_name
    if site.match_products_by == Site.ProductName.NAME_AND_ID and plan.plan_id:
        name = f"{plan.plan_name} {plan.plan_id}"
    resolved = resolve_product(
        carrier=carrier,
        name=name,
        plan_id=plan.plan_id,
        plan_year=plan.plan_year,
        coverage_type=coverage_type,
        partner=PARTNER,
        create=site.carrier_products == Site.Products.CREATE,
    )
    applied.reasons.append(resolved.how)
    if resolved.product is not None and resolved.created:
        applied.touched.append(Touched("carrier_product", resolved.product.pk, "created"))
    return resolved.product


def _write_custom(policy: Policy, field: CustomField | None, value: str) -> None:
    if field is not None and value:
        policy.custom = {**policy.custom, field.key: value}


def _write_number(policy: Policy, confirmation_number: str, applied: Applied) -> None:
    """Use the confirmation number until the carrier's own number is known."""
    if not confirmation_number or policy.policy_number:
        return
    others = Policy.objects.filter(
        carrier_id=policy.carrier_id, policy_number=confirmation_number
    ).exclude(pk=policy.pk)
    taken = others.values_list("pk", flat=True).first()
    if taken is not None:
        applied.reasons.append(
            gettext_noop(
                "The confirmation number is the policy number of Policy %(taken)s: left blank here"
            )
            % {"taken": taken}
        )
        return
    policy.policy_number = confirmation_number


def _first_status() -> Option:
    """Without a setting: the agency's first status that means pending."""
    pending = Option.objects.active(Option.List.POLICY_STATUS).filter(meaning="pending")
    return pending.first() or Option.objects.filter(list=Option.List.POLICY_STATUS).earliest(
        "position", "pk"
    )
