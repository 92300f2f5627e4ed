"""Rules of who gets which option of a carrier's account structure."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts import scope as scopes
from agencyhub.records.triggers import history
from integrations.noyo.models.groups import GroupScoped
from integrations.noyo.models.mapping import Mapping
from integrations.noyo.models.pulled import CarrierOption


class ClassRule(models.Model):
    """Who gets which option of a category: the first rule by rank that fits, else the default.

    Units that are linked come after the ranked rules and before the default. A rule without
    conditions fits nobody, but for the default, which has none and fits everybody.
    """

    class Joins(models.TextChoices):
        AND = "AND", _("all of")
        OR = "OR", _("any of")

    scope = scopes.Scope(parent="mapping")

    mapping = models.ForeignKey(
        Mapping, on_delete=models.CASCADE, related_name="rules", db_index=False
    )
    category = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    option = models.ForeignKey(CarrierOption, on_delete=models.PROTECT, related_name="rules")
    rank = models.PositiveSmallIntegerField(null=True, help_text="Smallest first; default: none.")
    is_default = models.BooleanField(default=False)
    joins = models.CharField(max_length=3, choices=Joins.choices, default=Joins.AND)
    is_active = models.BooleanField(default=True)
    is_stale = models.BooleanField(default=False, help_text="Its option changed at the carrier.")
    confirmed_digest = models.BinaryField(
        null=True, editable=False, help_text="Its option as it was when the rule was saved."
    )

    objects = GroupScoped["ClassRule"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "mapping", "category", condition=Q(is_default=True), name="one_rule_is_the_default"
            ),
            models.UniqueConstraint(
                "mapping", "category", "rank",
                condition=Q(is_default=False),
                name="class_rules_are_ranked",
            ),
            models.CheckConstraint(
                condition=Q(is_default=True, rank__isnull=True)
                | Q(is_default=False, rank__isnull=False),
                name="class_rule_has_a_rank_or_is_the_default",
            ),
        ]  # fmt: skip
        triggers = history()

    def __str__(self) -> str:
        return f"class rule {self.pk}"


class RuleCondition(models.Model):
    """One test of a rule: a field of the employee, an operator, and texts to compare with."""

    class Field(models.TextChoices):
        BENEFIT_CLASS = "benefit_class", _("Benefit class")
        DIVISION = "division", _("Division")
        LOCATION = "location", _("Location")
        LOCATION_STATE = "location_state", _("State of the location")
        JOB_TITLE = "job_title", _("Job title")
        EMPLOYEE_NUMBER = "employee_number", _("Employee number")
        SALARY = "salary", _("Salary per year (USD)")
        HIRE_DATE = "hire_date", _("Hire date")

    class Operator(models.TextChoices):
        """Source: Noyo's conditions (reference/groups_eoi.md A5.7), read 2026-11-22."""

        IS = "is", _("is")
        IS_NOT = "is_not", _("is not")
        IS_ONE_OF = "is_one_of", _("is one of")
        IS_NOT_ONE_OF = "is_not_one_of", _("is none of")
        GREATER_THAN = "greater_than", _("is more than")
        LESS_THAN = "less_than", _("is less than")
        BETWEEN = "between", _("lies between")
        BEGINS_WITH = "begins_with", _("begins with")
        ENDS_WITH = "ends_with", _("ends with")
        CONTAINS = "contains", _("contains")

    scope = scopes.Scope(parent="rule")

    rule = models.ForeignKey(
        ClassRule, on_delete=models.CASCADE, related_name="conditions", db_index=False
    )
    place = models.PositiveSmallIntegerField(default=0)
    field = models.CharField(max_length=16, choices=Field.choices)
    operator = models.CharField(max_length=14, choices=Operator.choices)
    values = models.JSONField(help_text="A list of texts: one, or two for between.")

    objects = GroupScoped["RuleCondition"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("rule", "place", name="conditions_of_a_rule_have_places")
        ]
        triggers = history()

    def __str__(self) -> str:
        return f"rule condition {self.pk}"
