"""Plan type to coverage type, as the Sync tab maps it."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from agencyhub.records.models import Option
from agencyhub.records.services.options import restore_option
from integrations.errors import HeldForReviewError, Hold
from integrations.partner import Applied
from integrations.plancompare.mapping import Plan
from integrations.plancompare.models import PlanTypeMapping, Site

UNMAPPED = "unmapped_plan_type"


def mappings_of(site: Site) -> dict[str, PlanTypeMapping]:
    """What the site's plan types are mapped to, by the plan type in capitals."""
    mappings = PlanTypeMapping.objects.filter(site=site).select_related("coverage_type")
    return {mapping.plan_type.upper(): mapping for mapping in mappings}


def coverage_type_for(
    site: Site, mappings: Mapping[str, PlanTypeMapping], plan: Plan, applied: Applied
) -> Option:
    """The coverage type of a plan; a deleted or inactive one is made anew.

    Raises:
        HeldForReviewError: nobody has mapped this plan type.
    """
    mapping = mappings.get(plan.plan_type.upper())
    if mapping is None or not mapping.coverage_type_label:  # perhaps mapped since the page began
        mapping = mappings_of(site).get(plan.plan_type.upper())
    if mapping is None or not mapping.coverage_type_label:
        reason = gettext_noop(
            "The plan type “%(plan_type)s” is not mapped to a coverage type. Map it "
            "once and every enrollment that waits for it goes on."
        ) % {"plan_type": plan.plan_type}
        details = {"hold": UNMAPPED, "plan_type": plan.plan_type, "site_id": site.pk}
        raise HeldForReviewError(Hold(UNMAPPED, reason, details, value=plan.plan_type))
    option = mapping.coverage_type
    applied.reasons.append(
        gettext_noop("Plan type %(plan_type)s is %(coverage_type_label)s")
        % {"plan_type": plan.plan_type, "coverage_type_label": mapping.coverage_type_label}
    )
    if option is not None and option.is_active:
        return option
    label = option.label if option else mapping.coverage_type_label  # renamed since it was mapped
    option, what = restore_option(option_list=Option.List.COVERAGE_TYPE, label=label)
    PlanTypeMapping.objects.filter(pk=mapping.pk).update(coverage_type=option)
    if what:
        applied.reasons.append(
            gettext_noop("Coverage type %(label)s was %(what)s")
            % {"label": option.label, "what": what}
        )
    return option
