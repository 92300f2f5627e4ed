"""Records of groups as people save and remove them; the database's refusals in words."""

from collections.abc import Mapping

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.errors import DomainError

# What each constraint means to who fills a form: the field it belongs to, and the remedy.
REFUSALS: Mapping[str, tuple[str, StrOrPromise]] = {
    "group_external_id_is_unique": (
        "external_id", _("Another group has this partner’s ID.")),
    "group_ein_has_9_digits": ("federal_ein", _("A federal EIN has nine digits.")),
    "group_pays_1_to_53_times_a_year": ("pay_periods", _("Between 1 and 53 times a year.")),
    "benefit_class_code_is_unique_in_its_group": (
        "code", _("Another benefit class of this group has this code.")),
    "division_code_is_unique_in_its_group": (
        "code", _("Another division of this group has this code.")),
    "location_code_is_unique_in_its_group": (
        "code", _("Another location of this group has this code.")),
    "benefit_lookup_code_is_unique_in_its_group": (
        "lookup_code", _("Another benefit of this group has this code.")),
    "benefit_lookup_code_is_small_letters_digits_underscores": (
        "lookup_code", _("Small letters, digits and underscores only, such as subscriber_life.")),
    "group_plan_ends_on_or_after_its_effective_date": (
        "termination_date", _("The last covered day is before the first one.")),
    "group_plan_amounts_are_not_negative": (
        "increment", _("The increment is more than zero, and no amount is below zero.")),
    "group_plan_maximum_is_not_below_its_minimum": (
        "maximum_volume", _("The maximum is below the minimum.")),
    "employer_pays_at_most_everything": (
        "employer_percent", _("The employer pays 100 percent at most.")),
    "guaranteed_issue_is_said_once_per_age": (
        "from_age", _("The plan says already what it grants from this age on.")),
    "guaranteed_issue_says_an_amount_or_a_multiple": (
        "volume", _("Enter an amount, a multiple of the salary, or both.")),
    "guaranteed_issue_is_not_negative": ("volume", _("An amount is zero or more.")),
    "plan_rate_is_said_once": (
        "from_age", _("The plan has a rate for this day, age and level already.")),
    "plan_rate_is_per_thousand_or_flat": (
        "per_thousand", _("Enter one of the two: per $1,000 of volume, or one price.")),
    "subscriber_id_is_unique_in_its_group": (
        "external_id", _("Another employee of this group has this subscriber ID.")),
    "ssn_is_unique_among_the_employees_of_a_group": (
        "new_ssn", _("Another employee of this group has this SSN.")),
    "employee_leaves_on_or_after_the_hire_date": (
        "termination_date", _("The last day of work is before the day of hire.")),
    "employee_salary_is_not_negative": ("salary", _("A salary is zero or more.")),
    "dependent_external_id_is_unique_for_its_employee": (
        "external_id", _("Another dependent of this employee has this ID.")),
}  # fmt: skip


class RefusedByRuleError(DomainError):
    """The record breaks a rule that the database holds."""

    code = "refused_by_rule"


class StillUsedError(DomainError):
    """Other records need this one."""

    code = "still_used"


def save(record: models.Model) -> None:
    """Store a new or an edited record.

    Raises:
        RefusedByRuleError: see ``REFUSALS``.
    """
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        refusal = REFUSALS.get(_constraint(error))
        if refusal is None:
            raise
        field, words = refusal
        raise RefusedByRuleError(str(words), field=field) from error


def remove(record: models.Model) -> None:
    """Remove a record that nothing needs.

    Raises:
        StillUsedError: something does.
    """
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError as error:
        msg = gettext("Other records need this one, so it stays. Take it out of use instead.")
        raise StillUsedError(msg) from error


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
