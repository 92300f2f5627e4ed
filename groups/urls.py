"""Employer groups, what they offer, and their employees."""

from django.urls import path

from groups.views import employees, groups, payroll, plans, reveal, structure, terms

app_name = "groups"

GROUP = "groups/<int:pk>/"
PLAN = "groups/plans/<int:pk>/"
EMPLOYEE = "groups/employees/<int:pk>/"
DEPENDENT = "groups/dependents/<int:pk>/"

urlpatterns = [
    path("groups/", groups.group_list, name="group_list"),
    path("groups/new/", groups.group_create, name="group_create"),
    path(GROUP, groups.group_detail, name="group_detail"),
    # Under the name by which the history finds the page of a record.
    path(GROUP, groups.group_detail, name="employergroup_detail"),
    path(f"{GROUP}edit/", groups.group_edit, name="group_edit"),
    path(f"{GROUP}plans/", plans.group_plans, name="group_plans"),
    path(f"{GROUP}plans/new/", plans.groupplan_create, name="groupplan_create"),
    path(f"{GROUP}benefits/new/", plans.benefit_create, name="benefit_create"),
    path(f"{GROUP}benefits/<int:benefit_pk>/edit/", plans.benefit_edit, name="benefit_edit"),
    path(f"{GROUP}structure/", structure.group_structure, name="group_structure"),
    path(f"{GROUP}structure/<slug:kind>/new/", structure.unit_create, name="unit_create"),
    path(
        f"{GROUP}structure/<slug:kind>/<int:unit_pk>/edit/", structure.unit_edit, name="unit_edit"
    ),
    path(
        f"{GROUP}structure/<slug:kind>/<int:unit_pk>/remove/",
        structure.unit_remove,
        name="unit_remove",
    ),
    path(f"{GROUP}employees/new/", employees.employee_create, name="employee_create"),
    path(PLAN, plans.groupplan_detail, name="groupplan_detail"),
    path(f"{PLAN}edit/", plans.groupplan_edit, name="groupplan_edit"),
    path(f"{PLAN}<slug:kind>/new/", terms.term_create, name="term_create"),
    path(f"{PLAN}<slug:kind>/<int:term_pk>/edit/", terms.term_edit, name="term_edit"),
    path(f"{PLAN}<slug:kind>/<int:term_pk>/remove/", terms.term_remove, name="term_remove"),
    path(f"{GROUP}payroll/", payroll.group_payroll, name="group_payroll"),
    path(
        "groups/elections/<int:pk>/deduction/",
        payroll.election_deduction,
        name="election_deduction",
    ),
    path("groups/coverage/", payroll.coverage_list, name="coverage_list"),
    path("groups/employees/", employees.employee_list, name="employee_list"),
    path(EMPLOYEE, employees.employee_detail, name="employee_detail"),
    path(f"{EMPLOYEE}edit/", employees.employee_edit, name="employee_edit"),
    path(f"{EMPLOYEE}reveal-ssn/", reveal.employee_reveal_ssn, name="employee_reveal_ssn"),
    path(f"{EMPLOYEE}dependents/new/", employees.dependent_create, name="dependent_create"),
    path(f"{DEPENDENT}edit/", employees.dependent_edit, name="dependent_edit"),
    path(f"{DEPENDENT}remove/", employees.dependent_remove, name="dependent_remove"),
    path(f"{DEPENDENT}reveal-ssn/", reveal.dependent_reveal_ssn, name="dependent_reveal_ssn"),
]
