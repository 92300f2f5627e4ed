"""What is said of a decision that cannot be taken: one text per code, for every door.

The first three are PlanSource's own words. Source: reference/groups_eoi.md B2, read 2026-11-22.
"""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

TEXTS: Final[dict[str, Any]] = {
    "employee_not_found": _("Employee not found"),
    "benefit_not_found": _("Benefit not found"),
    "not_waiting": _("Coverage not waiting for EOI decision"),
    "employee_required": _("Subscriber ID, SSN or EOI request ID is required"),
    "employee_ambiguous": _("Several employees have this number: give subscriber ID and SSN"),
    "ssn_not_valid": _("SSN must have nine digits"),
    "benefit_required": _("Benefit lookup code is required"),
    "request_not_valid": _("EOI request ID must be a number"),
    "request_differs": _("EOI request belongs to another employee or benefit"),
    "covered_required": _("Several people wait under this benefit: say who is covered"),
    "action_required": _("Action is required"),
    "action_not_valid": _("Action is not valid: use one of %(actions)s"),
    "effective_date_required": _("Effective date is required"),
    "effective_date_not_valid": _("Effective date is not a valid YYYY-MM-DD date"),
    "original_date_not_valid": _("Original effective date is not a valid YYYY-MM-DD date"),
    "expiration_date_not_valid": _("Expiration date is not a valid YYYY-MM-DD date"),
    "completed_not_valid": _("Completed must be true or false"),
    "reference_too_long": _("Reference number must have at most %(most)s characters"),
    "volume_required": _("Approved volume is required for this action"),
    "volume_not_valid": _("Approved volume is not an amount such as 150000.00"),
    "volume_not_positive": _("Approved volume must be more than 0"),
    "volumes_differ": _("Approved volume and approved amount differ"),
    "volume_not_requested": _(
        "Approved volume must be the requested %(requested)s; for less use Approve Partial"
    ),
    "volume_not_taken": _("This action approves nothing: leave the approved volume blank"),
    "volume_is_requested": _("Approved volume is all that was requested: use Approve All"),
    "volume_above_requested": _(
        "Approved volume must not be more than the requested %(requested)s"
    ),
    "volume_not_above": _("Approved volume must be more than the %(floor)s in force"),
    "volume_below": _("Approved volume must not be less than the %(floor)s in force"),
    "volume_not_in_steps": _("Approved volume must be a multiple of %(increment)s"),
    "volume_above_maximum": _("Approved volume must not be more than the plan's %(maximum)s"),
    "volume_above_cap": _(
        "Approved volume must not be more than %(cap)s: %(percent)s%% of the employee's approved"
        " volume"
    ),
    "volume_above_lock": _(
        "Approved volume must not be more than %(lock)s: additional amounts are disallowed"
    ),
    "no_volume": _("This coverage has no volume: use Approve All, Expire or Deny All"),
    "date_too_early": _("Effective date must not be before %(day)s, the day that was asked for"),
    "date_before_hire": _("Effective date must not be before the hire date %(day)s"),
    "date_too_late": _("Effective date must not be more than a year ahead"),
    "coverage_ended": _("Coverage ended on %(day)s"),
    "original_after_effective": _("Original effective date must not be after the effective date"),
    "reversed": _("Decided by this row before, and reversed since: decide again"),
    "changed_meanwhile": _("The request changed at the same moment: try again"),
}
